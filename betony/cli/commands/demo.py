"""`betony demo`: both servers, their workers, the mailbox and PostgreSQL in the foreground."""

import argparse

from betony.cli.demo import configuration, foreground


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command's parser."""
    words = "run everything on this machine, with demo data, until Ctrl-C"
    parser = commands.add_parser("demo", help=words, description=words)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, environment: dict[str, str]) -> int:
    """Run the demo and return 0 when it was asked to stop."""
    return foreground.run(configuration.from_environment(environment))
