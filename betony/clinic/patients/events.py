"""What happens to patients that other modules may want to know."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PatientSaved:
    """A patient was added, or something in the profile changed."""

    organization_id: UUID
    patient_id: UUID
