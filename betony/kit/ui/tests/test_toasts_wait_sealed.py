"""A toast that waits for the next page names nobody to who reads the sessions' table (guarantee 20 and 24)."""

import pytest
from cryptography.fernet import Fernet
from django.contrib import messages
from django.contrib.messages import get_messages
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils.module_loading import import_string


def request_with(session: SessionStore, settings: object) -> HttpRequest:
    request = RequestFactory().get("/")
    request.session = session
    storage = import_string(settings.MESSAGE_STORAGE)  # type: ignore[attr-defined]  # pytest-django's settings
    request._messages = storage(request)  # type: ignore[attr-defined]  # as Django's middleware does
    return request


def keep(session: SessionStore, settings: object) -> None:
    request = request_with(session, settings)
    messages.success(request, "Zoë O'Brien was added.")
    request._messages.update(HttpResponse())  # type: ignore[attr-defined]  # as above
    session.save()


@pytest.fixture
def session(db: None) -> SessionStore:
    return SessionStore()


def test_the_table_holds_no_name_and_the_next_page_says_it(session: SessionStore, settings: object) -> None:
    keep(session, settings)
    stored = str(Session.objects.get().get_decoded())
    for word in ("Zoë", "Zo\\u00eb", "O'Brien", "added"):
        assert word not in stored
    shown = get_messages(request_with(SessionStore(session.session_key), settings))
    assert [one.message for one in shown] == ["Zoë O'Brien was added."]


def test_a_toast_whose_key_is_gone_is_not_shown_and_breaks_nothing(session: SessionStore, settings) -> None:
    keep(session, settings)
    settings.BETONY_KEY_RING = [Fernet.generate_key().decode()]
    assert list(get_messages(request_with(SessionStore(session.session_key), settings))) == []


def test_a_session_without_toasts_has_none(session: SessionStore, settings: object) -> None:
    assert list(get_messages(request_with(session, settings))) == []
