"""Backups are sealed for a public key: the machine that makes them cannot read them.

The format is age's (age-encryption.org/v1), so that the `age` program opens them too.
"""

from collections.abc import Sequence
from io import BufferedIOBase
from pathlib import Path

import pyrage
from pyrage import x25519

from betony.cli import home
from betony.cli.errors import CannotContinueError

SECRET = "AGE-SECRET-KEY-"  # noqa: S105 - how the line of a secret key begins


def make_key(file: Path) -> str:
    """Write a new secret key into a file only its owner can read, and return the public key to seal for.

    Raises CannotContinueError when the file exists.
    """
    if file.exists():
        raise CannotContinueError(f"{file} exists: a key that opens backups is never written over.")
    secret = x25519.Identity.generate()
    public = str(secret.to_public())
    home.write_private_file(file, f"# public key: {public}\n{secret}\n")
    return public


def public_keys(texts: Sequence[str]) -> list[x25519.Recipient]:
    """Read public keys (age1…). Raises CannotContinueError naming one that is none."""
    found = []
    for text in texts:
        try:
            found.append(x25519.Recipient.from_str(text.strip()))
        except pyrage.RecipientError as error:
            raise CannotContinueError(f"{text!r} is no public key of `betony backup-key`.") from error
    return found


def secret_keys(file: Path) -> list[x25519.Identity]:
    """Read the secret keys of a file. Raises CannotContinueError when it cannot be read or holds none."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
        found = [x25519.Identity.from_str(line.strip()) for line in lines if line.startswith(SECRET)]
    except (OSError, ValueError, pyrage.IdentityError) as error:
        raise CannotContinueError(f"{file} cannot be read as a key of `betony backup-key`.") from error
    if not found:
        raise CannotContinueError(f"{file} holds no key of `betony backup-key`.")
    return found


def seal(source: BufferedIOBase, sink: BufferedIOBase, keys: list[x25519.Recipient]) -> None:
    """Read the source to its end and write it, sealed so that each of these keys opens it."""
    pyrage.encrypt_io(source, sink, keys)


def open_sealed(source: BufferedIOBase, sink: BufferedIOBase, keys: list[x25519.Identity]) -> None:
    """Write what is sealed in the source. Raises CannotContinueError for other keys and for a damaged file.

    Damage at the end of a file is seen only there: until this returns, nothing of what was written may count.
    """
    try:
        pyrage.decrypt_io(source, sink, keys)
    except pyrage.DecryptError as error:
        raise CannotContinueError("This key does not open this backup, or it is no backup.") from error
    except OSError as error:
        raise CannotContinueError(f"The backup is damaged, or was cut short: {error}.") from error
