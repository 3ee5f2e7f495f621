"""The processes of a local run, and how each is started."""

import signal
import sys
from dataclasses import dataclass

from betony.cli.demo import configuration, ports
from betony.cli.postgres import servers
from betony.cli.postgres.servers import Server


@dataclass(frozen=True)
class Service:
    """One process the supervisor keeps alive."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log_name: str
    # What the kernel sends when the supervisor was killed. Work that is cut off is done again.
    death_signal: signal.Signals = signal.SIGKILL


def all_services(chosen: configuration.Configuration) -> list[Service]:
    """Return everything that runs besides PostgreSQL."""
    found = [_mailbox(chosen)]
    for server in (servers.DISPENSARY, servers.CLINIC):
        found += [_web(chosen, server), _worker(chosen, server)]
    return found


def _web(chosen: configuration.Configuration, server: Server) -> Service:
    # Two processes for two cores; threads, because a request mostly waits for the database, and twice
    # as many as the clinic lets wait for the dispensary (prescriptions/dispensary/client.py).
    # The application is loaded before the fork, so that both share its memory; none is connected yet.
    options = [
        "--config=python:betony.cli.demo.gunicorn_hooks",
        "--workers=2",
        "--threads=8",
        "--worker-class=gthread",
        "--preload",
        "--no-control-socket",
    ]
    limits = ["--timeout=60", "--graceful-timeout=4", "--keep-alive=5"]
    port = chosen.ports[f"BETONY_{server.name.upper()}_PORT"]
    return Service(
        name=f"the {server.name}",
        command=[
            *(sys.executable, "-m", "gunicorn", f"betony.{server.name}.config.wsgi:application"),
            *(f"--bind={ports.HOST}:{port}", f"--name=betony-{server.name}", "--log-level=warning"),
            *options,
            *limits,
        ],
        environment=configuration.serving_environment(chosen, server),
        log_name=f"{server.name}.log",
        # Its own processes would outlive a gunicorn that is killed outright.
        death_signal=signal.SIGQUIT,
    )


def _worker(chosen: configuration.Configuration, server: Server) -> Service:
    return Service(
        name=f"the {server.name}'s worker",
        # Migrating has checked the code already; doing it again would load every page into the worker.
        command=[sys.executable, "-m", "django", "work", "--skip-checks"],
        environment=configuration.serving_environment(chosen, server),
        log_name=f"{server.name}-worker.log",
    )


def _mailbox(chosen: configuration.Configuration) -> Service:
    return Service(
        name="the mailbox",
        command=[
            *(sys.executable, "-m", "betony.cli.mailbox", "--folder", str(chosen.mail_folder)),
            *("--page-port", str(chosen.ports["BETONY_MAILBOX_PORT"])),
            *("--smtp-port", str(chosen.ports[configuration.SMTP_PORT])),
        ],
        environment=configuration.serving_environment(chosen, None),
        log_name="mailbox.log",
    )
