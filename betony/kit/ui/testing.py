"""For tests of pages: how htmx asks, and an answer as assertions read it."""

import re
from typing import Protocol

HTMX = {"HX-Request": "true"}


class Answer(Protocol):
    """What the test client gives back."""

    @property
    def content(self) -> bytes: ...


def words(answer: Answer) -> str:
    """Return an answer's markup in one line, each run of white space as one space."""
    return re.sub(r"\s+", " ", answer.content.decode())
