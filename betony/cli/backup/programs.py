"""Running PostgreSQL's own programs for dumps: pg_dump and pg_restore."""

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import psycopg
from psycopg import conninfo

from betony.cli.errors import CannotContinueError
from betony.cli.postgres import account, binaries

SECONDS_TO_FAIL = 1.0


def find(name: str, connection: psycopg.Connection) -> Path:
    """Return where a program of the database's own major version is; ours where there is none.

    One that is older refuses the database, and what a newer one restores may ask for what the database has not.
    """
    own = shutil.which(name)
    if own is not None and _major_version(own) == connection.info.server_version // 10_000:
        return Path(own)
    return binaries.find_programs(account.choose_account()) / name


def _major_version(program: str) -> int:
    """Return 15 for `pg_dump (PostgreSQL) 15.18 (Debian …)`; 0 for what says nothing like it."""
    said = subprocess.run([program, "--version"], check=False, capture_output=True, text=True).stdout
    found = re.search(r"PostgreSQL\) (\d+)", said)
    return int(found[1]) if found else 0


@contextlib.contextmanager
def running(program: Path, *arguments: str, url: str, takes_input: bool = False) -> Iterator[IO[bytes]]:
    """Run a program on the database of this address, and give what it writes, or what it reads.

    Raises CannotContinueError, with what the program said, when it ends badly. An error inside the block ends
    it at once, before it could take what it has for all.
    """
    address, environment = _reaching(url)
    with tempfile.TemporaryFile() as said:
        child = subprocess.Popen(
            [program, f"--dbname={address}", "--no-password", *arguments],
            env=environment,
            stdin=subprocess.PIPE if takes_input else subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if takes_input else subprocess.PIPE,
            stderr=said,
        )
        pipe = child.stdin if takes_input else child.stdout
        assert pipe is not None  # noqa: S101 - it was asked for
        try:
            yield pipe
        except BaseException:
            # One that has failed says why; any other is ended before its input does, which it would take for all.
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(timeout=SECONDS_TO_FAIL)
            child.kill()
            with contextlib.suppress(OSError):
                pipe.close()
            if child.wait() > 0:
                raise CannotContinueError(_words(program, said)) from None
            raise
        with contextlib.suppress(BrokenPipeError):
            pipe.close()
        if child.wait() != 0:
            raise CannotContinueError(_words(program, said))


def _reaching(url: str) -> tuple[str, dict[str, str]]:
    """Return the address without its password, which other users could read in the list of processes."""
    parts = conninfo.conninfo_to_dict(url)
    password = str(parts.pop("password", "") or "")
    secret = {"PGPASSWORD": password} if password else {}
    return conninfo.make_conninfo("", **parts), {**os.environ, **secret}


def _words(program: Path, said: IO[bytes]) -> str:
    said.seek(0)
    return f"{program.name} failed: {said.read().decode(errors='replace').strip()}"
