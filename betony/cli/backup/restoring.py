"""Restoring a backup into an empty database, in one transaction, and comparing what stands there with what stood."""

import contextlib
from collections.abc import Callable, Iterator
from io import BufferedIOBase, BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from pyrage import x25519

from betony.cli.backup import contents, programs, sealing
from betony.cli.errors import CannotContinueError
from betony.cli.postgres import bootstrap, servers

if TYPE_CHECKING:
    from typing_extensions import Buffer

LONGEST_LINE = 1_000_000
# Owners and extensions are those of the database that takes it in; comments on extensions are their owner's.
OPTIONS = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-comments")


def restore(*, server: str, url: str, file: Path, key: Path) -> contents.Contents:
    """Fill the empty database at this address (its owner's) from a backup, and return what stands in it now.

    Raises CannotContinueError when the database is not empty, the backup is another server's or damaged, or
    anything is not as it was. Nothing is left behind by a restore that is broken off.
    """
    keys = sealing.secret_keys(key)
    before = _beginning(file, keys)
    if before.server != server:
        raise CannotContinueError(f"This is a backup of the {before.server}, not of the {server}.")
    with psycopg.connect(url) as connection:
        if contents.table_names(connection):
            raise CannotContinueError(
                f"The {server}'s database is not empty: restore into one that `betony database-bootstrap-sql` "
                "has prepared and nothing else, or with another BETONY_HOME."
            )
        program = programs.find("pg_restore", connection)
    with (
        _opened(file) as source,
        _giving_nothing_by_default(server, url),
        programs.running(program, *OPTIONS, url=url, takes_input=True) as pipe,
    ):
        sealing.open_sealed(source, _AfterFirstLine(pipe.write), keys)
    with psycopg.connect(url) as connection:
        different = contents.differences(before, contents.take(connection, server))
    if different:
        raise CannotContinueError(f"Restored, but not as it was, so do not use it: {', '.join(different)}.")
    return before


def _beginning(file: Path, keys: list[x25519.Identity]) -> contents.Contents:
    """Return what a backup says of itself; nothing else of it is read."""
    first = _FirstLine()
    with _opened(file) as source:
        try:
            sealing.open_sealed(source, first, keys)
        except CannotContinueError:
            if not first.is_whole:
                raise
    return contents.Contents.read(first.line)


@contextlib.contextmanager
def _giving_nothing_by_default(server: str, url: str) -> Iterator[None]:
    """Let new tables give the application no rights of themselves while the block runs.

    A dump says what is given and relies on nothing else being: with the rights that an administrator has prepared
    for the tables of migrations, the application could change the trail. The dump's last part brings them back;
    so do we when it does not come to that.
    """
    roles = bootstrap.role_names(servers.server_named(server))
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in bootstrap.default_privilege_statements(roles, take_back=True):
            connection.execute(statement)
        try:
            yield
        except BaseException:
            for statement in bootstrap.default_privilege_statements(roles):
                connection.execute(statement)
            raise


def _opened(file: Path) -> BufferedReader:
    try:
        return file.open("rb")
    except OSError as error:
        raise CannotContinueError(f"{file} cannot be read: {error.strerror}.") from error


class _FirstLine(BufferedIOBase):
    """Takes the first line of what is written, and refuses the rest."""

    def __init__(self) -> None:
        self.line = b""
        self.is_whole = False

    def write(self, data: "Buffer", /) -> int:
        if self.is_whole:
            raise OSError("enough")
        given = bytes(data)
        self.line, end, _rest = (self.line + given).partition(b"\n")
        self.is_whole = bool(end) or len(self.line) > LONGEST_LINE
        return len(given)


class _AfterFirstLine(BufferedIOBase):
    """Passes on what is written after the first line."""

    def __init__(self, pass_on: Callable[[bytes], int]) -> None:
        self._pass_on = pass_on
        self._is_after = False

    def write(self, data: "Buffer", /) -> int:
        given = rest = bytes(data)
        if not self._is_after:
            _line, end, rest = given.partition(b"\n")
            self._is_after = bool(end)
        if rest:
            self._pass_on(rest)
        return len(given)
