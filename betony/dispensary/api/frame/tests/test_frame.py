"""What every operation gets from the frame."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import include, path

from betony.dispensary.accounts import factories as accounts
from betony.dispensary.accounts.models import User
from betony.dispensary.accounts.rules import SCOPES
from betony.dispensary.api import actions, factories, frame, jobs
from betony.dispensary.api.frame import tokens
from betony.dispensary.api.models import KeptAnswer
from betony.dispensary.practices import factories as practices
from betony.kit import clock, tenancy
from betony.kit.rate_limits import counting

made: list[str] = []


@frame.operation("patients:write")
def make(call: frame.Call) -> frame.Answer:
    fields = call.fields()
    name = fields.text("name", required=True)
    fields.check()
    made.append(name)
    return frame.created({"made": {"name": name, "number": len(made)}})


@frame.operation(any_of=("patients:read", "patients:treatment_plan_history"))
def echo(call: frame.Call) -> frame.Body:
    return {"body": call.body, "actor": [call.actor.kind, call.actor.role], "owner": call.owner.type}


@frame.operation()
def people(call: frame.Call) -> frame.Body:
    rows = User.objects.filter(organization=call.organization)
    rows = frame.between_dates(call, "created_at", rows, field="created_at")
    rows = frame.sort(call, rows, {"email": "email", "created_at": "created_at"}, default="email")
    return frame.page(call, "people", rows, lambda row: {"email": row.email})


@frame.operation()
def break_down(call: frame.Call) -> frame.Body:
    User.objects.filter(organization=call.organization).update(first_name="Changed")
    raise frame.Refused(400, "No.")


api = [
    frame.route("test/make", POST=make),
    frame.route("test/echo", GET=echo, POST=echo, PATCH=echo),
    frame.route("test/people", GET=people),
    frame.route("test/break", POST=break_down),
]
urlpatterns = [
    path("api/", include(api)),
    path("", include("betony.dispensary.config.urls")),
]

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture(autouse=True)
def _nothing_made() -> Iterator[None]:
    made.clear()
    yield
    made.clear()


@pytest.fixture
def nina():
    shop = accounts.organization()
    with tenancy.organization(shop.pk):
        return practices.practitioner(shop, email="nina@meadowlark.example")


@pytest.fixture
def program(nina) -> factories.Program:
    return factories.program(nina)


def test_an_unknown_address_is_answered_in_json(client) -> None:
    for address in ("/api/", "/api/nothing", "/api/clinic/practitioners/1", "/api/clinic/x/"):
        answer = client.get(address)
        assert (answer.status_code, answer.json()) == (404, {"status": 404, "error": "Not Found"})
        assert answer["X-Request-Id"]


def test_a_method_nobody_made_is_an_unknown_address(program) -> None:
    assert program.call("DELETE", "test/echo").status_code == 404
    assert program.call("OPTIONS", "test/echo").status_code == 404


@pytest.mark.parametrize(
    "value",
    ["", "Bearer", "Bearer ", "Bearer nothing", "Basic eDp5", "Bearer " + "x" * 9000, "Bearer \udcff"],
)
def test_without_a_good_token_nothing_is_told(client, value) -> None:
    answer = client.get("/api/clinic", headers={"Authorization": value} if value else {})
    assert answer.status_code == 401
    assert answer.json() == {"error": "invalid_token"}
    assert answer["WWW-Authenticate"].startswith("Bearer ")


def test_the_actor_is_the_application_with_its_scopes(program) -> None:
    told = program.get("test/echo").json()
    assert told["actor"] == ["application", "practitioner"]
    assert told["owner"] == "Practitioner"


def test_a_missing_scope_names_its_group(nina) -> None:
    few = factories.program(nina, scopes=["catalog:read"])
    answer = few.post("test/make", {"name": "x"})
    assert answer.status_code == 403
    assert answer.json() == {"error": "The scope group `patients` must be enabled for this application."}
    assert few.get("test/echo").status_code == 403
    assert few.get("clinic").json()["error"].count("`clinic`") == 1
    one = factories.program(nina, scopes=["patients:treatment_plan_history"])
    assert one.get("test/echo").status_code == 200


def test_put_does_what_patch_does(program) -> None:
    assert program.call("PUT", "test/echo", {"a": 1}).json()["body"] == {"a": 1}


def test_a_get_with_a_body_ignores_it(program) -> None:
    assert program.call("GET", "test/echo", {"a": 1}).json()["body"] == {}


def send(program: factories.Program, body: bytes, content_type: str):
    return Client().generic(
        "POST",
        "/api/test/echo",
        body,
        content_type=content_type,
        headers={"Authorization": f"Bearer {program.token}"},
    )


def test_forms_with_brackets_become_the_same_values_as_json(program) -> None:
    body = (
        b"name=A&metadata%5Bid%5D=7&ids[]=1&ids[]=2"
        b"&items[][sku]=x&items[][quantity]=1&items[][sku]=y&items[][quantity]=2"
    )
    answer = send(program, body, "application/x-www-form-urlencoded")
    assert answer.json()["body"] == {
        "name": "A",
        "metadata": {"id": "7"},
        "ids": ["1", "2"],
        "items": [{"sku": "x", "quantity": "1"}, {"sku": "y", "quantity": "2"}],
    }


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"{", "application/json"),
        (b"[1]", "application/json"),
        (b'"text"', "application/json"),
        (b'{"a": NaN}', "application/json"),
        (b"\xff\xfe", "application/json"),
        (b"[" * 100_000, "application/json"),
        (b"a[b=1", "application/x-www-form-urlencoded"),
        (b"a=1&a[b]=2", "application/x-www-form-urlencoded"),
        (b"a[b]=1&a[]=2", "application/x-www-form-urlencoded"),
        (b"&".join(b"a%d=1" % number for number in range(2000)), "application/x-www-form-urlencoded"),
        (b"--x\r\nbroken", "multipart/form-data; boundary="),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(program, body, content_type) -> None:
    answer = send(program, body, content_type)
    assert answer.status_code == 400
    assert answer.json() == {"error": "The body could not be read."}


def test_a_body_too_large_is_refused(program) -> None:
    assert send(program, b" " * 1_100_000 + b"{}", "application/json").status_code == 413
    assert send(program, b'{"a": "' + b"x" * 3_000_000 + b'"}', "application/json").status_code == 413


def test_pages_are_counted_as_documented(program, nina) -> None:
    for number in range(4):
        accounts.user(nina.organization, email=f"p{number}@meadowlark.example")
    answer = program.get("test/people?page%5Bsize%5D=2&page%5Bnumber%5D=2").json()
    assert [one["email"][:2] for one in answer["people"]] == ["p0", "p1"] or len(answer["people"]) == 2
    assert answer["meta"] == {
        "current_page": 2,
        "next_page": 3,
        "prev_page": 1,
        "total_pages": 3,
        "total_count": 5,
    }
    assert program.get("test/people?page[number]=0").json()["meta"]["current_page"] == 1
    assert program.get("test/people?page[number]=-3&page[size]=0").json()["meta"]["total_pages"] == 5
    assert program.get("test/people?page[size]=x&page[number]=%00").json()["meta"]["total_pages"] == 1
    assert program.get("test/people?page[number]=999999999").json()["people"] == []


def test_a_page_holds_at_most_a_hundred_rows_and_usually_25(program, nina) -> None:
    User.objects.bulk_create(
        User(organization=nina.organization, email=f"u{number}@m.example", first_name="U", last_name="X")
        for number in range(120)
    )
    assert len(program.get("test/people").json()["people"]) == 25
    assert len(program.get("test/people?page[size]=5000").json()["people"]) == 100


def test_an_empty_list_has_no_pages(program) -> None:
    answer = program.get("test/people?created_at=2001-01-01").json()
    assert answer["people"] == []
    assert answer["meta"]["total_pages"] == 0


def test_sorting_takes_allowed_names_only(program, nina) -> None:
    accounts.user(nina.organization, email="a@meadowlark.example")
    descending = program.get("test/people?sort_by=email&order_by=DESC").json()["people"]
    assert [one["email"][0] for one in descending] == ["n", "a"]
    hostile = program.get("test/people?sort_by=password;drop&order_by=x").json()["people"]
    assert [one["email"][0] for one in hostile] == ["a", "n"]


def test_days_and_spans_of_days_filter(program, nina) -> None:
    User.objects.update(created_at=datetime(2026, 1, 31, 23, 59, tzinfo=UTC))

    def count(value: str) -> int:
        return len(program.get(f"test/people?created_at={value}").json()["people"])

    found = ["2026-01-31", "%3C2026-02-01", "%3E2026-01-30", "2026-01-31..2026-01-31", ""]
    missed = ["2026-02-01", "%3C2026-01-31", "%3E2026-01-31", "2026-02-01..2026-02-02"]
    assert [count(value) for value in found] == [1] * 5
    assert [count(value) for value in missed] == [0] * 4
    for broken in ("yesterday", "2026-13-01", "%3E9999-12-31", "2026-01-01.."):
        assert program.get(f"test/people?created_at={broken}").status_code == 422


def test_an_error_undoes_what_the_operation_did(program, nina) -> None:
    assert program.post("test/break").status_code == 400
    assert User.objects.get(pk=nina.user_id).first_name == nina.first_name


def test_problems_can_be_sent_as_a_list(program, settings) -> None:
    assert json.loads(program.post("test/make", {}).json()["error"]) == ["Name can't be blank"]
    settings.BETONY_API_VALIDATION_ERRORS = "list"
    assert program.post("test/make", {}).json() == {"error": ["Name can't be blank"]}


def test_a_call_that_comes_twice_is_done_once(program) -> None:
    first = program.post("test/make", {"name": "x"}, Idempotency_Key="k-1")
    again = program.post("test/make", {"name": "x"}, Idempotency_Key="k-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert made == ["x"]
    program.post("test/make", {"name": "x"}, Idempotency_Key="k-2")
    assert len(made) == 2


def test_a_key_with_another_body_is_refused(program) -> None:
    program.post("test/make", {"name": "x"}, Idempotency_Key="k")
    answer = program.post("test/make", {"name": "y"}, Idempotency_Key="k")
    assert answer.status_code == 422
    assert made == ["x"]
    assert program.post("test/make", {"name": "x"}, Idempotency_Key="x" * 300).status_code == 422


def test_a_key_of_another_application_is_another_key(program, nina) -> None:
    other = factories.program(nina)
    program.post("test/make", {"name": "x"}, Idempotency_Key="k")
    assert other.post("test/make", {"name": "y"}, Idempotency_Key="k").status_code == 201


def test_a_refused_call_may_be_tried_again_with_its_key(program) -> None:
    assert program.post("test/make", {}, Idempotency_Key="k").status_code == 422
    assert program.post("test/make", {"name": "x"}, Idempotency_Key="k").status_code == 201


def test_a_key_is_forgotten_after_a_day(program, nina) -> None:
    program.post("test/make", {"name": "x"}, Idempotency_Key="k")
    with tenancy.organization(nina.organization_id):
        KeptAnswer.objects.update(created_at=clock.now() - timedelta(hours=25))
    assert program.post("test/make", {"name": "y"}, Idempotency_Key="k").status_code == 201
    with tenancy.organization(nina.organization_id):
        assert KeptAnswer.objects.count() == 1
        KeptAnswer.objects.update(created_at=clock.now() - timedelta(hours=25))
        assert actions.forget_old_answers() == 1


def test_too_many_calls_are_refused_for_as_long_as_the_answer_says(program, nina, monkeypatch) -> None:
    monkeypatch.setattr(tokens, "LIMIT", counting.Limit("test.api", 2, 300))
    with time_machine.travel(clock.now(), tick=False) as now:
        assert program.get("clinic").status_code == 200
        now.shift(timedelta(seconds=200))
        assert [program.get("clinic").status_code for _ in range(2)] == [200, 429]
        seconds = int(program.get("clinic")["Retry-After"])
        assert 100 <= seconds <= 120
        assert factories.program(nina).get("clinic").status_code == 200
        now.shift(timedelta(seconds=seconds))
        # The call of the beginning has left the window; the one of 200 seconds later is in it still.
        assert [program.get("clinic").status_code for _ in range(2)] == [200, 429]


def test_a_body_of_null_is_an_empty_one(program) -> None:
    answer = send(program, b"null", "application/json")
    assert (answer.status_code, answer.json()["body"]) == (200, {})


def test_every_scope_has_words_for_the_consent_page() -> None:
    from betony.dispensary.api.oauth import sentences

    assert set(sentences.TO_APPLICATION) | set(sentences.FROM_APPLICATION) == set(SCOPES)


def test_old_answers_of_every_dispensary_are_forgotten(program, nina) -> None:
    program.post("test/make", {"name": "x"}, Idempotency_Key="old")
    with tenancy.organization(nina.organization_id):
        KeptAnswer.objects.update(created_at=clock.now() - timedelta(hours=25))
    program.post("test/make", {"name": "x"}, Idempotency_Key="new")
    jobs.forget_old_answers()
    with tenancy.organization(nina.organization_id):
        assert KeptAnswer.objects.get().key == "new"
