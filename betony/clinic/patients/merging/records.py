"""Where a merged record went, and which records one stands for."""

from uuid import UUID

from django.db import connection

from betony.clinic.patients.models import Patient

_KEPT = """
with recursive way (id, next, step) as (
  select id, merged_into_id, 0 from clinic_patients_patient where id = %s
  union all
  select p.id, p.merged_into_id, way.step + 1 from clinic_patients_patient p join way on p.id = way.next
   where way.step < 100
)
select id from way where next is null
"""
# The lock that references take: it waits for a merge, and holds up nobody else.
_HOLD = "select merged_into_id from clinic_patients_patient where id = %s for key share"
_RECORDS = """
with recursive records (id, step) as (
  select id, 0 from clinic_patients_patient where id = %s
  union all
  select p.id, records.step + 1 from clinic_patients_patient p join records on p.merged_into_id = records.id
   where records.step < 100
)
select id from records order by step, id
"""


def kept_id(patient_id: UUID) -> UUID:
    """Return the record that stands for this one today: itself, or where it was merged, however often."""
    found = _ids(_KEPT, patient_id)
    return found[0] if found else patient_id


def hold(patient_id: UUID) -> UUID:
    """Return the record that stands for this one, which cannot be merged before the transaction ends.

    Waits for a merge under way.
    """
    held: UUID | None = None
    following: UUID | None = patient_id
    with connection.cursor() as cursor:
        while following is not None and following != held:
            held = following
            cursor.execute(_HOLD, [held])
            row = cursor.fetchone()
            following = row[0] if row else None
    return held or patient_id


def record_ids(patient_id: UUID) -> list[UUID]:
    """Return this record and all that were merged into it, its own first: what never moves is read by these."""
    return _ids(_RECORDS, patient_id) or [patient_id]


def kept_of(patient: Patient) -> Patient | None:
    """Return the record that stands for a merged patient today; None for one who was not merged."""
    return Patient.objects.get(pk=kept_id(patient.pk)) if patient.is_merged else None


def _ids(query: str, patient_id: UUID) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(query, [patient_id])
        return [row[0] for row in cursor.fetchall()]
