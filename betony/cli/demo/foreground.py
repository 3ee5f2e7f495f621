"""`betony demo` from beginning to end."""

import os
import signal
from types import FrameType

from betony.cli import home
from betony.cli.demo import (
    children,
    configuration,
    local_database,
    ports,
    progress,
    readiness,
    secret_files,
    services,
    welcome,
)
from betony.cli.demo.preparation import Preparation
from betony.cli.demo.supervisor import Supervisor

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class _StopAsked(BaseException):
    """Somebody asked Betony to stop. Not an Exception: no handler of errors may swallow it."""


def run(chosen: configuration.Configuration) -> int:
    """Prepare and run everything until a signal asks to stop; return 0 then.

    Raises CannotContinueError when something outside must change first.
    """
    os.umask(0o077)
    with local_database.sole_use(chosen.home):
        register = children.Register(chosen.home / "running.json")
        supervisor = Supervisor(chosen.logs, register)
        for sign in STOP_SIGNALS:
            signal.signal(sign, _ask_to_stop)
        try:
            register.end_left_overs()
            preparation = _prepare(chosen, supervisor)
            with preparation.writing_addresses(), progress.step("Starting the servers"):
                supervisor.start(services.all_services(chosen))
                readiness.wait(chosen, meanwhile=supervisor.look)
            progress.say(welcome.block(chosen))
            supervisor.run()
        except _StopAsked:
            progress.say("\nStopping …")
        finally:
            for sign in STOP_SIGNALS:
                signal.signal(sign, signal.SIG_IGN)
            supervisor.stop()
    progress.say("Betony has stopped. Its data is kept.")
    return 0


def _prepare(chosen: configuration.Configuration, supervisor: Supervisor) -> Preparation:
    ports.check_free(chosen.ports)
    progress.say(f"Preparing Betony in {chosen.home}")
    for folder in (chosen.logs, chosen.mail_folder, chosen.home / "static"):
        home.make_private_folder(folder)
    secret_files.make(chosen.keys)
    preparation = Preparation(chosen)
    if chosen.uses_embedded_database:
        with progress.step("Starting PostgreSQL"):
            cluster = local_database.cluster(chosen)
            cluster.prepare()
            cluster.stop()
            cluster.create()
            supervisor.start_database(cluster)
            preparation.clear_interrupted_load()
            cluster.set_up()
    preparation.migrate()
    preparation.collect_static_files()
    preparation.load_demo_data()
    return preparation


def _ask_to_stop(sign: int, frame: FrameType | None) -> None:
    raise _StopAsked
