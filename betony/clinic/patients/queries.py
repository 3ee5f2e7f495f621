"""Reading patients: lists, search, look-alikes. Every query runs in the organization of the transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import BooleanField, Count, F, Func, Q, QuerySet, TextField, Value

from betony.clinic.patients import resemblance, rules
from betony.clinic.patients.merging import records
from betony.clinic.patients.models import ConsentAnswer, ListView, Patient, PatientTag, Tag
from betony.clinic.practice.models import Practitioner
from betony.kit import pagination

Standing = Literal["active", "inactive", "all"]

# Sort names a page may ask for, with the columns behind them; the last one is unique.
SORTS = {"name": ("sort_name", "id"), "born": ("date_of_birth", "id"), "email": ("email_key", "id")}
DEFAULT_SORT = "name"
# A screenful: drawing a row costs more than finding it, and the list is drawn on every keystroke.
ROWS_OF_A_PAGE = 30
LISTED_FIELDS = (
    "id", "organization", "first_name", "last_name", "preferred_name", "email", "email_key", "date_of_birth",
    "mobile_phone", "home_phone", "primary_practitioner", "sex", "city", "region", "is_active",
    "deceased_date", "created_at", "sort_name",
)  # fmt: skip
MOST_COUNTED = 10_000
# Above so many hits it is cheaper to walk the sorted list and look at each row than to gather them all.
MOST_GATHERED = 400
MOST_LOOKALIKES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What a list of patients shows: search text, filters, order."""

    search: str = ""
    practitioner_id: UUID | None = None
    tag_id: UUID | None = None
    standing: Standing = "active"
    sort: str = DEFAULT_SORT


@dataclass(frozen=True, slots=True)
class CappedCount:
    """A count that stops at MOST_COUNTED."""

    number: int
    is_more: bool

    @property
    def shown(self) -> str:
        return f"{self.number:,}"


@dataclass(frozen=True, slots=True)
class LookAlike:
    """A patient who may be the one about to be added, and why."""

    patient: Patient
    reasons: list[resemblance.Reason]


def sort_keys(sort: str) -> tuple[str, ...]:
    """Return the columns of a sort name (`-name` turns it round); an unknown name sorts by name."""
    keys = SORTS.get(sort.removeprefix("-"), SORTS[DEFAULT_SORT])
    return tuple(f"-{key}" for key in keys) if sort.startswith("-") else keys


def page(
    organization_id: UUID, listing: Listing, *, cursor: str = "", size: int = ROWS_OF_A_PAGE
) -> pagination.Page[Patient]:
    """Return one page of the list, each patient with the columns a list shows."""
    rows = listed(organization_id, listing).only(*LISTED_FIELDS)
    return pagination.page_by_key(rows, keys=sort_keys(listing.sort), cursor=cursor, size=size)


def list_view(membership_id: UUID) -> ListView | None:
    """Return how the member wants to see the list; None while they have not said."""
    return ListView.objects.filter(membership_id=membership_id).first()


def practitioner_names(organization_id: UUID, patients: Iterable[Patient]) -> dict[UUID, str]:
    """Return the display names of these patients' practitioners, those who have left too."""
    ids = {patient.primary_practitioner_id for patient in patients if patient.primary_practitioner_id}
    rows = Practitioner.objects.filter(organization_id=organization_id, pk__in=ids)
    return {one.pk: one.display_name for one in rows.select_related("membership__user")}


def named_practitioner(names: Mapping[UUID, str], patient: Patient) -> str:
    """Return the patient's practitioner out of these names; empty for who has none."""
    chosen = patient.primary_practitioner_id
    return names.get(chosen, "") if chosen else ""


def tag_names(organization_id: UUID, patients: Iterable[Patient]) -> dict[UUID, list[str]]:
    """Return the names of these patients' tags, in order; who has none is left out."""
    rows = PatientTag.objects.filter(
        organization_id=organization_id, patient__in=[one.pk for one in patients]
    )
    found: dict[UUID, list[str]] = {}
    for patient_id, name in rows.order_by("tag__name", "id").values_list("patient_id", "tag__name"):
        found.setdefault(patient_id, []).append(name)
    return found


def listed(organization_id: UUID, listing: Listing) -> QuerySet[Patient]:
    """Return the patients a listing is about, unsorted."""
    rows = Patient.objects.filter(organization_id=organization_id)
    if listing.standing != "all":
        rows = rows.filter(is_active=listing.standing == "active")
    if listing.standing != "active":
        # A merged record is never active; what became of it stands on the kept one's page.
        rows = rows.filter(merged_into=None)
    if listing.practitioner_id:
        rows = rows.filter(primary_practitioner_id=listing.practitioner_id)
    if listing.tag_id:
        tagged = PatientTag.objects.filter(organization_id=organization_id, tag_id=listing.tag_id)
        rows = rows.filter(pk__in=tagged.values("patient_id"))
    return _matching(rows, rules.read_search(listing.search)) if listing.search.strip() else rows


def _matching(rows: QuerySet[Patient], wanted: rules.SearchText) -> QuerySet[Patient]:
    if wanted.is_empty:
        return rows.none()
    found = search(wanted, most=MOST_GATHERED + 1)
    if found is not None and len(found) <= MOST_GATHERED:
        return rows.filter(pk__in=found)
    if wanted.born:
        rows = rows.filter(date_of_birth__in=wanted.born)
    patterns = Value(_patterns(wanted.words), output_field=ArrayField(TextField()))
    matches = Func(
        F("search_text"), patterns, function="clinic_patients_matches", output_field=BooleanField()
    )
    return rows.filter(matches) if wanted.words else rows


def _patterns(words: Sequence[str]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("select clinic_patients_patterns(%s)", [list(words)])
        row = cursor.fetchone()
    return list(row[0] or ()) if row else []


def search(wanted: rules.SearchText, *, most: int) -> list[UUID] | None:
    """Return the ids of at most so many matching patients of the transaction's organization, in no order.

    None says that a good part of them matches, too many to gather.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select clinic_patients_search(%s, %s::date[], %s)",
            [list(wanted.words), list(wanted.born) or None, most],
        )
        found = [row[0] for row in cursor.fetchall()]
    return None if None in found else found


def count(rows: QuerySet[Patient]) -> CappedCount:
    """Return how many there are, without counting further than a person reads."""
    number = rows.order_by()[: MOST_COUNTED + 1].count()
    return CappedCount(min(number, MOST_COUNTED), number > MOST_COUNTED)


def shared_emails(organization_id: UUID, patients: Iterable[Patient]) -> set[str]:
    """Return those of the patients' email keys that more than one active patient has."""
    keys = {patient.email_key for patient in patients if patient.email_key}
    rows = (
        Patient.objects.filter(organization_id=organization_id, is_active=True, email_key__in=keys)
        .order_by()
        .values("email_key")
        .annotate(people=Count("id"))
        .filter(people__gt=1)
    )
    return set(rows.values_list("email_key", flat=True))


def others_with_email(organization_id: UUID, email_key: str, *, besides: UUID) -> list[Patient]:
    """Return at most five other active patients with this email."""
    if not email_key:
        return []
    rows = Patient.objects.filter(organization_id=organization_id, is_active=True, email_key=email_key)
    return list(rows.exclude(pk=besides).order_by("sort_name", "id")[:MOST_LOOKALIKES])


def has_namesake(patient: Patient) -> bool:
    """Tell whether another active patient has the same first and last name, spelling aside."""
    rows = Patient.objects.filter(
        organization_id=patient.organization_id, is_active=True, sort_name=patient.sort_name
    )
    return rows.exclude(pk=patient.pk).exists()


def look_alikes(organization_id: UUID, new: resemblance.Person, *, besides: UUID) -> list[LookAlike]:
    """Return at most five patients, active or not, who may be this person."""
    same = Q(date_of_birth__in={new.date_of_birth, resemblance.swapped(new.date_of_birth)})
    if new.email_key:
        same |= Q(email_key=new.email_key)
    for phone in new.phones:
        same |= Q(mobile_phone=phone)
    candidates = (
        Patient.objects.filter(same, organization_id=organization_id, is_active__in=(True, False))
        .filter(merged_into=None)
        .exclude(pk=besides)
        .order_by("-is_active", "sort_name", "id")
    )
    found = ((patient, resemblance.reasons(new, as_person(patient))) for patient in candidates[:500])
    return [LookAlike(patient, reasons) for patient, reasons in found if reasons][:MOST_LOOKALIKES]


def as_person(patient: Patient) -> resemblance.Person:
    """Return the patient as what is compared."""
    phones = (patient.mobile_phone, patient.home_phone, patient.alternative_phone)
    return resemblance.Person(
        first_name=patient.first_name,
        last_name=patient.last_name,
        preferred_name=patient.preferred_name,
        date_of_birth=patient.date_of_birth,
        email_key=patient.email_key,
        phones=frozenset(phone for phone in phones if phone),
    )


def tags(organization_id: UUID) -> QuerySet[Tag]:
    """Return the clinic's tags by name."""
    return Tag.objects.filter(organization_id=organization_id).order_by("name", "id")


def tags_of(patient: Patient) -> list[str]:
    """Return the names of the patient's tags, in order."""
    names = PatientTag.objects.filter(organization_id=patient.organization_id, patient=patient)
    return list(names.order_by("tag__name", "id").values_list("tag__name", flat=True))


def consent_history(patient: Patient) -> list[ConsentAnswer]:
    """Return every answer the patient ever gave, the oldest first, those of merged records among them."""
    ids = records.record_ids(patient.pk)
    answers = ConsentAnswer.objects.filter(organization_id=patient.organization_id, patient_id__in=ids)
    return list(answers.select_related("recorded_by__user").order_by("answered_at", "id"))


def latest_consents(patient: Patient) -> dict[str, ConsentAnswer]:
    """Return, for each subject, when the answer that holds today was given last, and who recorded it.

    Of two merged records' answers a person chose one, which need not be the latest.
    """
    return {
        answer.subject: answer
        for answer in consent_history(patient)
        if answer.answer == getattr(patient, answer.subject)
    }
