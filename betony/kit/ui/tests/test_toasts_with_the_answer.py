"""What a view says reaches the page that htmx draws its answer into, and otherwise the page that comes next."""

import json

import pytest
from django.contrib.messages import get_messages
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.test import RequestFactory
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from betony.kit.ui import toasts
from betony.kit.ui.testing import HTMX


def request_with(headers):
    request = RequestFactory().post("/", headers=headers)
    request.session = SessionStore()
    request._messages = toasts.SealedToasts(request)  # type: ignore[attr-defined]  # as Django does
    return request


def answer_of(view, headers):
    """Return the request and the answer it got through the middleware."""
    request = request_with(headers)
    return request, toasts.ToastsMiddleware(view)(request)


def toast_in(response):
    return json.loads(response.headers.get("HX-Trigger", "{}")).get("toast")


def saying(*words, response=None, tone="ok"):
    def view(request: HttpRequest) -> HttpResponse:
        for one in words:
            toasts.say(request, one, tone=tone)
        return response or HttpResponse(status=204)

    return view


@pytest.mark.parametrize("tone", ["ok", "info", "warn", "error", "quiet"])
def test_htmx_gets_it_with_the_answer_and_the_next_page_says_it_not_again(tone):
    request, response = answer_of(saying("Kept.", tone=tone), HTMX)
    assert toast_in(response) == {"message": "Kept.", "tone": tone}
    request._messages.update(HttpResponse())
    assert list(get_messages(request_with({}))) == []
    assert dict(request.session) == {}


def test_an_answer_that_is_refused_says_it_too():
    _, response = answer_of(saying("No.", response=HttpResponse(status=422)), HTMX)
    assert toast_in(response)["message"] == "No."


def test_what_else_the_answer_makes_happen_still_happens():
    happens = trigger_client_event(HttpResponse(status=204), "dialog:close", {})
    _, response = answer_of(saying("Kept.", response=happens), HTMX)
    assert set(json.loads(response["HX-Trigger"])) == {"dialog:close", "toast"}


def test_several_are_all_said_and_so_is_one_that_the_view_sent_itself():
    own = trigger_client_event(HttpResponse(), "toast", {"message": "Own", "url": "/there/", "link": "There"})
    _, response = answer_of(saying("One", "Two", response=own), HTMX)
    assert [one["message"] for one in toast_in(response)["several"]] == ["Own", "One", "Two"]


@pytest.mark.parametrize(
    ("headers", "response"),
    [
        ({}, HttpResponse()),
        ({}, redirect("/there/")),
        (HTMX, redirect("/there/")),
        (HTMX, HttpResponseClientRedirect("/there/")),
        (HTMX, HttpResponse(status=500)),
        ({**HTMX, "X-Betony-Background": "1"}, HttpResponse()),
    ],
    ids=["a page", "a redirect", "htmx led on", "htmx sent on", "a failure", "polling"],
)
def test_where_it_would_not_be_seen_it_waits_for_the_page_that_comes_next(headers, response):
    request, answered = answer_of(saying("Kept.", response=response), headers)
    assert toast_in(answered) is None
    assert [one.message for one in get_messages(request)] == ["Kept."]
