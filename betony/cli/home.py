"""Where one local run of Betony keeps everything it writes: the folder BETONY_HOME."""

import contextlib
import fcntl
import os
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path

import betony

PRIVATE_FOLDER = 0o700
PASSABLE_FOLDER = 0o711
PRIVATE_FILE = 0o600


def checkout() -> Path:
    """Return the folder that holds the betony package: the repository, when run from a checkout."""
    return Path(betony.__file__).resolve().parent.parent


def home_folder(environment: Mapping[str, str]) -> Path:
    """Return the absolute path of BETONY_HOME, by default `.betony` in the checkout."""
    chosen = environment.get("BETONY_HOME", "")
    return Path(chosen).expanduser().absolute() if chosen else checkout() / ".betony"


def make_home(folder: Path) -> None:
    """Create the home folder when it is missing; one that exists keeps its permissions.

    Others may pass through a new one without listing it, because PostgreSQL runs as another user
    when Betony is started by root. Everything inside is private by its own permissions.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        folder.mkdir()
        folder.chmod(PASSABLE_FOLDER)


def make_private_folder(folder: Path) -> Path:
    """Create a folder only its owner can enter, unless it exists."""
    folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    return folder


def write_private_file(path: Path, content: str | bytes) -> None:
    """Write a file only its owner can read, in one step: readers see the old content or the new."""
    data = content.encode() if isinstance(content, str) else content
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold an exclusive lock on a file, waiting for whoever holds it now."""
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
