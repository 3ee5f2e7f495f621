"""The secrets of a local run: made once, each in a file only its owner can read."""

import secrets
from pathlib import Path

from cryptography import fernet

from betony.cli import home
from betony.cli.postgres import servers


def make(folder: Path) -> None:
    """Create the secrets that are missing: per server a secret key and a ring of keys for sealed values.

    The secret key says that it is a demo's, so that production refuses it.
    """
    home.make_private_folder(folder)
    for server in servers.SERVERS:
        _keep(folder / f"{server.name}-secret-key", f"demo-{secrets.token_urlsafe(48)}")
        _keep(folder / f"{server.name}-key-ring", fernet.Fernet.generate_key().decode())


def _keep(path: Path, value: str) -> None:
    if not path.exists():
        home.write_private_file(path, value)
