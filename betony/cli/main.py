"""The `betony` command: `betony --help` lists what it can do."""

import argparse
import os
import sys
from collections.abc import Sequence

from betony.cli.commands import backup, bootstrap_sql, database_url, demo, demo_reset, manage
from betony.cli.errors import CannotContinueError


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line; each command sets `run`."""
    top = argparse.ArgumentParser(prog="betony", description="Run and look after Betony.")
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    for command in (demo, demo_reset, manage, backup, database_url, bootstrap_sql):
        command.add_to(commands)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; what stops it is told in one sentence."""
    options = parser().parse_args(arguments)
    try:
        code: int = options.run(options, dict(os.environ))
    except CannotContinueError as error:
        print(f"betony: {error}", file=sys.stderr)
        return 1
    return code


if __name__ == "__main__":
    sys.exit(main())
