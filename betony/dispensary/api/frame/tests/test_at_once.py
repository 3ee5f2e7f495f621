"""The same key, and the same token, from two connections at once."""

import threading

import pytest
from django.urls import include, path

from betony.dispensary.accounts import factories as accounts
from betony.dispensary.api import factories, frame
from betony.dispensary.practices import factories as practices
from betony.kit import tenancy

inside, may_end = threading.Event(), threading.Event()
made: list[str] = []


@frame.operation()
def make_slowly(call: frame.Call) -> frame.Answer:
    inside.set()
    assert may_end.wait(10)
    made.append(call.fields().text("name"))
    return frame.created({"number": len(made)})


urlpatterns = [
    path("api/", include([frame.route("test/slow", POST=make_slowly)])),
    path("", include("betony.dispensary.config.urls")),
]


@pytest.mark.urls(__name__)
def test_a_key_that_is_being_worked_on_is_answered_at_once(at_once) -> None:
    shop = accounts.organization()
    with tenancy.organization(shop.pk):
        nina = practices.practitioner(shop)
    program = factories.program(nina)

    def first() -> int:
        return program.post("test/slow", {"name": "x"}, Idempotency_Key="k").status_code

    def second() -> tuple[int, object]:
        assert inside.wait(10)
        try:
            answer = program.post("test/slow", {"name": "x"}, Idempotency_Key="k")
            return answer.status_code, answer.json()
        finally:
            may_end.set()

    assert at_once(first, second) == [201, (409, {"error": "request_in_progress"})]
    assert program.post("test/slow", {"name": "x"}, Idempotency_Key="k").json() == {"number": 1}
    assert made == ["x"]
