"""`betony demo-reset`: throw the demo's state away."""

import argparse
import shutil

from betony.cli.demo import configuration, local_database
from betony.cli.errors import CannotContinueError
from betony.cli.postgres import place

FOLDERS = ("compiled", "keys", "logs", "mail", "static", "uploads")
FILES = ("prepared.json", "running.json", "postgres.lock", local_database.LOCK_NAME)


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command's parser."""
    words = "throw the demo's databases, mail, uploads and keys away"
    parser = commands.add_parser("demo-reset", help=words, description=words)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, environment: dict[str, str]) -> int:
    """Delete what the demo made in its home folder, and nothing else that stands there.

    Raises CannotContinueError while the demo runs.
    """
    chosen = configuration.from_environment(environment)
    if not chosen.home.is_dir():
        print(f"There is no demo in {chosen.home}.")
        return 0
    with local_database.sole_use(chosen.home):
        cluster = local_database.cluster(chosen)
        if cluster.file.exists():
            cluster.stop()
            place.forget(cluster.file)
        for name in FOLDERS:
            if (chosen.home / name).is_dir():
                shutil.rmtree(chosen.home / name)
        for name in FILES:
            (chosen.home / name).unlink(missing_ok=True)
    try:
        chosen.home.rmdir()
    except OSError as error:
        if not any(chosen.home.iterdir()):
            raise CannotContinueError(f"{chosen.home} is empty but cannot be removed: {error}.") from error
    print(f"The demo in {chosen.home} is gone.")
    if not chosen.uses_embedded_database:
        print("The databases on your own PostgreSQL are as they were.")
    return 0
