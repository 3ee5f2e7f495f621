"""Where a cluster lives, as whom it runs, and its passwords: one private file of the home folder."""

import dataclasses
import json
import secrets
import shutil
import tempfile
from pathlib import Path

from betony.cli import home as home_module
from betony.cli.errors import CannotContinueError
from betony.cli.postgres import account as account_module
from betony.cli.postgres import binaries, process, servers

OWNER_NOTE = "betony-home"
LONGEST_SOCKET_FOLDER = 85


@dataclasses.dataclass(frozen=True)
class Place:
    """What one cluster remembers between runs."""

    folder: str
    account: str
    socket_folder: str
    passwords: dict[str, str]

    @property
    def data(self) -> Path:
        return Path(self.folder) / "data"


def load(file: Path) -> Place | None:
    """Return what a home folder remembers of its cluster, or None before the first run."""
    try:
        content = json.loads(file.read_text())
    except FileNotFoundError:
        return None
    return Place(**content)


def prepare(file: Path, account: account_module.Account) -> Place:
    """Return the cluster's place, choosing and creating it on the first run.

    Raises CannotContinueError when the cluster belongs to another home folder or another user.
    """
    place = load(file)
    if place is None:
        place = _choose(file, account)
    else:
        _check_owner(place, file, account)
    place = _with_socket_folder(place, account)
    home_module.write_private_file(file, json.dumps(dataclasses.asdict(place), indent=1))
    return place


def forget(file: Path) -> None:
    """Delete a cluster's files and what is remembered of it. It must not be running."""
    place = load(file)
    if place is None:
        return
    for folder in (Path(place.folder), Path(place.socket_folder)):
        if folder.is_dir():
            shutil.rmtree(folder)
    file.unlink()


def _choose(file: Path, account: account_module.Account) -> Place:
    if account.can_reach(file.parent):
        folder = file.with_suffix("")
    else:
        binaries.make_system_folder()
        _remove_orphans(binaries.SYSTEM_FOLDER)
        folder = binaries.SYSTEM_FOLDER / f"cluster-{secrets.token_hex(6)}"
    if folder.exists():
        raise CannotContinueError(
            f"{folder} exists, but {file} with its passwords does not: remove the folder."
        )
    roles = [servers.SUPERUSER]
    for server in servers.SERVERS:
        roles += [server.application_role, server.migration_role]
    passwords = {role: secrets.token_urlsafe(24) for role in roles}
    _make_folder(folder, account)
    (folder / OWNER_NOTE).write_text(str(file.parent.resolve()))
    return Place(folder=str(folder), account=account.name, socket_folder="", passwords=passwords)


def _remove_orphans(parent: Path) -> None:
    """Delete the clusters of temporary home folders that are gone: nobody can reach them any more.

    A home folder elsewhere may be on a disk that is away for now, so its cluster stays.
    """
    for folder in parent.glob("cluster-*"):
        note = folder / OWNER_NOTE
        owner = Path(note.read_text()) if note.exists() else None
        if owner is None or owner.exists() or Path(tempfile.gettempdir()) not in owner.parents:
            continue
        if process.can_see_folders() and not process.members(folder / "data"):
            shutil.rmtree(folder)


def _check_owner(place: Place, file: Path, account: account_module.Account) -> None:
    if place.account != account.name:
        raise CannotContinueError(
            f"{file.parent} was made by another user (PostgreSQL runs as {place.account} there): "
            "start Betony as that user, or choose another folder with BETONY_HOME."
        )
    folder = Path(place.folder)
    if not folder.is_dir():
        _make_folder(folder, account)
    note = folder / OWNER_NOTE
    owner = Path(note.read_text()) if note.exists() else None
    if owner is not None and owner != file.parent.resolve() and owner.exists():
        raise CannotContinueError(
            f"The database in {folder} belongs to {owner}, and {file.parent} is a copy of it: "
            "choose another folder with BETONY_HOME."
        )
    note.write_text(str(file.parent.resolve()))


def _with_socket_folder(place: Place, account: account_module.Account) -> Place:
    """Keep the socket beside the data where its path is short enough, else in a private folder under /tmp."""
    beside = Path(place.folder) / "socket"
    if len(str(beside)) <= LONGEST_SOCKET_FOLDER:
        if not beside.exists():
            _make_folder(beside, account)
        return dataclasses.replace(place, socket_folder=str(beside))
    chosen = Path(place.socket_folder) if place.socket_folder else None
    if chosen is None or not _is_private(chosen, account):
        chosen = Path(tempfile.mkdtemp(prefix="betony-", dir="/tmp"))
        account.own(chosen)
    return dataclasses.replace(place, socket_folder=str(chosen))


def _is_private(folder: Path, account: account_module.Account) -> bool:
    try:
        status = folder.lstat()
    except FileNotFoundError:
        return False
    return (
        folder.is_dir()
        and not folder.is_symlink()
        and status.st_uid == account.uid
        and status.st_mode & 0o077 == 0
    )


def _make_folder(folder: Path, account: account_module.Account) -> None:
    folder.mkdir(mode=home_module.PRIVATE_FOLDER)
    account.own(folder)
