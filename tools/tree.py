"""Which files the project is made of, as git sees them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SERVERS = ("clinic", "dispensary")


def files(*suffixes: str, under: str = "") -> list[Path]:
    """The files that are tracked or about to be (ignored ones left out), sorted, as absolute paths.

    With suffixes, only files that end in one of them; with `under`, only files in that folder.
    """
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", under or "."],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    names = {name for name in listing.split("\0") if name and (not suffixes or name.endswith(suffixes))}
    return [path for name in sorted(names) if (path := ROOT / name).is_file()]


def shown(path: Path) -> str:
    """The path as people write it: relative to the repository."""
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.as_posix()


def app_folders(server: str) -> Iterator[Path]:
    """The module folders of one server: `betony/SERVER/NAME` with an `__init__.py`."""
    for folder in sorted((ROOT / "betony" / server).iterdir()):
        if (folder / "__init__.py").is_file():
            yield folder
