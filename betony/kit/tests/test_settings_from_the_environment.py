"""A bad setting stops the start with one sentence that names the variable."""

from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.management.base import CommandError
from pytest_django import Settings

from betony.kit import environment, secrets_box, server


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (lambda: environment.number("BETONY_X", 1, least=1, most=9), "ten"),
        (lambda: environment.number("BETONY_X", 1, least=1, most=9), "10"),
        (lambda: environment.choice("BETONY_X", ("a", "b"), "a"), "c"),
        (lambda: environment.web_address("BETONY_X"), "clinic.example"),
        (lambda: environment.web_address("BETONY_X"), "https://clinic.example/path"),
        (lambda: environment.web_address("BETONY_X"), "https://clinic.example:port"),
        (lambda: environment.database("BETONY_X"), "mysql://a:b@c/d"),
        (lambda: environment.database("BETONY_X"), "postgresql://a:b@c"),
        (lambda: environment.web_address("BETONY_X", needs_tls=True), "http://clinic.example"),
        (lambda: environment.mail("BETONY_X", ""), "http://mail"),
        (lambda: environment.mail("BETONY_X", ""), "smtp://mail:port"),
        (lambda: environment.mail("BETONY_X", needs_tls=True), "smtp://mail"),
        (lambda: environment.text("BETONY_X"), ""),
    ],
)
def test_a_bad_value_is_named(read: object, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BETONY_X", value)
    with pytest.raises(environment.BadSetting, match="BETONY_X"):
        read()  # type: ignore[operator]


def test_a_secret_can_stand_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret").write_text("hidden\n")
    monkeypatch.setenv("BETONY_X_FILE", str(tmp_path / "secret"))
    assert environment.text("BETONY_X") == "hidden"
    monkeypatch.setenv("BETONY_X_FILE", str(tmp_path / "missing"))
    with pytest.raises(environment.BadSetting, match="BETONY_X_FILE"):
        environment.text("BETONY_X")


def test_a_database_address_may_name_a_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BETONY_X", "postgresql://role:p%40ss@/name?host=/run/x&port=5433")
    found = environment.database("BETONY_X")
    assert (found["HOST"], found["PORT"], found["PASSWORD"], found["NAME"]) == (
        "/run/x",
        "5433",
        "p@ss",
        "name",
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("smtp://mail", ("mail", 25, False, False)),
        ("smtp+starttls://mail", ("mail", 587, False, True)),
        ("smtps://mail", ("mail", 465, True, False)),
        ("smtps://mail:2465", ("mail", 2465, True, False)),
    ],
)
def test_a_mail_server_is_named_by_its_address(
    value: str, expected: tuple[object, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BETONY_X", value)
    found = environment.mail("BETONY_X")
    names = ("EMAIL_HOST", "EMAIL_PORT", "EMAIL_USE_SSL", "EMAIL_USE_TLS")
    assert tuple(found[name] for name in names) == expected


def test_a_server_starts_without_the_role_that_owns_the_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BETONY_CLINIC_DATABASE_URL", "postgresql://app@db/clinic")
    monkeypatch.delenv("BETONY_CLINIC_MIGRATION_DATABASE_URL", raising=False)
    assert set(server.databases("CLINIC")) == {"default"}
    with pytest.raises(CommandError, match="BETONY_CLINIC_MIGRATION_DATABASE_URL is not set"):
        server.check_owner_is_known("CLINIC")
    monkeypatch.setenv("BETONY_CLINIC_MIGRATION_DATABASE_URL", "postgresql://owner@db/clinic")
    assert server.databases("CLINIC")["migration"]["USER"] == "owner"
    server.check_owner_is_known("CLINIC")


def test_a_web_process_in_production_forgets_that_role_when_it_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("BETONY_CLINIC_MIGRATION_DATABASE_URL", "BETONY_CLINIC_MIGRATION_DATABASE_URL_FILE"):
        monkeypatch.setenv(name, "postgresql://owner@db/clinic")
    monkeypatch.setenv("BETONY_CLINIC_DATABASE_URL", "postgresql://app@db/clinic")
    monkeypatch.setenv("BETONY_ENV", "production")
    server.forget_owner("CLINIC")
    assert set(server.databases("CLINIC")) == {"default"}


@pytest.mark.parametrize("key", ["short", "demo-" + "x" * 60])
def test_production_refuses_a_demo_secret(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BETONY_SECRET_KEY", key)
    with pytest.raises(environment.BadSetting, match="BETONY_SECRET_KEY"):
        server.secret_key("production")


def test_a_secret_sealed_with_an_older_key_still_opens_after_rotation(settings: Settings) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.BETONY_KEY_RING = [old]
    sealed = secrets_box.seal("a token")
    assert "a token" not in sealed
    settings.BETONY_KEY_RING = [new, old]
    assert secrets_box.open_sealed(sealed) == "a token"
    resealed = secrets_box.reseal(sealed)
    settings.BETONY_KEY_RING = [new]
    assert secrets_box.open_sealed(resealed) == "a token"
    with pytest.raises(secrets_box.CannotOpen):
        secrets_box.open_sealed(sealed)
