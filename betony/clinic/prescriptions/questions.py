"""Reading who must be confirmed, what differs between two people, and what is out of sight."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Prefetch, QuerySet

from betony.clinic.patients.models import Patient
from betony.clinic.prescriptions import queries, rules
from betony.clinic.prescriptions.models import Dispensary, LinkCandidate, Order, PatientLink, Prescription
from betony.clinic.prescriptions.rules import LinkState
from betony.kit import pagination

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Which questions are shown: those to `answer`, or those that need another `email`; and for which reason."""

    kind: str = "answer"
    reason: str = ""


def open_questions(dispensary: Dispensary, listing: Listing) -> QuerySet[PatientLink]:
    """Return the links of active patients about whom somebody must say something."""
    if listing.kind == "email":
        failed = PatientLink.objects.for_writing().filter(state=LinkState.FAILED, reason=rules.NEEDS_EMAIL)
        rows = failed.filter(dispensary=dispensary, patient__is_active=True)
    else:
        rows = PatientLink.objects.to_confirm().filter(dispensary=dispensary)
    return rows.filter(reason=listing.reason) if listing.reason else rows


def page(dispensary: Dispensary, listing: Listing, *, cursor: str) -> pagination.Page[PatientLink]:
    """Return one page of the questions, the oldest first, with everybody they are about."""
    rows = with_people(open_questions(dispensary, listing))
    return pagination.page_by_key(rows, keys=("id",), cursor=cursor, size=PAGE_SIZE)


def with_people(rows: QuerySet[PatientLink]) -> QuerySet[PatientLink]:
    """Return the links with their patients and candidates, those nobody has answered about first."""
    candidates = LinkCandidate.objects.select_related("answered_by__user").order_by("answer", "id")
    return rows.select_related("patient", "dispensary").prefetch_related(
        Prefetch("candidates", queryset=candidates)
    )


def count(dispensary: Dispensary) -> int:
    """Return how many patients wait to be confirmed."""
    return open_questions(dispensary, Listing()).count()


def linked_elsewhere(links: list[PatientLink]) -> dict[str, Patient]:
    """Return who here is linked to somebody these questions are about, by that person's id there."""
    ids = {one.remote_id for link in links for one in link.candidates.all()}
    rows = PatientLink.objects.current().filter(
        dispensary_id__in={link.dispensary_id for link in links}, remote_id__in=ids, state=LinkState.LINKED
    )
    return {str(one.remote_id): one.patient for one in rows.select_related("patient")}


def remote_person(candidate: LinkCandidate) -> rules.RemotePerson:
    """Return a candidate as the linking rule sees them."""
    return rules.RemotePerson(
        id=candidate.remote_id, first_name=candidate.first_name, last_name=candidate.last_name,
        email=candidate.email, date_of_birth=candidate.date_of_birth, is_archived=candidate.is_archived,
        is_dependent=candidate.is_dependent,
    )  # fmt: skip


def differences(link: PatientLink, candidate: LinkCandidate) -> frozenset[str]:
    """Return what differs between the chart's person and the candidate."""
    return rules.differences(queries.chart_person(link.patient), remote_person(candidate))


def brought_by(link: PatientLink) -> tuple[int, int]:
    """Return how many prescriptions and orders leave sight when the link is undone."""
    prescriptions = Prescription.objects.filter(brought_by=link, written_by=None).count()
    return prescriptions, Order.objects.filter(brought_by=link).count()


@dataclass(frozen=True, slots=True, kw_only=True)
class OutOfSight:
    """What a link that was undone had brought."""

    link: PatientLink
    prescriptions: int
    orders: int


def out_of_sight(patient_id: UUID) -> list[OutOfSight]:
    """Return what is out of sight in the patient's chart, by the link that was undone."""
    counted = [
        _hidden_by_link(Prescription.including_hidden.filter(patient_id=patient_id)),
        _hidden_by_link(Order.including_hidden.filter(patient_id=patient_id)),
    ]
    ids = {*counted[0], *counted[1]}
    links = PatientLink.objects.filter(pk__in=ids).select_related("ended_by__user") if ids else []
    return [
        OutOfSight(link=one, prescriptions=counted[0].get(one.pk, 0), orders=counted[1].get(one.pk, 0))
        for one in sorted(links, key=lambda link: link.pk)
    ]


def _hidden_by_link(rows: QuerySet[Prescription] | QuerySet[Order]) -> dict[UUID, int]:
    """Return how many of the rows are out of sight, by the link that had brought them."""
    hidden = rows.filter(hidden_at__isnull=False).order_by("brought_by")
    return {
        one["brought_by"]: one["number"] for one in hidden.values("brought_by").annotate(number=Count("pk"))
    }
