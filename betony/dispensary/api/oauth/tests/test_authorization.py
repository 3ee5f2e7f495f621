"""From the consent page to a token, and what goes wrong on the way."""

import base64
import hashlib
import re
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import time_machine
from django.test import Client

from betony.dispensary.accounts import factories as accounts
from betony.dispensary.accounts.factories import CLIENT_SECRET, PASSWORD
from betony.dispensary.accounts.models import Application, AuthorizationCode, Grant, Organization, TokenPair
from betony.dispensary.practices import factories as practices
from betony.dispensary.practices.models import Practitioner
from betony.kit import clock, tenancy
from betony.kit.audit.models import AuditEvent

pytestmark = pytest.mark.django_db
REDIRECT = "https://clinic.example/callback"
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


@pytest.fixture
def shop() -> Organization:
    return accounts.organization(name="Meadowlark Dispensary")


@pytest.fixture
def nina(shop: Organization) -> Practitioner:
    with tenancy.organization(shop.pk):
        return practices.practitioner(shop, is_owner=True, first_name="Nina", last_name="Alvarez")


@pytest.fixture
def app() -> Application:
    return accounts.application(name="Meadowlark Integrative Health")


@pytest.fixture
def browser(client: Client, nina: Practitioner) -> Client:
    client.force_login(nina.user)
    return client


def address(app: Application, **changes: str) -> str:
    values = {
        "client_id": app.client_id,
        "redirect_uri": REDIRECT,
        "response_type": "code",
        "state": "st=a te&é",
        **changes,
    }
    return "/oauth/authorize?" + urlencode({name: value for name, value in values.items() if value})


def authorize(browser: Client, app: Application, **changes: str) -> str:
    """Press Authorize Application, and return the code."""
    answer = browser.post(address(app, **changes), {"decision": "authorize"})
    assert answer.status_code == 302, answer.content
    return parse_qs(urlsplit(answer["Location"]).query)["code"][0]


def exchange(app: Application, code: str, path: str = "/api/oauth/token", **changes: str):
    return Client().post(
        path,
        {
            "grant_type": "authorization_code",
            "client_id": app.client_id,
            "client_secret": CLIENT_SECRET,
            "redirect_uri": REDIRECT,
            "code": code,
            **changes,
        },
        content_type="application/json",
    )


def refresh(app: Application, token: str, **changes: str):
    return Client().post(
        "/api/oauth/token",
        {
            "grant_type": "refresh_token",
            "client_id": app.client_id,
            "client_secret": CLIENT_SECRET,
            "refresh_token": token,
            **changes,
        },
        content_type="application/json",
    )


def clinic(token: str):
    return Client().get("/api/clinic", headers={"Authorization": f"Bearer {token}"})


def test_the_consent_page_says_who_shares_what_with_whom(browser, app) -> None:
    page = browser.get(address(app))
    text = page.content.decode()
    assert page.status_code == 200
    for words in (
        "Meadowlark Integrative Health",
        "Nina Alvarez",
        "Meadowlark Dispensary",
        "will see",
        "may send to",
        "Authorize Application",
        "Cancel",
    ):
        assert words in text
    policy = page["Content-Security-Policy"]
    assert "form-action 'self' https://clinic.example" in policy
    assert "frame-ancestors 'none'" in policy
    assert page["X-Frame-Options"] == "DENY"
    assert "no-store" in page["Cache-Control"]
    assert "clinic.example" not in browser.get("/connected-applications/")["Content-Security-Policy"]


def test_markup_in_names_is_shown_as_text(client, shop) -> None:
    app = accounts.application(name="<img src=x onerror=alert(1)>")
    with tenancy.organization(shop.pk):
        person = practices.practitioner(shop, first_name="<b>Nina</b>")
    client.force_login(person.user)
    text = client.get(address(app)).content.decode()
    assert "<img src=x" not in text
    assert "<b>Nina" not in text


def test_authorizing_gives_a_code_and_the_state_untouched(browser, app) -> None:
    answer = browser.post(address(app), {"decision": "authorize"})
    target = urlsplit(answer["Location"])
    assert f"{target.scheme}://{target.netloc}{target.path}" == REDIRECT
    values = parse_qs(target.query)
    assert values["state"] == ["st=a te&é"]
    assert TOKEN.fullmatch(values["code"][0])
    assert not AuthorizationCode.objects.filter(digest=values["code"][0]).exists()


def test_cancelling_tells_the_application_and_changes_nothing(browser, app) -> None:
    answer = browser.post(address(app), {"decision": "cancel"})
    values = parse_qs(urlsplit(answer["Location"]).query)
    assert values["error"] == ["access_denied"]
    assert values["state"] == ["st=a te&é"]
    assert not AuthorizationCode.objects.exists()


def test_a_code_becomes_tokens_in_the_documented_shape(browser, app, nina, shop) -> None:
    answer = exchange(app, authorize(browser, app))
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    token = answer.json()["oauth"]
    assert TOKEN.fullmatch(token["access_token"])
    assert TOKEN.fullmatch(token["refresh_token"])
    assert (token["token_type"], token["expires_in"]) == ("Bearer", 7200)
    assert "catalog:read" in token["scope"].split(" ")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", token["created_at"])
    assert token["resource_owner"] == {
        "id": str(nina.pk),
        "type": "Practitioner",
        "clinic_id": str(shop.pk),
    }
    assert clinic(token["access_token"]).json()["clinic"]["name"] == "Meadowlark Dispensary"
    stored = TokenPair.objects.get()
    assert token["access_token"] not in (stored.access_digest, stored.refresh_digest)
    with tenancy.organization(shop.pk):
        assert AuditEvent.objects.filter(action="accounts.grant_created").count() == 1


def test_a_form_and_the_other_addresses_work_too(browser, app) -> None:
    code = authorize(browser, app, response_type="")
    form = {
        "grant_type": "authorization_code",
        "client_id": app.client_id,
        "client_secret": CLIENT_SECRET,
        "redirect_uri": REDIRECT,
        "code": code,
    }
    answer = Client().post("/oauth/token", urlencode(form), content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200
    assert browser.get(address(app).replace("/oauth", "/api/oauth", 1)).status_code == 200
    assert browser.get(address(app) + "&scope=Clinic:READ+all").status_code == 200


def test_staff_are_named_as_staff(client, shop, app) -> None:
    with tenancy.organization(shop.pk):
        rosa = practices.staff(shop)
    client.force_login(rosa.user)
    owner = exchange(app, authorize(client, app)).json()["oauth"]["resource_owner"]
    assert owner["type"] == "Staff"
    assert owner["id"] == str(rosa.pk)


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": REDIRECT + "/"},
        {"redirect_uri": "https://evil.example/callback"},
        {"redirect_uri": ""},
        {"redirect_uri": "javascript:alert(1)"},
        {"client_id": "somebody-else-altogether"},
        {"client_id": ""},
        {"state": "x" * 3000},
        {"client_id": "nul\x00"},
    ],
)
def test_an_unknown_client_or_address_is_never_redirected_to(browser, app, changes) -> None:
    assert browser.get(address(app, **changes)).status_code == 404
    assert browser.post(address(app, **changes), {"decision": "authorize"}).status_code == 404
    assert not AuthorizationCode.objects.exists()


def test_a_parameter_given_twice_is_refused(browser, app) -> None:
    assert browser.get(address(app) + "&redirect_uri=https://evil.example/").status_code == 404


def test_another_response_type_is_refused_at_the_application(browser, app) -> None:
    answer = browser.get(address(app, response_type="token"))
    values = parse_qs(urlsplit(answer["Location"]).query)
    assert values["error"] in (["unsupported_response_type"], ["unauthorized_client"])


def test_consent_needs_the_form_of_our_own_page(app, nina) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(nina.user)
    assert strict.post(address(app), {"decision": "authorize"}).status_code == 403
    assert not AuthorizationCode.objects.exists()


def test_somebody_who_is_not_signed_in_is_asked_to_and_comes_back(client, app, nina) -> None:
    answer = client.get(address(app))
    assert answer.status_code == 302
    target = urlsplit(answer["Location"])
    assert target.path == "/sign-in/"
    wanted = parse_qs(target.query)["next"][0]
    answer = client.post("/sign-in/", {"email": nina.email, "password": PASSWORD, "next": wanted})
    assert answer["Location"] == wanted == address(app)
    assert client.get(wanted).status_code == 200


def test_prompt_login_asks_for_the_password_each_time(browser, app, nina) -> None:
    asked = address(app, prompt="login")
    answer = browser.get(asked)
    assert answer["Location"].startswith("/sign-in/")
    assert browser.post(asked, {"decision": "authorize"})["Location"].startswith("/sign-in/")
    browser.post("/sign-in/", {"email": nina.email, "password": PASSWORD, "next": asked})
    assert browser.get(asked).status_code == 200
    assert "code=" in browser.post(asked, {"decision": "authorize"})["Location"]
    assert browser.get(asked)["Location"].startswith("/sign-in/")


def test_a_code_works_once_and_its_second_use_revokes_what_it_gave(browser, app, shop) -> None:
    code = authorize(browser, app)
    token = exchange(app, code).json()["oauth"]["access_token"]
    again = exchange(app, code)
    assert again.status_code == 400
    assert again.json()["error"] == "invalid_grant"
    assert clinic(token).status_code == 401
    assert Grant.objects.get().revoked_at is not None


def test_a_code_ends_after_ten_minutes(browser, app) -> None:
    code = authorize(browser, app)
    with time_machine.travel(clock.now() + timedelta(minutes=10, seconds=1)):
        assert exchange(app, code).json()["error"] == "invalid_grant"


def test_a_code_belongs_to_its_application_and_address(browser, app) -> None:
    other = accounts.application(redirect_uris=[REDIRECT])
    code = authorize(browser, app)
    for answer in (
        exchange(other, code),
        exchange(app, code, redirect_uri="https://clinic.example/other"),
        exchange(app, code, redirect_uri=""),
    ):
        assert answer.status_code == 400
        assert answer.json()["error"] == "invalid_grant"
    assert exchange(app, code).status_code == 200


@pytest.mark.parametrize("changes", [{"client_secret": "wrong"}, {"client_secret": ""}, {"client_id": "no"}])
def test_a_wrong_client_gets_nothing(browser, app, changes) -> None:
    answer = exchange(app, authorize(browser, app), **changes)
    assert answer.status_code == 401
    assert answer.json()["error"] == "invalid_client"
    assert "WWW-Authenticate" in answer
    assert not TokenPair.objects.exists()


def test_basic_authentication_of_the_client_works(browser, app) -> None:
    code = authorize(browser, app)
    value = base64.b64encode(f"{app.client_id}:{CLIENT_SECRET}".encode()).decode()
    answer = Client().post(
        "/api/oauth/token",
        {"grant_type": "authorization_code", "redirect_uri": REDIRECT, "code": code},
        headers={"Authorization": f"Basic {value}"},
    )
    assert answer.status_code == 200


def test_unknown_grants_and_broken_bodies_are_refused(app) -> None:
    assert exchange(app, "x", grant_type="password").json()["error"] == "unsupported_grant_type"
    assert exchange(app, "").json()["error"] == "invalid_request"
    for body in (b"{", b"[]", b"\xff", b'{"client_id": 5}'):
        answer = Client().post("/api/oauth/token", body, content_type="application/json")
        assert answer.status_code in (400, 401)
        assert answer.json()["error"]
    assert Client().get("/api/oauth/token").status_code == 404


@pytest.mark.parametrize(
    "credentials", [b"nul\x00:secret", b"nul%00:secret", b"no colon", b"\xff:x", b"%ed%a0%80:secret"]
)
def test_strange_basic_credentials_are_nobody_s(app, credentials) -> None:
    value = base64.b64encode(credentials).decode()
    for path in ("/api/oauth/token", "/api/oauth/revoke"):
        for header in (f"Basic {value}", "Basic \u00e9", "Basic ===="):
            answer = Client().post(path, {"token": "x"}, headers={"Authorization": header})
            assert answer.status_code in (400, 401), header


def test_what_json_can_write_and_nobody_can_keep_counts_as_left_out(app) -> None:
    for field in ("client_id", "client_secret", "code", "refresh_token", "token"):
        body = b'{"grant_type": "refresh_token", "%s": "half a pair \\ud800"}' % field.encode()
        for path in ("/api/oauth/token", "/api/oauth/revoke"):
            answer = Client().post(path, body, content_type="application/json")
            assert answer.status_code in (400, 401), field


def pkce() -> tuple[str, str]:
    verifier = "v" * 50
    digest = hashlib.sha256(verifier.encode()).digest()
    return verifier, base64.urlsafe_b64encode(digest).decode().rstrip("=")


def test_a_challenge_needs_its_verifier(browser, app) -> None:
    verifier, challenge = pkce()
    code = authorize(browser, app, code_challenge=challenge, code_challenge_method="S256")
    assert exchange(app, code).status_code == 400
    assert exchange(app, code, code_verifier="w" * 50).json()["error"] == "invalid_grant"
    assert exchange(app, code, code_verifier=verifier).status_code == 200


def test_a_verifier_without_a_challenge_is_refused(browser, app) -> None:
    assert exchange(app, authorize(browser, app), code_verifier="v" * 50).json()["error"] == "invalid_grant"


def test_only_s256_challenges_are_taken(browser, app) -> None:
    for changes in (
        {"code_challenge": "v" * 50, "code_challenge_method": "plain"},
        {"code_challenge": "v" * 43},
        {"code_challenge": "v" * 500, "code_challenge_method": "S256"},
    ):
        answer = browser.get(address(app, **changes))
        assert parse_qs(urlsplit(answer["Location"]).query)["error"] == ["invalid_request"]


def test_refreshing_gives_new_tokens_and_keeps_the_old_until_the_new_is_used(browser, app) -> None:
    first = exchange(app, authorize(browser, app)).json()["oauth"]
    second = refresh(app, first["refresh_token"]).json()["oauth"]
    assert second["refresh_token"] != first["refresh_token"]
    assert second["resource_owner"] == first["resource_owner"]
    assert clinic(first["access_token"]).status_code == 200
    third = refresh(app, first["refresh_token"])
    assert third.status_code == 200
    assert clinic(second["access_token"]).status_code == 200
    assert clinic(first["access_token"]).status_code == 401
    # Two pairs came of one token: the first to be used stays, and the other one's return gives a theft away.
    assert clinic(third.json()["oauth"]["access_token"]).status_code == 401
    assert clinic(second["access_token"]).status_code == 200
    assert refresh(app, third.json()["oauth"]["refresh_token"]).json()["error"] == "invalid_grant"
    assert clinic(second["access_token"]).status_code == 401


def test_a_refresh_token_that_has_ended_revokes_everything_when_it_comes_back(browser, app) -> None:
    first = exchange(app, authorize(browser, app)).json()["oauth"]
    second = refresh(app, first["refresh_token"]).json()["oauth"]
    assert clinic(second["access_token"]).status_code == 200
    assert refresh(app, first["refresh_token"]).json()["error"] == "invalid_grant"
    assert clinic(second["access_token"]).status_code == 401
    assert refresh(app, second["refresh_token"]).json()["error"] == "invalid_grant"


def test_a_refresh_token_is_good_for_its_own_application_only(browser, app) -> None:
    other = accounts.application()
    token = exchange(app, authorize(browser, app)).json()["oauth"]
    assert refresh(other, token["refresh_token"]).json()["error"] == "invalid_grant"
    assert refresh(app, token["refresh_token"], redirect_uri=REDIRECT).status_code == 200
    assert refresh(app, token["access_token"]).json()["error"] == "invalid_grant"


def test_an_access_token_ends_after_two_hours_and_its_refresh_token_does_not(browser, app) -> None:
    token = exchange(app, authorize(browser, app)).json()["oauth"]
    with time_machine.travel(clock.now() + timedelta(seconds=7201)):
        answer = clinic(token["access_token"])
        assert answer.status_code == 401
        assert answer.json() == {"error": "invalid_token"}
        assert 'error="invalid_token"' in answer["WWW-Authenticate"]
        assert refresh(app, token["refresh_token"]).status_code == 200


def revoke(app: Application, token: str, **changes: str):
    return Client().post(
        "/api/oauth/revoke",
        {"client_id": app.client_id, "client_secret": CLIENT_SECRET, "token": token, **changes},
        content_type="application/json",
    )


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
def test_revoking_either_token_ends_both(browser, app, which) -> None:
    token = exchange(app, authorize(browser, app)).json()["oauth"]
    answer = revoke(app, token[which])
    assert (answer.status_code, answer.json()) == (200, {})
    assert clinic(token["access_token"]).status_code == 401
    assert refresh(app, token["refresh_token"]).status_code == 400
    assert revoke(app, token[which]).status_code == 200


def test_an_expired_token_can_be_revoked(browser, app) -> None:
    token = exchange(app, authorize(browser, app)).json()["oauth"]
    with time_machine.travel(clock.now() + timedelta(days=3)):
        assert revoke(app, token["access_token"]).status_code == 200
        assert refresh(app, token["refresh_token"]).status_code == 400


def test_nobody_revokes_the_tokens_of_another_application(browser, app) -> None:
    other = accounts.application()
    token = exchange(app, authorize(browser, app)).json()["oauth"]
    assert revoke(other, token["access_token"]).status_code == 200
    assert revoke(app, token["access_token"], client_secret="wrong").status_code == 401
    assert clinic(token["access_token"]).status_code == 200


def test_a_person_who_may_no_longer_sign_in_has_no_tokens(browser, app, nina) -> None:
    token = exchange(app, authorize(browser, app)).json()["oauth"]
    nina.user.is_active = False
    nina.user.save()
    assert clinic(token["access_token"]).status_code == 401
    assert refresh(app, token["refresh_token"]).status_code == 400


def test_the_session_of_a_browser_does_not_open_the_api(browser) -> None:
    assert browser.get("/api/clinic").status_code == 401
