"""`betony database-bootstrap-sql`: what the administrator of your own PostgreSQL runs once."""

import argparse

from betony.cli.postgres import bootstrap, servers


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command's parser."""
    words = "print the SQL that prepares a PostgreSQL of your own for one server"
    parser = commands.add_parser("database-bootstrap-sql", help=words, description=words)
    parser.add_argument("server", choices=[server.name for server in servers.SERVERS])
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, environment: dict[str, str]) -> int:
    """Print the script."""
    print(bootstrap.script(servers.server_named(options.server)), end="")
    return 0
