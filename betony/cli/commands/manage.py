"""`betony clinic …` and `betony dispensary …`: Django's management commands with the right settings."""

import argparse
import subprocess
import sys

from betony.cli.demo import configuration, local_database
from betony.cli.postgres import servers

MIGRATION_COMMANDS = ("migrate", "showmigrations", "sqlmigrate")


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add one parser a server."""
    for server in servers.SERVERS:
        words = f"run a management command of the {server.name}, such as `betony {server.name} migrate`"
        parser = commands.add_parser(server.name, help=words, description=words)
        parser.add_argument("arguments", nargs=argparse.REMAINDER, metavar="ARGUMENT")
        parser.set_defaults(run=run, server=server)


def run(options: argparse.Namespace, environment: dict[str, str]) -> int:
    """Run the command and return its exit code. A local database that is not running is started for it."""
    chosen = configuration.from_environment(environment)
    arguments = with_database(options.arguments)
    with local_database.available(chosen, options.server):
        ran = subprocess.run(
            [sys.executable, "-m", "django", *arguments],
            check=False,
            env=configuration.server_environment(chosen, options.server),
        )
    return ran.returncode


def with_database(arguments: list[str]) -> list[str]:
    """Add the owner's database alias to the commands that change or show the schema."""
    is_for_owner = bool(arguments) and arguments[0] in MIGRATION_COMMANDS
    if is_for_owner and not any(word.startswith("--database") for word in arguments):
        return [*arguments, "--database=migration"]
    return arguments
