"""What happens to patients that other modules may want to know."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PatientSaved:
    """A patient was added, or something in the profile changed."""

    organization_id: UUID
    patient_id: UUID


@dataclass(frozen=True, slots=True)
class PatientsMerged:
    """The record `merged_id` went into `patient_id`, which stands for both from now on."""

    organization_id: UUID
    patient_id: UUID
    merged_id: UUID


@dataclass(frozen=True, slots=True)
class MergeUndone:
    """The record `merged_id` stands by itself again, beside `patient_id`."""

    organization_id: UUID
    patient_id: UUID
    merged_id: UUID
