"""Making a backup: one moment of the database, sealed as it is read. Nothing of it stands on a disk unsealed."""

import os
from collections.abc import Sequence
from io import BufferedIOBase, BufferedWriter
from pathlib import Path
from typing import IO

import psycopg

from betony.cli import home
from betony.cli.backup import contents, programs, sealing
from betony.cli.errors import CannotContinueError


def back_up(*, server: str, url: str, file: Path, keys: Sequence[str]) -> contents.Contents:
    """Write a backup of the database at this address (its owner's) and return what stands in it.

    The server may run meanwhile. The file appears when it is whole. Raises CannotContinueError.
    """
    public_keys = sealing.public_keys(keys)
    if file.exists():
        raise CannotContinueError(f"{file} exists: a backup is never written over.")
    with psycopg.connect(url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        (snapshot,) = connection.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
        found = contents.take(connection, server)
        if not found.tables:
            raise CannotContinueError(f"The {server}'s database holds nothing yet.")
        draft = file.with_name(f".{file.name}.{os.getpid()}.partial")
        try:
            with _private(draft) as sink:
                with programs.running(
                    programs.find("pg_dump", connection), *_options(snapshot), url=url
                ) as dump:
                    sealing.seal(_After(found.line(), dump), sink, public_keys)
                sink.flush()
                os.fsync(sink.fileno())
            draft.rename(file)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
    return found


def _options(snapshot: str) -> list[str]:
    left_empty = [f"--exclude-table-data=public.{name}" for name in contents.LEFT_EMPTY]
    # The owner obeys row-level security too; a policy of its own shows it every row.
    return ["--format=custom", "--enable-row-security", f"--snapshot={snapshot}", *left_empty]


def _private(path: Path) -> BufferedWriter:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, home.PRIVATE_FILE)
    return os.fdopen(descriptor, "wb")


class _After(BufferedIOBase):
    """A few bytes, and then what a stream gives."""

    def __init__(self, first: bytes, rest: IO[bytes]) -> None:
        self._first = first
        self._rest = rest

    def read(self, size: int | None = -1, /) -> bytes:
        if not self._first:
            return self._rest.read(-1 if size is None else size)
        given = self._first if size is None or size < 0 else self._first[:size]
        self._first = self._first[len(given) :]
        return given
