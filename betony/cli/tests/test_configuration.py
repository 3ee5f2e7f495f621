"""The environment of a local run is checked before anything starts."""

import socket
from pathlib import Path

import pytest

from betony.cli.demo import configuration, ports, services
from betony.cli.errors import CannotContinueError
from betony.cli.postgres import servers

URLS = {
    "BETONY_CLINIC_DATABASE_URL": "postgresql://app@db/clinic",
    "BETONY_CLINIC_MIGRATION_DATABASE_URL": "postgresql://owner@db/clinic",
}


def test_the_mailbox_takes_mail_a_thousand_ports_above_its_page() -> None:
    assert (
        configuration.from_environment({"BETONY_MAILBOX_PORT": "8502"}).ports[configuration.SMTP_PORT] == 9502
    )


def test_a_page_port_near_the_end_puts_mail_a_thousand_below() -> None:
    chosen = configuration.from_environment({"BETONY_MAILBOX_PORT": "65000"})
    assert chosen.ports[configuration.SMTP_PORT] == 64000


@pytest.mark.parametrize("value", ["http", "0", "65536", "-1", "80 01"])
def test_a_bad_port_is_refused_by_its_variable(value: str) -> None:
    with pytest.raises(CannotContinueError, match="BETONY_CLINIC_PORT must be a port number"):
        configuration.from_environment({"BETONY_CLINIC_PORT": value})


def test_two_variables_with_one_port_are_refused() -> None:
    with pytest.raises(
        CannotContinueError, match="BETONY_CLINIC_PORT and BETONY_DISPENSARY_PORT are both 8001"
    ):
        configuration.from_environment({"BETONY_CLINIC_PORT": "8001"})


def test_a_taken_port_is_told_by_its_variable() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        with pytest.raises(
            CannotContinueError, match=f"Port {port} is taken: choose another with BETONY_X_PORT"
        ):
            ports.check_free({"BETONY_X_PORT": port})


def test_one_url_of_two_is_refused() -> None:
    with pytest.raises(CannotContinueError, match="BETONY_CLINIC_MIGRATION_DATABASE_URL must be set too"):
        servers.given_addresses(servers.CLINIC, {"BETONY_CLINIC_DATABASE_URL": "postgresql://app@db/clinic"})


def test_given_urls_replace_the_embedded_database() -> None:
    chosen = configuration.from_environment({**URLS, "BETONY_HOME": "/nowhere"})
    given = configuration.server_environment(chosen, servers.CLINIC)
    assert given["BETONY_CLINIC_DATABASE_URL"] == "postgresql://app@db/clinic"
    assert chosen.uses_embedded_database, "the dispensary still needs it"


def test_urls_may_stand_in_files_as_every_secret_may(tmp_path: Path) -> None:
    for name, url in URLS.items():
        (tmp_path / name).write_text(f"{url}\n")
    files = {f"{name}_FILE": str(tmp_path / name) for name in URLS}
    found = servers.given_addresses(servers.CLINIC, files)
    assert found == servers.DatabaseAddresses(*URLS.values())
    with pytest.raises(
        CannotContinueError, match="BETONY_CLINIC_DATABASE_URL_FILE names a file that cannot be read"
    ):
        servers.given_addresses(
            servers.CLINIC, files | {"BETONY_CLINIC_DATABASE_URL_FILE": str(tmp_path / "none")}
        )


def test_what_keeps_running_knows_no_database_but_its_own_and_no_owner(tmp_path: Path) -> None:
    others = {name.replace("CLINIC", "DISPENSARY"): value for name, value in URLS.items()}
    chosen = configuration.from_environment(
        {**URLS, **others, "BETONY_HOME": str(tmp_path), "BETONY_X": "kept"}
    )
    everybodys = {service.name: service.environment for service in services.all_services(chosen)}
    known = {
        name: sorted(one for one in given if "DATABASE_URL" in one) for name, given in everybodys.items()
    }
    assert known == {
        "the mailbox": [],
        "the clinic": ["BETONY_CLINIC_DATABASE_URL"],
        "the clinic's worker": ["BETONY_CLINIC_DATABASE_URL"],
        "the dispensary": ["BETONY_DISPENSARY_DATABASE_URL"],
        "the dispensary's worker": ["BETONY_DISPENSARY_DATABASE_URL"],
    }
    assert {given["BETONY_X"] for given in everybodys.values()} == {"kept"}


def test_commands_may_work_as_the_owner(tmp_path: Path) -> None:
    chosen = configuration.from_environment({**URLS, "BETONY_HOME": str(tmp_path)})
    given = configuration.server_environment(chosen, servers.CLINIC)
    assert given["BETONY_CLINIC_MIGRATION_DATABASE_URL"] == "postgresql://owner@db/clinic"


def test_what_the_user_sets_is_kept(tmp_path: Path) -> None:
    mine = {
        **URLS,
        "BETONY_SMTP_URL": "smtp://mail.example",
        "BETONY_SECRET_KEY": "mine",
        "BETONY_ENV": "demo",
    }
    chosen = configuration.from_environment(mine | {"BETONY_HOME": str(tmp_path)})
    given = configuration.server_environment(chosen, servers.CLINIC)
    assert given["BETONY_SMTP_URL"] == "smtp://mail.example"
    assert given["BETONY_SECRET_KEY"] == "mine"
    assert "BETONY_SECRET_KEY_FILE" not in given
    assert given["BETONY_KEY_RING_FILE"] == str(tmp_path / "keys" / "clinic-key-ring")


def test_what_python_compiles_is_kept_though_not_beside_the_sources() -> None:
    chosen = configuration.from_environment({"BETONY_HOME": "/nowhere", "PYTHONDONTWRITEBYTECODE": "1"})
    assert chosen.environment == {"BETONY_HOME": "/nowhere", "PYTHONPYCACHEPREFIX": "/nowhere/compiled"}
    usual = configuration.from_environment({"BETONY_HOME": "/nowhere"})
    assert usual.environment == {"BETONY_HOME": "/nowhere"}
