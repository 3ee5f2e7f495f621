"""Whether the ports a local run wants are free."""

import socket

from betony.cli.errors import CannotContinueError

HOST = "127.0.0.1"


def is_free(port: int) -> bool:
    """Tell whether we could listen on a port of this machine."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def check_free(ports: dict[str, int]) -> None:
    """Raise CannotContinueError naming the variable of the first port that is taken."""
    for variable, port in ports.items():
        if not is_free(port):
            raise CannotContinueError(f"Port {port} is taken: choose another with {variable}.")
