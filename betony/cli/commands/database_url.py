"""`betony database-url`: the address of a local run's database."""

import argparse

from betony.cli import home
from betony.cli.errors import CannotContinueError
from betony.cli.postgres import servers
from betony.cli.postgres.cluster import Cluster


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command's parser."""
    words = "print the address of a local run's database"
    parser = commands.add_parser("database-url", help=words, description=words)
    parser.add_argument("server", choices=[server.name for server in servers.SERVERS])
    parser.add_argument("--role", choices=("application", "migration", "superuser"), default="application")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, environment: dict[str, str]) -> int:
    """Print the address. Raises CannotContinueError when there is no such database or role."""
    server = servers.server_named(options.server)
    given = servers.given_addresses(server, environment)
    if given is not None and options.role == "superuser":
        raise CannotContinueError(
            f"{server.application_variable} names your own PostgreSQL: Betony does not know its superuser."
        )
    cluster = Cluster(home.home_folder(environment))
    if options.role == "superuser":
        print(cluster.address(servers.SUPERUSER, server.database))
        return 0
    addresses = given or cluster.addresses(server)
    print(addresses.application if options.role == "application" else addresses.migration)
    return 0
