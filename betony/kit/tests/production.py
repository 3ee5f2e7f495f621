"""The settings of the server whose tests run, read as its production reads them."""

import importlib.util
import runpy
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.conf import settings


def good() -> dict[str, str]:
    """Return the variables that production cannot start without."""
    server = settings.BETONY_SERVER
    return {
        "BETONY_ENV": "production",
        "BETONY_SECRET_KEY": "a secret of our own, long enough: " + "x" * 40,
        "BETONY_KEY_RING": Fernet.generate_key().decode(),
        f"BETONY_{server.upper()}_URL": f"https://{server}.example",
        f"BETONY_{server.upper()}_DATABASE_URL": f"postgresql://app:secret@db/{server}",
        "BETONY_SMTP_URL": "smtps://user:secret@mail.example",
    }


def reader(monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Any]]:
    """Return what reads the settings with the variables of a good production, changed as told."""

    def read(**changes: str) -> dict[str, Any]:
        for name, value in {**good(), **changes}.items():
            monkeypatch.setenv(name, value)
        found = importlib.util.find_spec(settings.SETTINGS_MODULE)
        assert found is not None
        assert found.origin is not None
        return runpy.run_path(found.origin)

    return read
