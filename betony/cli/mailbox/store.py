"""Mails as numbered files: 0001.eml, 0002.eml, …"""

import os
import threading
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

SUFFIX = ".eml"
DIGITS = 4


@dataclass(frozen=True)
class Mail:
    """One received mail."""

    number: int
    message: EmailMessage

    def header(self, name: str) -> str:
        """Return a header's text; empty when there is none or it cannot be read."""
        try:
            return str(self.message.get(name, ""))
        except (ValueError, LookupError):
            return ""

    @property
    def text(self) -> str:
        """The plain text of the mail, or a sentence that says there is none."""
        part = self.message.get_body(preferencelist=("plain",))
        if part is None:
            return "This mail has no plain text."
        try:
            return str(part.get_content())
        except (LookupError, ValueError):
            return "The text of this mail cannot be read."


class Store:
    """The folder of received mails."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()

    def add(self, content: bytes) -> int:
        """Keep a mail under the next number and return it. The file appears complete or not at all."""
        draft = self._folder / f".draft-{os.getpid()}-{threading.get_ident()}"
        with self._lock:
            with draft.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            number = max(self.numbers(), default=0) + 1
            draft.rename(self._path(number))
        return number

    def numbers(self) -> list[int]:
        """Return the numbers of all mails, newest first."""
        stems = [path.stem for path in self._folder.glob(f"*{SUFFIX}")]
        return sorted((int(stem) for stem in stems if stem.isdigit()), reverse=True)

    def get(self, number: int) -> Mail | None:
        """Return a mail, or None when there is none of this number."""
        try:
            content = self._path(number).read_bytes()
        except FileNotFoundError:
            return None
        message = message_from_bytes(content, policy=policy.default)
        return Mail(number=number, message=message)

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:0{DIGITS}}{SUFFIX}"
