"""Two people editing the same record: the second is told, and nothing is overwritten."""

from collections.abc import Mapping
from typing import Any

from django.db import models


class ChangedMeanwhile(Exception):
    """The record was changed after the form was opened. `record` is as it stands now."""

    def __init__(self, record: models.Model) -> None:
        super().__init__("changed meanwhile")
        self.record = record


def set_values(record: Any, *, version: int, values: Mapping[str, Any]) -> None:
    """Put the values on the locked record and raise its version; the caller saves it.

    Raises ChangedMeanwhile when the record is no longer the version the person saw.
    """
    if record.version != version:
        raise ChangedMeanwhile(record)
    for name, value in values.items():
        setattr(record, name, value)
    record.version += 1
