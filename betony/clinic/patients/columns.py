"""The columns of the list of patients: which there are, which somebody has chosen, what a file says in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from betony.clinic.patients import rules
from betony.clinic.patients.models import ListView, Patient, Sex


@dataclass(frozen=True, slots=True)
class Column:
    """One column, by the name that is stored. `sort` is what the list can be sorted by there."""

    name: str
    label: "Promise | str"
    sort: str = ""


COLUMNS = (
    Column("born", gettext_lazy("Born"), sort="born"),
    Column("email", gettext_lazy("Email"), sort="email"),
    Column("mobile", gettext_lazy("Mobile")),
    Column("home", gettext_lazy("Home phone")),
    Column("practitioner", gettext_lazy("Practitioner")),
    Column("sex", gettext_lazy("Sex")),
    Column("place", gettext_lazy("City")),
    Column("since", gettext_lazy("Added")),
)
USUAL = ("born", "email", "mobile", "practitioner")
CHOICES = [(column.name, column.label) for column in COLUMNS]


@dataclass(frozen=True, slots=True)
class Chosen:
    """How somebody wants to see the list."""

    columns: tuple[Column, ...]
    is_comfortable: bool = False

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]


def chosen(view: ListView | None) -> Chosen:
    """Return what was chosen, in the order of the list; the usual columns when nothing was."""
    names = USUAL if view is None else view.columns
    columns = tuple(column for column in COLUMNS if column.name in names)
    return Chosen(columns, is_comfortable=view is not None and view.is_comfortable)


def place(patient: Patient) -> str:
    """Return "Ithaca, NY"."""
    return ", ".join(part for part in (patient.city, patient.region) if part)


def cells(
    patient: Patient, columns: Sequence[Column], *, practitioner: str, country: str, zone: tzinfo
) -> list[str]:
    """Return what a file says of the patient in these columns."""
    said = {
        "born": patient.date_of_birth.isoformat(),
        "email": patient.email,
        "mobile": rules.shown_phone(patient.mobile_phone, country=country),
        "home": rules.shown_phone(patient.home_phone, country=country),
        "practitioner": practitioner,
        "sex": str(Sex(patient.sex).label) if patient.sex else "",
        "place": place(patient),
        "since": patient.created_at.astimezone(zone).date().isoformat(),
    }
    return [said[column.name] for column in columns]
