"""Rows of a health record as values: what a form or an import hands to the actions."""

import datetime
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class AllergyDetails:
    """What is known about an allergy; severity is a value of `models.Severity`."""

    substance: str
    reaction: str = ""
    severity: str = "unknown"
    noted_date: datetime.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicationDetails:
    """What somebody takes, as text; kind is a value of `models.Kind`."""

    kind: str
    name: str
    dose: str = ""
    frequency: str = ""
    since_date: datetime.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionDetails:
    """A condition; a code goes with its system (`models.CodeSystem`), or there is neither."""

    name: str
    code_system: str = ""
    code: str = ""
    onset_date: datetime.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """Why a row is over, or was a mistake, and since when."""

    reason: str = ""
    ended_date: datetime.date | None = None
