"""The columns of the list of patients: which there are, which somebody has chosen, what a file says in them."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from betony.clinic.patients.models import ListView, Patient, Sex
from betony.kit.ui import words


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


@dataclass(frozen=True, slots=True)
class Saying:
    """How cells are written: phones for people at home in `country`, days of `zone`, dates by `date`."""

    country: str
    zone: tzinfo
    date: Callable[[datetime.date], str]


_TEXTS: dict[str, Callable[[Patient, str, Saying], str]] = {
    "born": lambda patient, _name, saying: saying.date(patient.date_of_birth),
    "email": lambda patient, _name, _saying: patient.email,
    "mobile": lambda patient, _name, saying: words.phone(patient.mobile_phone, country=saying.country),
    "home": lambda patient, _name, saying: words.phone(patient.home_phone, country=saying.country),
    "practitioner": lambda _patient, name, _saying: name,
    "sex": lambda patient, _name, _saying: str(Sex(patient.sex).label) if patient.sex else "",
    "place": lambda patient, _name, _saying: place(patient),
    "since": lambda patient, _name, saying: saying.date(patient.created_at.astimezone(saying.zone).date()),
}


def cells(patient: Patient, columns: Sequence[Column], *, practitioner: str, saying: Saying) -> list[str]:
    """Return what stands about the patient in these columns. `practitioner` is the name of theirs."""
    return [_TEXTS[column.name](patient, practitioner, saying) for column in columns]
