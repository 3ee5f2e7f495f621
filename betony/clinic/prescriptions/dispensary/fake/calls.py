"""One call of the API in memory, and how its answers are made."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from betony.clinic.prescriptions.dispensary.fake.state import Clinic, Grant, Json, Refusal, not_found


@dataclass
class Call:
    """One authenticated call."""

    grant: Grant
    params: Json
    body: Json
    catalogue: list[Json]

    @property
    def clinic(self) -> Clinic:
        return self.grant.clinic


Operation = Callable[..., tuple[int, Json]]


def page(call: Call, key: str, rows: list[Json]) -> tuple[int, Json]:
    """Answer one page of the rows."""
    number = max(1, whole(call.params.get("page[number]"), 1))
    size = min(100, max(1, whole(call.params.get("page[size]"), 25)))
    pages = -(-len(rows) // size)
    meta = {
        "current_page": number, "next_page": number + 1 if number < pages else None,
        "prev_page": number - 1 if number > 1 else None, "total_pages": pages, "total_count": len(rows),
    }  # fmt: skip
    return 200, {key: rows[(number - 1) * size : number * size], "meta": meta}


def whole(value: Any, default: int) -> int:
    return int(value) if str(value).isdigit() else default


def only(row: Json, names: tuple[str, ...]) -> Json:
    return {name: row[name] for name in names}


def one_of(rows: list[Json], wanted: str) -> Json:
    found = next((row for row in rows if row["id"] == wanted), None)
    if found is None:
        raise not_found()
    return found


def invalid(*messages: str) -> Refusal:
    return Refusal(422, json.dumps(list(messages)))


def flag(value: Any, *, default: bool) -> bool:
    return default if value is None else str(value).lower() in ("true", "1")
