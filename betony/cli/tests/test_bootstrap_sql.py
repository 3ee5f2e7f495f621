"""What the administrator of another PostgreSQL runs is what the embedded one gets."""

import pytest

from betony.cli import main
from betony.cli.postgres import bootstrap, servers


def test_the_script_holds_no_password_of_ours() -> None:
    script = bootstrap.script(servers.CLINIC)
    assert "PASSWORD :'application_password'" in script
    assert "PASSWORD :'migration_password'" in script


@pytest.mark.parametrize("extension", ["btree_gist", "citext", "pg_trgm", "unaccent"])
def test_the_script_adds_the_extensions(extension: str) -> None:
    assert f'CREATE EXTENSION IF NOT EXISTS "{extension}"' in bootstrap.script(servers.DISPENSARY)


def test_the_application_is_never_granted_truncate() -> None:
    assert "TRUNCATE" not in bootstrap.script(servers.CLINIC)


def test_the_command_prints_the_script(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["database-bootstrap-sql", "dispensary"]) == 0
    assert capsys.readouterr().out == bootstrap.script(servers.DISPENSARY)
