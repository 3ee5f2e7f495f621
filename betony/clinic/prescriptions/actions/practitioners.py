"""Keeping the list of the dispensary's practitioners."""

from collections.abc import Iterable

from django.db import transaction

from betony.clinic.prescriptions.dispensary import shapes
from betony.clinic.prescriptions.models import Connection, Dispensary, DispensaryPractitioner
from betony.kit import clock
from betony.kit.actor import system
from betony.kit.audit import trail


@transaction.atomic
def keep(*, dispensary: Dispensary, people: Iterable[shapes.Practitioner]) -> bool:
    """Make our list the same as the dispensary's and tell whether anything changed.

    Who is no longer there is marked removed, and nobody prescribes as them any more.
    """
    Dispensary.objects.select_for_update(no_key=True).get(pk=dispensary.pk)
    now = clock.now()
    known = {one.remote_id: one for one in dispensary.practitioners.all()}
    changed: list[str] = []
    there = set()
    for person in people:
        there.add(person.id)
        if _keep_one(dispensary, person, known.get(person.id)):
            changed.append(person.id)
    gone = [row.pk for key, row in known.items() if key not in there and row.removed_at is None]
    if gone:
        DispensaryPractitioner.objects.filter(pk__in=gone).update(removed_at=now)
        Connection.objects.current().filter(writes_as_id__in=gone).update(writes_as=None)
    Dispensary.objects.filter(pk=dispensary.pk).update(practitioners_fetched_at=now)
    if changed or gone:
        trail.record(
            by=system("prescriptions.practitioners", organization_id=dispensary.organization_id),
            action="prescriptions.practitioners_kept",
            subject=dispensary,
            changes={"added_or_changed": changed, "removed": gone},
        )
    return bool(changed or gone)


def _keep_one(
    dispensary: Dispensary, person: shapes.Practitioner, row: DispensaryPractitioner | None
) -> bool:
    """Make our row of somebody there, if there is one, the same, and tell whether anything changed."""
    values = {
        "first_name": person.first_name[:120], "last_name": person.last_name[:120],
        "email": person.email[:254], "removed_at": None,
    }  # fmt: skip
    if row is None:
        DispensaryPractitioner.objects.create(
            organization_id=dispensary.organization_id, dispensary=dispensary, remote_id=person.id, **values
        )
        return True
    if not trail.changed_fields(row, values):
        return False
    DispensaryPractitioner.objects.filter(pk=row.pk).update(**values)
    return True
