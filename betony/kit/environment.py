"""Settings from the environment, validated when the server starts."""

import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


class BadSetting(ImproperlyConfigured):
    """One sentence that names the variable and says what is wrong with it."""


def text(name: str, default: str | None = None) -> str:
    """Return the variable, or what stands in the file that NAME_FILE names, or the default.

    Raises BadSetting when there is none of them.
    """
    value = os.environ.get(name)
    file_name = os.environ.get(f"{name}_FILE")
    if not value and file_name:
        try:
            value = Path(file_name).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise BadSetting(f"{name}_FILE names a file that cannot be read: {file_name}.") from error
    if value:
        return value
    if default is None:
        raise BadSetting(f"{name} is not set.")
    return default


def choice(name: str, choices: tuple[str, ...], default: str) -> str:
    """Return the variable, which must be one of the choices."""
    value = text(name, default)
    if value not in choices:
        raise BadSetting(f"{name} must be one of {', '.join(choices)}, not {value!r}.")
    return value


def number(name: str, default: int, *, least: int = 0, most: int = 10_000_000) -> int:
    """Return the variable as a whole number between least and most."""
    value = text(name, str(default))
    if not re.fullmatch(r"-?\d+", value) or not least <= int(value) <= most:
        raise BadSetting(f"{name} must be a whole number from {least} to {most}, not {value!r}.")
    return int(value)


def web_address(name: str, default: str | None = None) -> str:
    """Return the variable as an http(s) origin without a path or trailing slash."""
    value = text(name, default).rstrip("/")
    try:
        parts = urlsplit(value)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.path
        _ = parts.port
    except ValueError:
        fits = False
    if not fits:
        raise BadSetting(f"{name} must be an address like https://clinic.example, not {value!r}.")
    return value


def words(name: str, default: str = "") -> list[str]:
    """Return the comma-separated parts of the variable."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def database(name: str, default: str | None = None) -> dict[str, Any]:
    """Return Django's settings for the PostgreSQL of this URL (`?host=/folder` for a socket)."""
    value = text(name, default)
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError as error:
        raise BadSetting(f"{name} is not a PostgreSQL address.") from error
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise BadSetting(f"{name} must look like postgresql://user:password@host:5432/database.")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", None) or parts.hostname or "",
        "PORT": str(options.pop("port", None) or port or ""),
        "OPTIONS": dict(options),
    }


def mail(name: str, default: str) -> dict[str, Any]:
    """Return Django's e-mail settings for an smtp:// or smtps:// address."""
    value = text(name, default)
    parts = urlsplit(value)
    if parts.scheme not in ("smtp", "smtps", "smtp+starttls") or not parts.hostname:
        raise BadSetting(f"{name} must look like smtp://host:25, smtp+starttls://… or smtps://….")
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or 25,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp+starttls",
    }
