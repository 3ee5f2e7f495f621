"""Management commands that are run to their end before the servers start."""

import signal
import subprocess
import sys
from types import TracebackType

from betony.cli.demo import children, configuration
from betony.cli.errors import CannotContinueError
from betony.cli.postgres.servers import Server

STOP_SECONDS = 3.0
SHOWN_LINES = 15


class Errand:
    """One command of one server, running while the block lasts and never longer.

    What it says goes to a log, or to the person watching when `aloud`.
    """

    def __init__(
        self, chosen: configuration.Configuration, server: Server, *command: str, aloud: bool = False
    ) -> None:
        self._chosen = chosen
        self._server = server
        self._command = command
        self._log = None if aloud else chosen.logs / f"{server.name}-{command[0].replace('_', '-')}.log"

    def __enter__(self) -> "Errand":
        output = self._log.open("wb") if self._log is not None else None
        try:
            self._child = subprocess.Popen(
                [sys.executable, "-m", "django", *self._command],
                env=configuration.server_environment(self._chosen, self._server),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT if output is not None else None,
                start_new_session=True,
                preexec_fn=children.die_with_us(signal.SIGKILL),  # noqa: PLW1509 - no threads here
            )
        finally:
            if output is not None:
                output.close()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        children.stop_all([self._child], seconds=STOP_SECONDS)

    def finish(self) -> None:
        """Wait for the end. Raises CannotContinueError, with the last lines of the log, when it is a bad one."""
        code = self._child.wait()
        if code != 0:
            lines = self._log.read_text().splitlines()[-SHOWN_LINES:] if self._log is not None else []
            words = f"`betony {self._server.name} {self._command[0]}` failed (exit code {code})."
            raise CannotContinueError("\n".join([words, *lines]))
