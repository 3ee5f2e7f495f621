"""The `betony` command line."""

import os
from pathlib import Path

import pytest

from betony.cli import main
from betony.cli.commands import manage
from betony.cli.demo import configuration, local_database
from betony.cli.errors import CannotContinueError
from betony.cli.postgres import servers


def test_trouble_is_told_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BETONY_HOME", str(tmp_path))
    monkeypatch.setenv("BETONY_CLINIC_PORT", "many")
    assert main.main(["demo"]) == 1
    assert capsys.readouterr().err.startswith("betony: BETONY_CLINIC_PORT must be a port number")


def test_a_given_url_is_printed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("BETONY_CLINIC_DATABASE_URL", "postgresql://app@db/clinic")
    monkeypatch.setenv("BETONY_CLINIC_MIGRATION_DATABASE_URL", "postgresql://owner@db/clinic")
    assert main.main(["database-url", "clinic"]) == 0
    assert main.main(["database-url", "clinic", "--role", "migration"]) == 0
    assert capsys.readouterr().out.split() == ["postgresql://app@db/clinic", "postgresql://owner@db/clinic"]
    assert main.main(["database-url", "clinic", "--role", "superuser"]) == 1


@pytest.mark.parametrize(
    ("given", "run"),
    [
        (["migrate"], ["migrate", "--database=migration"]),
        (["migrate", "--database", "default"], ["migrate", "--database", "default"]),
        (["check"], ["check"]),
        ([], []),
    ],
)
def test_schema_commands_run_as_the_owner(given: list[str], run: list[str]) -> None:
    assert manage.with_database(given) == run


def test_resetting_deletes_only_what_the_demo_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    (home / "mail").mkdir(parents=True)
    (home / "mail" / "0001.eml").write_text("mail")
    (home / "mine.txt").write_text("mine")
    monkeypatch.setenv("BETONY_HOME", str(home))
    assert main.main(["demo-reset"]) == 0
    assert [path.name for path in home.iterdir()] == ["mine.txt"]


def test_resetting_nothing_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BETONY_HOME", str(tmp_path / "none"))
    assert main.main(["demo-reset"]) == 0
    assert not (tmp_path / "none").exists()


def test_a_server_with_a_database_of_its_own_needs_no_local_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BETONY_HOME", str(tmp_path / "none"))
    for name in (servers.DISPENSARY.application_variable, servers.DISPENSARY.migration_variable):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(servers.CLINIC.application_variable, "postgresql://app@db/clinic")
    monkeypatch.setenv(servers.CLINIC.migration_variable, "postgresql://owner@db/clinic")
    chosen = configuration.from_environment(dict(os.environ))
    with local_database.available(chosen, servers.CLINIC):
        assert not (tmp_path / "none").exists()
    with (
        pytest.raises(CannotContinueError, match="There is no database"),
        local_database.available(chosen, servers.DISPENSARY),
    ):
        pass
