"""From an address to a listing and back, and from records to what a page says about them."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from betony.clinic.patients import columns, export, queries, resemblance, rules
from betony.clinic.patients.models import Patient
from betony.clinic.patients.profile import Profile
from betony.kit import pagination
from betony.kit.identifiers import read_uuid
from betony.kit.ui import words

STANDINGS: list[tuple[queries.Standing, "Promise | str"]] = [
    ("active", gettext_lazy("Active")),
    ("inactive", gettext_lazy("Inactive")),
    ("all", gettext_lazy("All")),
]
REASONS = {
    resemblance.Reason.NAME_AND_BIRTHDAY: gettext_lazy("similar name and the same date of birth"),
    resemblance.Reason.EMAIL: gettext_lazy("the same email"),
    resemblance.Reason.PHONE: gettext_lazy("the same phone number"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """What the address asks for."""

    listing: queries.Listing
    cursor: str = ""
    standings: list[tuple[queries.Standing, "Promise | str"]] = field(default_factory=lambda: STANDINGS)

    @property
    def is_filtered(self) -> bool:
        plain = queries.Listing(sort=self.listing.sort)
        return self.listing != plain


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one column about one patient; a note stands more quietly behind it."""

    column: columns.Column
    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A patient as a line of the list."""

    patient: Patient
    cells: list[Cell]
    tags: list[str]
    is_email_shared: bool
    menu_id: str
    menu_label: str


def read(query: QueryDict) -> Shown:
    """Return what the address asks for; what it cannot mean is left out."""
    standing: queries.Standing = next(
        (name for name, _label in STANDINGS if name == query.get("status")), "active"
    )
    sort = query.get("sort", queries.DEFAULT_SORT)
    listing = queries.Listing(
        search=query.get("q", "").strip()[: rules.LONGEST_SEARCH],
        practitioner_id=read_uuid(query.get("practitioner", "")),
        tag_id=read_uuid(query.get("tag", "")),
        standing=standing,
        sort=sort if sort.removeprefix("-") in queries.SORTS else queries.DEFAULT_SORT,
    )
    return Shown(listing, cursor=pagination.asked_for(query))


def rows(
    organization_id: UUID, patients: list[Patient], shown: Sequence[columns.Column], *, country: str
) -> list[Row]:
    """Return the lines of the list; three queries for all of them."""
    shared = queries.shared_emails(organization_id, patients)
    tags = queries.tag_names(organization_id, patients)
    names = queries.practitioner_names(organization_id, patients)
    saying = columns.Saying(country, timezone.get_current_timezone(), date=words.short_date)
    said, today = _("Actions for %(name)s"), timezone.localdate()
    return [
        Row(
            patient=patient,
            cells=_cells(patient, shown, queries.named_practitioner(names, patient), saying, today),
            tags=tags.get(patient.pk, []),
            is_email_shared=patient.email_key in shared,
            menu_id=f"actions-{patient.pk}",
            menu_label=said % {"name": patient.full_name},
        )
        for patient in patients
    ]


def _cells(
    patient: Patient,
    shown: Sequence[columns.Column],
    practitioner: str,
    saying: columns.Saying,
    today: datetime.date,
) -> list[Cell]:
    years = "" if patient.is_deceased else str(words.years_between(patient.date_of_birth, today))
    texts = columns.cells(patient, shown, practitioner=practitioner, saying=saying)
    return [
        Cell(column, text, note=years if column.name == "born" else "")
        for column, text in zip(shown, texts, strict=True)
    ]


def cannot_export(found: list[UUID] | None) -> str:
    """Return why a list cannot be a file: nobody is on it, or too many are."""
    if found is None:
        return _("A file holds at most %(most)s patients. Narrow the list with a search or a filter.") % {
            "most": f"{export.MOST_EXPORTED:,}"
        }
    return _("Nobody is on this list, so there is nothing to export.")


def look_alikes(found: list[queries.LookAlike]) -> list[dict[str, Any]]:
    """Return who looks like the new patient, and why in words."""
    return [
        {"patient": one.patient, "why": ", ".join(str(REASONS[reason]) for reason in one.reasons)}
        for one in found
    ]


def comparable(profile: Profile, *, country: str) -> dict[str, object]:
    """Return a profile as the trail writes values, to compare what people typed."""
    values = {name: _plain(value) for name, value in profile.values(country=country).items()}
    return {**values, "tags": list(profile.tags)}


def as_typed(value: object) -> str:
    """Return a value as it stands in a form."""
    if isinstance(value, datetime.date):
        return f"{value:%Y/%m/%d}"
    return "" if value is None or value is False else str(value)


def conflict_sentence(field: BoundField, theirs: object) -> str:
    """Return what to tell somebody whose field was changed by another person too."""
    now = dict(getattr(field.field, "choices", ())).get(theirs, as_typed(theirs)) or _("empty")
    return _("Changed in the meantime to: %(value)s. Yours is kept here; saving replaces it.") % {
        "value": now
    }


def _plain(value: object) -> object:
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
