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
    """Return the variable, which must be one of the choices. Raises BadSetting."""
    value = text(name, default)
    if value not in choices:
        raise BadSetting(f"{name} must be one of {', '.join(choices)}, not {value!r}.")
    return value


def number(name: str, default: int, *, least: int = 0, most: int = 10_000_000) -> int:
    """Return the variable as a whole number between least and most. Raises BadSetting."""
    value = text(name, str(default))
    if not re.fullmatch(r"-?\d+", value) or not least <= int(value) <= most:
        raise BadSetting(f"{name} must be a whole number from {least} to {most}, not {value!r}.")
    return int(value)


def web_address(name: str, default: str | None = None, *, needs_tls: bool = False) -> str:
    """Return the variable as an http(s) origin without a path or trailing slash. Raises BadSetting."""
    value = text(name, default).rstrip("/")
    try:
        address = urlsplit(value)
        fits = address.scheme in ("http", "https") and bool(address.hostname) and not address.path
        _ = address.port
    except ValueError:
        fits = False
    if not fits:
        raise BadSetting(f"{name} must be an address like https://clinic.example, not {value!r}.")
    if needs_tls and address.scheme != "https":
        raise BadSetting(f"{name} must start with https:// in production.")
    return value


def words(name: str, default: str = "") -> list[str]:
    """Return the comma-separated parts of the variable."""
    return parts(text(name, default))


def parts(value: str) -> list[str]:
    """Return the comma-separated parts of a value."""
    return [part.strip() for part in value.split(",") if part.strip()]


def database(name: str, default: str | None = None) -> dict[str, Any]:
    """Return Django's settings for the PostgreSQL of this URL (`?host=/folder` for a socket). Raises BadSetting."""
    value = text(name, default)
    try:
        address = urlsplit(value)
        port = address.port
    except ValueError as error:
        raise BadSetting(f"{name} is not a PostgreSQL address.") from error
    if address.scheme not in ("postgres", "postgresql") or not address.path.strip("/"):
        raise BadSetting(f"{name} must look like postgresql://user:password@host:5432/database.")
    options = dict(parse_qsl(address.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(address.path.lstrip("/")),
        "USER": unquote(address.username or ""),
        "PASSWORD": unquote(address.password or ""),
        "HOST": options.pop("host", None) or address.hostname or "",
        "PORT": str(options.pop("port", None) or port or ""),
        "OPTIONS": dict(options),
    }


MAIL_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


def mail(name: str, default: str | None = None, *, needs_tls: bool = False) -> dict[str, Any]:
    """Return Django's email settings for an smtp://, smtp+starttls:// or smtps:// address. Raises BadSetting."""
    value = text(name, default)
    try:
        address = urlsplit(value)
        port = address.port
    except ValueError as error:
        raise BadSetting(f"{name} is not an address of a mail server.") from error
    if address.scheme not in MAIL_PORTS or not address.hostname:
        raise BadSetting(f"{name} must look like smtp://host:25, smtp+starttls://… or smtps://….")
    if needs_tls and address.scheme == "smtp":
        raise BadSetting(
            f"{name} must start with smtps:// or smtp+starttls:// in production, "
            "unless BETONY_SMTP_TLS is set to none."
        )
    return {
        "EMAIL_HOST": address.hostname,
        "EMAIL_PORT": port or MAIL_PORTS[address.scheme],
        "EMAIL_HOST_USER": unquote(address.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(address.password or ""),
        "EMAIL_USE_SSL": address.scheme == "smtps",
        "EMAIL_USE_TLS": address.scheme == "smtp+starttls",
    }
