"""Whom a job is about by now: the patient may have been merged into another since it was queued."""

from uuid import UUID

from betony.clinic.patients.merging import records
from betony.kit import tenancy


def patient(organization_id: UUID, patient_id: UUID) -> UUID:
    """Return the record that stands for this patient today."""
    with tenancy.organization(organization_id):
        return records.kept_id(patient_id)
