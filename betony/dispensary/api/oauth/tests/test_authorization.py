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
from betony.dispensary.accounts.models import AuthorizationCode, Grant, TokenPair
from betony.dispensary.api.oauth.tests import conversation
from betony.dispensary.practices import factories as practices
from betony.kit import clock, tenancy
from betony.kit.audit.models import AuditEvent

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_the_consent_page_says_who_shares_what_with_whom(browser, app) -> None:
    page = browser.get(conversation.address(app))
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
    text = client.get(conversation.address(app)).content.decode()
    assert "<img src=x" not in text
    assert "<b>Nina" not in text


def test_authorizing_gives_a_code_and_the_state_untouched(browser, app) -> None:
    answer = browser.post(conversation.address(app), {"decision": "authorize"})
    target = urlsplit(answer["Location"])
    assert f"{target.scheme}://{target.netloc}{target.path}" == conversation.REDIRECT
    values = parse_qs(target.query)
    assert values["state"] == ["st=a te&é"]
    assert conversation.TOKEN.fullmatch(values["code"][0])
    assert not AuthorizationCode.objects.filter(digest=values["code"][0]).exists()


def test_cancelling_tells_the_application_and_changes_nothing(browser, app) -> None:
    answer = browser.post(conversation.address(app), {"decision": "cancel"})
    values = parse_qs(urlsplit(answer["Location"]).query)
    assert values["error"] == ["access_denied"]
    assert values["state"] == ["st=a te&é"]
    assert not AuthorizationCode.objects.exists()


def test_a_code_becomes_tokens_in_the_documented_shape(browser, app, nina, shop) -> None:
    answer = conversation.exchange(app, conversation.authorize(browser, app))
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    token = answer.json()["oauth"]
    assert conversation.TOKEN.fullmatch(token["access_token"])
    assert conversation.TOKEN.fullmatch(token["refresh_token"])
    assert (token["token_type"], token["expires_in"]) == ("Bearer", 7200)
    assert "catalog:read" in token["scope"].split(" ")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", token["created_at"])
    assert token["resource_owner"] == {
        "id": str(nina.pk),
        "type": "Practitioner",
        "clinic_id": str(shop.pk),
    }
    assert conversation.clinic(token["access_token"]).json()["clinic"]["name"] == "Meadowlark Dispensary"
    stored = TokenPair.objects.get()
    assert token["access_token"] not in (stored.access_digest, stored.refresh_digest)
    with tenancy.organization(shop.pk):
        assert AuditEvent.objects.filter(action="accounts.grant_created").count() == 1


def test_a_form_and_the_other_addresses_work_too(browser, app) -> None:
    code = conversation.authorize(browser, app, response_type="")
    form = {
        "grant_type": "authorization_code",
        "client_id": app.client_id,
        "client_secret": CLIENT_SECRET,
        "redirect_uri": conversation.REDIRECT,
        "code": code,
    }
    answer = Client().post("/oauth/token", urlencode(form), content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200
    assert browser.get(conversation.address(app).replace("/oauth", "/api/oauth", 1)).status_code == 200
    assert browser.get(conversation.address(app) + "&scope=Clinic:READ+all").status_code == 200


def test_staff_are_named_as_staff(client, shop, app) -> None:
    with tenancy.organization(shop.pk):
        rosa = practices.staff(shop)
    client.force_login(rosa.user)
    owner = conversation.exchange(app, conversation.authorize(client, app)).json()["oauth"]["resource_owner"]
    assert owner["type"] == "Staff"
    assert owner["id"] == str(rosa.pk)


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": conversation.REDIRECT + "/"},
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
    assert browser.get(conversation.address(app, **changes)).status_code == 404
    assert browser.post(conversation.address(app, **changes), {"decision": "authorize"}).status_code == 404
    assert not AuthorizationCode.objects.exists()


def test_a_parameter_given_twice_is_refused(browser, app) -> None:
    assert browser.get(conversation.address(app) + "&redirect_uri=https://evil.example/").status_code == 404


def test_another_response_type_is_refused_at_the_application(browser, app) -> None:
    answer = browser.get(conversation.address(app, response_type="token"))
    values = parse_qs(urlsplit(answer["Location"]).query)
    assert values["error"] in (["unsupported_response_type"], ["unauthorized_client"])


def test_consent_needs_the_form_of_our_own_page(app, nina) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(nina.user)
    assert strict.post(conversation.address(app), {"decision": "authorize"}).status_code == 403
    assert not AuthorizationCode.objects.exists()


def test_somebody_who_is_not_signed_in_is_asked_to_and_comes_back(client, app, nina) -> None:
    answer = client.get(conversation.address(app))
    assert answer.status_code == 302
    target = urlsplit(answer["Location"])
    assert target.path == "/sign-in/"
    wanted = parse_qs(target.query)["next"][0]
    answer = client.post("/sign-in/", {"email": nina.email, "password": PASSWORD, "next": wanted})
    assert answer["Location"] == wanted == conversation.address(app)
    assert client.get(wanted).status_code == 200


def test_prompt_login_asks_for_the_password_each_time(browser, app, nina) -> None:
    asked = conversation.address(app, prompt="login")
    answer = browser.get(asked)
    assert answer["Location"].startswith("/sign-in/")
    assert browser.post(asked, {"decision": "authorize"})["Location"].startswith("/sign-in/")
    browser.post("/sign-in/", {"email": nina.email, "password": PASSWORD, "next": asked})
    assert browser.get(asked).status_code == 200
    assert "code=" in browser.post(asked, {"decision": "authorize"})["Location"]
    assert browser.get(asked)["Location"].startswith("/sign-in/")


def test_a_second_press_of_authorize_ends_where_the_first_does(browser, app, nina) -> None:
    asked = conversation.address(app, prompt="login")
    browser.post("/sign-in/", {"email": nina.email, "password": PASSWORD, "next": asked})
    for _press in range(2):
        assert "code=" in browser.post(asked, {"decision": "authorize"})["Location"]
    other = conversation.address(app, prompt="login", state="another")
    assert browser.post(other, {"decision": "authorize"})["Location"].startswith("/sign-in/")
    with time_machine.travel(clock.now() + timedelta(seconds=11)):
        assert browser.post(asked, {"decision": "authorize"})["Location"].startswith("/sign-in/")


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        ("patients:read", ["postal addresses", "mobile phones", "gender", "discounts", "guardian"]),
        ("clinic:write", ["changes and cancellations", "Checkouts at your practice", "invited by email"]),
        (
            "patients:treatment_plan_history",
            ["products, dosages", "message to the patient", "first opened it"],
        ),
        ("patients:order_history", ["quantities", "what they paid"]),
        ("clinic:read", ["emails and credentials"]),
    ],
)
def test_the_page_says_all_that_a_scope_lets_through(browser, app, scope, words) -> None:
    app.scopes = [scope]
    app.save()
    shown = browser.get(conversation.address(app)).content.decode()
    assert [one for one in words if one not in shown] == []
    app.scopes = ["catalog:read"]
    app.save()
    shown = browser.get(conversation.address(app)).content.decode()
    assert [one for one in words if one in shown] == []


def test_a_code_works_once_and_its_second_use_revokes_what_it_gave(browser, app, shop) -> None:
    code = conversation.authorize(browser, app)
    token = conversation.exchange(app, code).json()["oauth"]["access_token"]
    again = conversation.exchange(app, code)
    assert again.status_code == 400
    assert again.json()["error"] == "invalid_grant"
    assert conversation.clinic(token).status_code == 401
    assert Grant.objects.get().revoked_at is not None


def test_a_code_ends_after_ten_minutes(browser, app) -> None:
    code = conversation.authorize(browser, app)
    with time_machine.travel(clock.now() + timedelta(minutes=10, seconds=1)):
        assert conversation.exchange(app, code).json()["error"] == "invalid_grant"


def test_a_code_belongs_to_its_application_and_address(browser, app) -> None:
    other = accounts.application(redirect_uris=[conversation.REDIRECT])
    code = conversation.authorize(browser, app)
    for answer in (
        conversation.exchange(other, code),
        conversation.exchange(app, code, redirect_uri="https://clinic.example/other"),
        conversation.exchange(app, code, redirect_uri=""),
    ):
        assert answer.status_code == 400
        assert answer.json()["error"] == "invalid_grant"
    assert conversation.exchange(app, code).status_code == 200


@pytest.mark.parametrize("changes", [{"client_secret": "wrong"}, {"client_secret": ""}, {"client_id": "no"}])
def test_a_wrong_client_gets_nothing(browser, app, changes) -> None:
    answer = conversation.exchange(app, conversation.authorize(browser, app), **changes)
    assert answer.status_code == 401
    assert answer.json()["error"] == "invalid_client"
    assert "WWW-Authenticate" in answer
    assert not TokenPair.objects.exists()


def test_basic_authentication_of_the_client_works(browser, app) -> None:
    code = conversation.authorize(browser, app)
    value = base64.b64encode(f"{app.client_id}:{CLIENT_SECRET}".encode()).decode()
    answer = Client().post(
        "/api/oauth/token",
        {"grant_type": "authorization_code", "redirect_uri": conversation.REDIRECT, "code": code},
        headers={"Authorization": f"Basic {value}"},
    )
    assert answer.status_code == 200


def test_unknown_grants_and_broken_bodies_are_refused(app) -> None:
    assert conversation.exchange(app, "x", grant_type="password").json()["error"] == "unsupported_grant_type"
    assert conversation.exchange(app, "").json()["error"] == "invalid_request"
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
    code = conversation.authorize(browser, app, code_challenge=challenge, code_challenge_method="S256")
    assert conversation.exchange(app, code).status_code == 400
    assert conversation.exchange(app, code, code_verifier="w" * 50).json()["error"] == "invalid_grant"
    assert conversation.exchange(app, code, code_verifier=verifier).status_code == 200


def test_a_verifier_without_a_challenge_is_refused(browser, app) -> None:
    refused = conversation.exchange(app, conversation.authorize(browser, app), code_verifier="v" * 50)
    assert refused.json()["error"] == "invalid_grant"


def test_only_s256_challenges_are_taken(browser, app) -> None:
    for changes in (
        {"code_challenge": "v" * 50, "code_challenge_method": "plain"},
        {"code_challenge": "v" * 43},
        {"code_challenge": "v" * 500, "code_challenge_method": "S256"},
    ):
        answer = browser.get(conversation.address(app, **changes))
        assert parse_qs(urlsplit(answer["Location"]).query)["error"] == ["invalid_request"]
