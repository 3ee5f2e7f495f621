"""Errors come as a page for people and as JSON for programs."""

import pytest
from django.test import Client

from betony.dispensary.api.frame import tokens


@pytest.mark.django_db
def test_people_get_a_page_that_helps(client: Client) -> None:
    answer = client.get("/nothing-here/")
    assert answer.status_code == 404
    assert "There is nothing at this address" in answer.content.decode()


@pytest.mark.django_db
def test_a_program_is_told_in_json_that_something_broke(monkeypatch) -> None:
    def fail(request: object) -> None:
        raise RuntimeError("a secret detail")

    monkeypatch.setattr(tokens, "authenticate", fail)
    answer = Client(raise_request_exception=False).get("/api/clinic")
    assert (answer.status_code, answer.json()) == (500, {"status": 500, "error": "Internal Server Error"})
