"""The profile field by field: where two records differ, and what stays for which choice."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from betony.clinic.patients.merging.rules import Choice, is_empty, proposed
from betony.clinic.patients.models import ConsentSubject, Patient

ADDRESS = ("address_line_1", "address_line_2", "city", "region", "postal_code", "country")

# What the profile's form takes; two texts that are longer together cannot both stay.
LONGEST_TEXT = 4000


@dataclass(frozen=True, slots=True)
class Field:
    """Columns of the profile that stay or go together, since halves of two of them would be nobody's."""

    key: str
    columns: tuple[str, ...]
    kind: str = ""
    label: "Promise | str" = ""


def _plain(*names: str) -> tuple[Field, ...]:
    return tuple(Field(name, (name,)) for name in names)


FIELDS: tuple[Field, ...] = (
    *_plain("first_name", "middle_name", "last_name", "preferred_name", "date_of_birth", "sex"),
    Field("email", ("email", "email_key")),
    *(Field(name, (name, f"{name}_typed")) for name in ("mobile_phone", "home_phone", "alternative_phone")),
    *_plain("contact_method"),
    Field("address", ADDRESS, label=gettext_lazy("Address")),
    *_plain("time_zone", "gender_identity", "pronouns", "race", "ethnicity", "preferred_language"),
    *_plain("marital_status", "occupation", "personal_id"),
    Field("next_of_kin", tuple(f"next_of_kin_{part}" for part in ("name", "relation", "phone"))),
    Field("emergency", tuple(f"emergency_{part}" for part in ("name", "relation", "phone"))),
    *_plain("guardian"),
    Field("primary_practitioner", ("primary_practitioner_id",)),
    *_plain("primary_care_physician", "referral_source"),
    Field("notes", ("notes",), kind="text"),
    *(Field(name, (name,), kind="consent") for name in ConsentSubject.values),
    *_plain("portal_access"),
    Field("is_active", ("is_active",), kind="active"),
    *_plain("deceased_date"),
)


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which the two records differ: what stands in each, and what is proposed."""

    field: Field
    label: str
    kept: tuple[Any, ...]
    merged: tuple[Any, ...]
    proposed: Choice

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The choices there are: both only where texts can stand one after the other."""
        two_texts = self.field.kind == "text" and not is_empty(self.kept) and not is_empty(self.merged)
        if two_texts and len(self.values(Choice.BOTH)[0]) <= LONGEST_TEXT:
            return (Choice.KEPT, Choice.MERGED, Choice.BOTH)
        return (Choice.KEPT, Choice.MERGED)

    @property
    def is_open(self) -> bool:
        """Whether both records say something, so that one of the two has to give way."""
        return not _is_empty(self.field, self.kept) and not _is_empty(self.field, self.merged)

    def values(self, choice: Choice) -> tuple[Any, ...]:
        """Return the columns as they stay for this choice."""
        if choice is Choice.BOTH:
            return tuple(f"{one}\n\n{other}" for one, other in zip(self.kept, self.merged, strict=True))
        return self.merged if choice is Choice.MERGED else self.kept


def differences(kept: Patient, merged: Patient) -> list[Difference]:
    """Return the fields in which two records differ, in the order of the profile."""
    found = []
    for field in FIELDS:
        ours, theirs = _values(kept, field), _values(merged, field)
        # An answer nobody gave and an empty field are no difference to decide about.
        if ours == theirs or (_is_empty(field, ours) and _is_empty(field, theirs)):
            continue
        choice = proposed(field.kind, _telling(field, ours), _telling(field, theirs))
        one = Difference(field, label_of(field), ours, theirs, choice)
        found.append(one if choice in one.choices else replace(one, proposed=Choice.KEPT))
    return found


def changes(found: list[Difference], choices: Mapping[str, Choice]) -> list[dict[str, tuple[Any, Any]]]:
    """Return, for each field that changes in the kept record, its columns as (before, after)."""
    made = []
    for one in found:
        choice = choices.get(one.field.key, one.proposed)
        after = one.values(choice if choice in one.choices else one.proposed)
        pairs = dict(zip(one.field.columns, zip(one.kept, after, strict=True), strict=True))
        if any(was != now for was, now in pairs.values()):
            made.append(pairs)
    return made


def label_of(field: Field) -> str:
    """Return what a field is called on pages."""
    if field.label:
        return str(field.label)
    name = field.columns[0].removesuffix("_id")
    return str(Patient._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def label_of_column(column: str) -> str:
    """Return what the field of this column is called on pages."""
    return next((label_of(field) for field in FIELDS if column in field.columns), column)


def in_words(patient: Patient, field: Field) -> str:
    """Return what stands in a field of this record, as people read it; empty for nothing."""
    if field.key == "address":
        return ", ".join(value for value in _values(patient, field) if value)
    if field.key == "primary_practitioner":
        return patient.primary_practitioner.display_name if patient.primary_practitioner else ""
    if field.kind == "active":
        return _("Active") if patient.is_active else _("Inactive")
    if field.key == "portal_access":
        return _("Yes") if patient.portal_access else _("No")
    if field.key in ("next_of_kin", "emergency"):
        return ", ".join(value for value in _values(patient, field) if value)
    column = field.columns[-1] if field.columns[-1].endswith("_typed") else field.columns[0]
    display = getattr(patient, f"get_{column}_display", None)
    return str(display() if display else getattr(patient, column) or "")


def _telling(field: Field, values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the values that say something: a country alone is no address."""
    return values[:-1] if field.columns == ADDRESS else values


def _is_empty(field: Field, values: tuple[Any, ...]) -> bool:
    return is_empty(_telling(field, values))


def _values(patient: Patient, field: Field) -> tuple[Any, ...]:
    return tuple(getattr(patient, column) for column in field.columns)
