"""The settings both servers share, each as a function of what differs."""

import base64
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.management.base import CommandError

from betony.kit import environment

ENVIRONMENTS = ("demo", "test", "production")
# The catalogues of sentences, beside the package (LOCALE_PATHS).
CATALOGUES = Path(__file__).resolve().parents[2] / "locale"
_TEST_SECRET_KEY = "demo-key-of-the-tests-" * 3
_TEST_KEY = base64.urlsafe_b64encode(b"the tests' key: thirty-two bytes").decode()


def databases(server: str) -> dict[str, Any]:
    """Return DATABASES: the application role as `default`, and, where given, the tables' owner as `migration`.

    `server` is CLINIC or DISPENSARY. The owner sees every organization's rows, so only the commands that work as the
    owner are given its address: whoever answers requests or runs jobs has no use for it.
    """
    application = environment.database(f"BETONY_{server}_DATABASE_URL")
    pool = {"min_size": 1, "max_size": environment.number("BETONY_POOL_SIZE", 12, least=1, most=200)}
    if (
        environment.choice(
            "BETONY_POOL", ("on", "off"), "off" if environment.text("BETONY_ENV", "demo") == "test" else "on"
        )
        == "on"
    ):
        application["OPTIONS"]["pool"] = {**pool, "timeout": 5}
    application["TEST"] = {"MIGRATE": False}
    if not environment.text(_owner_variable(server), ""):
        return {"default": application}
    return {"default": application, "migration": environment.database(_owner_variable(server))}


def _owner_variable(server: str) -> str:
    return f"BETONY_{server}_MIGRATION_DATABASE_URL"


def check_owner_is_known(server: str) -> None:
    """Pass when this command can work as the owner of the tables, else raise CommandError."""
    if not environment.text(_owner_variable(server), ""):
        raise CommandError(
            f"{_owner_variable(server)} is not set: this command works as the owner of the tables."
        )


def forget_owner(server: str) -> None:
    """Take the owner's address out of the environment of a production web process, before its settings are read.

    Elsewhere the tests share their process with it.
    """
    if environment.text("BETONY_ENV", "demo") == "production":
        for name in (_owner_variable(server), f"{_owner_variable(server)}_FILE"):
            os.environ.pop(name, None)


def caches() -> dict[str, Any]:
    """Return CACHES: one table in PostgreSQL, shared by all processes; nothing in it is pickled."""
    return {"default": {"BACKEND": "betony.kit.json_cache.JsonCache"}}


def templates(context_processors: list[str]) -> list[dict[str, Any]]:
    """Return TEMPLATES with cotton's components and the given context processors besides the usual."""
    loaders: list[Any] = [
        "django_cotton.cotton_loader.Loader",
        "django.template.loaders.app_directories.Loader",
    ]
    return [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "loaders": [("django.template.loaders.cached.Loader", loaders)],
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.messages.context_processors.messages",
                    "django.template.context_processors.i18n",
                    *context_processors,
                ],
                "builtins": ["django_cotton.templatetags.cotton"],
            },
        }
    ]


def content_security_policy(
    *, form_targets: Sequence[str] = (), picture_sources: Sequence[str] = ()
) -> dict[str, Any]:
    """Return the strict policy: everything from here, nothing inline, no frames."""
    return {
        "DIRECTIVES": {
            "default-src": [NONE],
            "script-src": [SELF],
            "style-src": [SELF],
            "img-src": [SELF, "data:", *picture_sources],
            "font-src": [SELF],
            "connect-src": [SELF],
            "form-action": [SELF, *form_targets],
            "frame-ancestors": [NONE],
            "base-uri": [NONE],
            "manifest-src": [SELF],
        }
    }


def secret_key(environment_name: str) -> str:
    """Return the secret key; raise BadSetting in production for a short one or one made for the demo."""
    key = environment.text("BETONY_SECRET_KEY", _TEST_SECRET_KEY if environment_name == "test" else None)
    if environment_name == "production" and (len(key) < 50 or key.startswith("demo-")):
        raise environment.BadSetting(
            "BETONY_SECRET_KEY must be a secret of at least 50 characters of your own."
        )
    return key


def key_ring(environment_name: str) -> list[str]:
    """Return the Fernet keys of BETONY_KEY_RING, newest first.

    Raises BadSetting when there is none, and in production for the demo's.
    """
    keys = environment.words("BETONY_KEY_RING", _TEST_KEY if environment_name == "test" else "")
    if not keys:
        raise environment.BadSetting("BETONY_KEY_RING holds no key.")
    if environment_name == "production" and environment.text("BETONY_KEY_RING_IS_DEMO", "no") == "yes":
        raise environment.BadSetting("BETONY_KEY_RING must not be the demo's.")
    return keys


def browsers(server: str, public_url: str, environment_name: str, *, proxies: int) -> dict[str, Any]:
    """Return what holds between a server and browsers: hosts, cookies, TLS, headers, and how much a form may send.

    `server` is clinic or dispensary: both stand on one host, and cookies ignore ports, so each has names of its own.
    """
    is_production, is_tls = environment_name == "production", public_url.startswith("https://")
    host = str(urlsplit(public_url).hostname)
    return {
        "ALLOWED_HOSTS": [host] if is_production else [host, "localhost", "127.0.0.1", "testserver"],
        "SESSION_COOKIE_NAME": f"betony_{server}",
        "CSRF_COOKIE_NAME": f"betony_{server}_csrf",
        "LANGUAGE_COOKIE_NAME": f"betony_{server}_language",
        "SESSION_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "CSRF_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": is_tls,
        "CSRF_COOKIE_SECURE": is_tls,
        "CSRF_TRUSTED_ORIGINS": [public_url],
        "SECURE_SSL_REDIRECT": is_production,
        # Asked for on the machine itself, past whatever speaks TLS.
        "SECURE_REDIRECT_EXEMPT": [r"^healthz$", r"^readyz$"],
        "SECURE_HSTS_SECONDS": 31_536_000 if is_production else 0,
        "SECURE_CONTENT_TYPE_NOSNIFF": True,
        "SECURE_REFERRER_POLICY": "same-origin",
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https") if proxies else None,
        "X_FRAME_OPTIONS": "DENY",
        "DATA_UPLOAD_MAX_MEMORY_SIZE": 2 * 1024 * 1024,
        "DATA_UPLOAD_MAX_NUMBER_FIELDS": 2000,
    }


def mail(environment_name: str) -> dict[str, Any]:
    """Return Django's email settings. Production mails by TLS, unless it is declared that it need not.

    Raises BadSetting for an address that is none, and in production for one without TLS.
    """
    tls = environment.choice("BETONY_SMTP_TLS", ("required", "none"), "required")
    if environment_name == "production":
        found = environment.mail("BETONY_SMTP_URL", needs_tls=tls == "required")
    else:
        found = environment.mail("BETONY_SMTP_URL", "smtp://127.0.0.1:9002")
    return {**found, "EMAIL_TIMEOUT": 10}


def static_files(server: str, environment_name: str) -> dict[str, Any]:
    """Return where static files are collected and how they are served: from their sources in tests, else by digest."""
    root = Path(environment.text("BETONY_STATIC_ROOT", str(Path.cwd() / ".betony" / "static")))
    is_test = environment_name == "test"
    storage = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
        if is_test
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    )
    return {
        "STATIC_URL": "/static/",
        "STATIC_ROOT": root / server,
        "STORAGES": {
            "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
            "staticfiles": {"BACKEND": storage},
        },
        "WHITENOISE_USE_FINDERS": is_test,
        "WHITENOISE_AUTOREFRESH": is_test,
    }


PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
]

PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
