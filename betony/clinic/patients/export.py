"""The list of patients as a file: the same filters, order and columns, in batches, so that memory stays small."""

import datetime
from collections.abc import Iterator, Sequence
from datetime import tzinfo
from uuid import UUID

from django.utils.translation import gettext as _

from betony.clinic.patients import columns, queries
from betony.clinic.patients.models import Patient
from betony.kit import spreadsheets, tenancy

MOST_EXPORTED = 10_000
ROWS_AT_ONCE = 500


def ids(organization_id: UUID, listing: queries.Listing) -> list[UUID] | None:
    """Return whom the listing is about, in its order; None when they are more than a file may hold."""
    rows = queries.listed(organization_id, listing).order_by(*queries.sort_keys(listing.sort))
    found = list(rows.values_list("pk", flat=True)[: MOST_EXPORTED + 1])
    return None if len(found) > MOST_EXPORTED else found


def lines(
    organization_id: UUID,
    patient_ids: Sequence[UUID],
    shown: Sequence[columns.Column],
    *,
    country: str,
    zone: tzinfo,
) -> Iterator[str]:
    """Yield the file line by line; each batch is read in a short transaction of its own."""
    saying = columns.Saying(country, zone, date=datetime.date.isoformat)
    yield spreadsheets.MARK
    named = [_("Last name"), _("First name"), _("Preferred name")]
    yield from spreadsheets.lines(
        [[*named, *(str(column.label) for column in shown), _("Tags"), _("Status")]]
    )
    for start in range(0, len(patient_ids), ROWS_AT_ONCE):
        with tenancy.organization(organization_id):
            batch = _batch(organization_id, patient_ids[start : start + ROWS_AT_ONCE], shown, saying)
        yield from spreadsheets.lines(batch)


def _batch(
    organization_id: UUID,
    patient_ids: Sequence[UUID],
    shown: Sequence[columns.Column],
    saying: columns.Saying,
) -> list[list[str]]:
    rows = Patient.objects.filter(organization_id=organization_id, pk__in=patient_ids)
    by_id = {one.pk: one for one in rows.only(*queries.LISTED_FIELDS)}
    patients = [by_id[one] for one in patient_ids if one in by_id]
    tags = queries.tag_names(organization_id, patients)
    names = queries.practitioner_names(organization_id, patients)
    return [
        [
            one.last_name, one.first_name, one.preferred_name,
            *columns.cells(
                one, shown, practitioner=queries.named_practitioner(names, one), saying=saying
            ),
            ", ".join(tags.get(one.pk, [])), _standing(one),
        ]
        for one in patients
    ]  # fmt: skip


def _standing(patient: Patient) -> str:
    if patient.is_deceased:
        return _("deceased")
    return _("active") if patient.is_active else _("inactive")
