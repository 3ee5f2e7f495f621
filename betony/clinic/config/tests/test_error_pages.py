"""Pages for errors: they say what happened, what was kept and what to do, and nothing about anybody."""

import re

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.test import Client

from betony.clinic.accounts import queries
from betony.clinic.accounts.permissions import Role
from betony.clinic.accounts.tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return factories.signed_in(factories.member(first_name="Alice"), raise_request_exception=False)


def failing(error):
    def fail(*arguments, **options):
        raise error

    return fail


@pytest.mark.parametrize(
    ("error", "status", "title"),
    [
        (SuspiciousOperation("Alice's secret"), 400, "We could not read that request"),
        (PermissionDenied("Alice's secret"), 403, "That is not allowed here"),
        (RuntimeError("Alice's secret"), 500, "Something went wrong on our side"),
    ],
)
def test_each_error_has_a_page_that_helps(owner, monkeypatch, error, status, title):
    monkeypatch.setattr(queries, "members", failing(error))
    response = owner.get("/settings/users/")
    assert response.status_code == status
    assert f"<h1>{title}</h1>" in response.text
    assert "Go to the start page" in response.text
    assert "secret" not in response.text


def test_the_page_for_our_own_errors_gives_a_number_that_is_in_the_log(owner, monkeypatch):
    monkeypatch.setattr(queries, "members", failing(RuntimeError()))
    response = owner.get("/settings/users/")
    assert f"<code>{response['X-Request-Id']}</code>" in response.text


def test_an_unknown_address_and_a_forbidden_one_look_the_same(owner):
    biller = factories.signed_in(factories.member(Role.BILLER, first_name="Alice"))
    unknown, forbidden = biller.get("/nothing/"), biller.get("/settings/users/")
    assert (unknown.status_code, forbidden.status_code) == (404, 404)
    assert "<h1>There is nothing at this address</h1>" in forbidden.text
    token = re.compile(r'<meta name="csrf-token"[^>]*>')
    assert token.sub("", unknown.text) == token.sub("", forbidden.text)


def test_a_form_that_waited_too_long_says_so():
    response = Client(enforce_csrf_checks=True).post("/sign-in/", {"email": "a", "password": "b"})
    assert response.status_code == 403
    assert "<h1>This page has been open too long</h1>" in response.text


def test_a_strange_host_gets_a_page_too():
    response = Client(raise_request_exception=False).get("/sign-in/", headers={"host": "evil.example"})
    assert response.status_code == 400


def test_error_pages_are_not_stored(owner):
    assert owner.get("/nothing/")["Cache-Control"] == "no-store"
