"""What a page shows of a draft while somebody types into it.

One person may have the same draft open in two tabs. What is typed in one never overwrites what was typed in the
other: it is compared with what its page had shown, and whoever typed it is told.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from betony.clinic.prescriptions.models import Prescription


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The draft as a page shows it: its version, its message, and the reasons by the digest of their warning."""

    version: int
    message: str = ""
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What was typed is kept. `is_as_seen`: nothing else of the draft differs from what its page shows."""

    draft: Prescription
    is_as_seen: bool


def is_as_seen(draft: Prescription, seen: Seen | None) -> bool:
    """Tell whether the draft is the version that was seen; who does not say what they saw is believed."""
    return seen is None or draft.version == seen.version


def mark(directions: Any) -> str:
    """Return a short mark that stands for exactly these directions (writing.Directions)."""
    said = json.dumps(asdict(directions), sort_keys=True, default=list)
    return hashlib.sha256(said.encode()).hexdigest()[:16]
