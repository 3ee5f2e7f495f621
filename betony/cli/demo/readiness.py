"""Asking the servers whether they can do their work."""

import http.client
import json
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from betony.cli.demo import configuration, ports
from betony.cli.errors import CannotContinueError

PATIENCE_SECONDS = 60.0
ANSWER_SECONDS = 5.0


def wait(chosen: configuration.Configuration, *, meanwhile: Callable[[], None]) -> None:
    """Wait until both servers and the mailbox answer; calls `meanwhile` between looks.

    Raises CannotContinueError naming what does not work when that takes too long.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    questions = [
        ("clinic", "BETONY_CLINIC_PORT", chosen.clinic_url, "/healthz"),
        ("clinic", "BETONY_CLINIC_PORT", chosen.clinic_url, "/readyz"),
        ("dispensary", "BETONY_DISPENSARY_PORT", chosen.dispensary_url, "/healthz"),
        ("dispensary", "BETONY_DISPENSARY_PORT", chosen.dispensary_url, "/readyz"),
        ("mailbox", "BETONY_MAILBOX_PORT", chosen.mailbox_url, "/"),
    ]
    while questions:
        name, port_variable, address, path = questions[0]
        trouble = _trouble(chosen.ports[port_variable], address, path)
        if not trouble:
            questions.pop(0)
            continue
        if time.monotonic() > deadline:
            raise CannotContinueError(
                f"The {name} does not work: {trouble}. Its log is {chosen.logs / name}.log."
            )
        meanwhile()
        time.sleep(0.1)


def _trouble(port: int, address: str, path: str) -> str:
    """Return what is wrong with an answer, or nothing."""
    connection = http.client.HTTPConnection(ports.HOST, port, timeout=ANSWER_SECONDS)
    try:
        connection.request("GET", path, headers={"Host": urlsplit(address).netloc})
        answer = connection.getresponse()
        body = answer.read()
    except (OSError, http.client.HTTPException) as error:
        return f"{path} gives no answer ({error})"
    finally:
        connection.close()
    return (
        ""
        if answer.status == http.client.OK
        else f"{path} answers {answer.status} {_failing_parts(body)}".strip()
    )


def _failing_parts(body: bytes) -> str:
    try:
        parts = json.loads(body)
    except ValueError:
        return ""
    failing = [name for name, value in parts.items() if value == "failing" and name != "status"]
    return f"(failing: {', '.join(failing)})" if failing else ""
