"""Reading connections, links and prescriptions; always inside the organization's transaction."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, Q, QuerySet

from betony.clinic.accounts import actors
from betony.clinic.accounts.models import Membership
from betony.clinic.patients.models import Patient
from betony.clinic.practice import queries as practice_queries
from betony.clinic.practice import rules as practice_rules
from betony.clinic.prescriptions import rules
from betony.clinic.prescriptions.models import (
    Connection,
    Dispensary,
    DispensaryPractitioner,
    HistoryCursor,
    KnownVariant,
    LinkCandidate,
    Order,
    PatientLink,
    Prescription,
    PrescriptionChange,
    WebhookEnvelope,
)
from betony.clinic.prescriptions.models.links import Answer
from betony.clinic.prescriptions.rules import ChangeState, LinkState, PrescriptionState
from betony.kit import clock, tenancy
from betony.kit.actor import Actor

HISTORY_STOPPED = timedelta(minutes=10)
IMPORT_TAKES = timedelta(minutes=2)
STALE_PRACTITIONERS = timedelta(seconds=30)


def environment_of(membership: Membership) -> str:
    """Return which Fullscript this member's organization talks to, by its country."""
    return "ca" if membership.organization.country == "CA" else "us"


def current_dispensary(by: Actor) -> Dispensary | None:
    """Return the dispensary the actor's organization is connected to."""
    return Dispensary.objects.filter(organization_id=by.organization, ended_at=None).first()


def is_connected(by: Actor) -> bool:
    """Tell whether the user has a live connection of their own."""
    live = Connection.objects.live().filter(organization_id=by.organization, membership_id=by.membership)
    return live.exists()


def connection_of(by: Actor) -> Connection | None:
    """Return the user's own connection, live or broken, with its dispensary and chosen practitioner."""
    return (
        Connection.objects.current()
        .select_related("dispensary", "writes_as")
        .filter(organization_id=by.organization, membership_id=by.membership)
        .first()
    )


def live_connections(organization_id: UUID) -> list[Connection]:
    """Return the connections that background work may use, the newest first. Opens its own transaction."""
    with tenancy.organization(organization_id):
        rows = Connection.objects.live().filter(organization_id=organization_id)
        return list(rows.select_related("dispensary").order_by("-connected_at", "-id"))


def practitioners_are_stale(dispensary: Dispensary) -> bool:
    """Tell whether the practitioners should be asked for again."""
    fetched = dispensary.practitioners_fetched_at
    return fetched is None or fetched < clock.now() - STALE_PRACTITIONERS


def refusal_to_send(prescription: Prescription) -> str:
    """Return why a waiting prescription must not be sent after all, as one of rules.REFUSALS; else nothing.

    Its patient, its sender, with the user, and its prescriber must be loaded.
    """
    return refusal_to_share(prescription.patient) or refusal_to_write(prescription.sender, prescription)


def refusal_to_share(patient: Patient) -> str:
    """Return why nothing about the patient may go to the dispensary: one of REFUSALS_TO_SHARE, or nothing."""
    return rules.refusal_to_share(chart_person(patient))


def refusal_to_know(patient: Patient, dispensary: Dispensary) -> str:
    """Return why the dispensary may not come to know the patient, as `rules.refusal_to_know` says it; else nothing.

    An **Email for Fullscript** serves as well as the chart's own e-mail.
    """
    return rules.refusal_to_know(chart_person(patient, current_link(patient.pk, dispensary)))


def refusal_to_write(sender: Membership | None, prescription: Prescription) -> str:
    """Return why this member must not write for the prescriber, as one of rules.REFUSALS; else nothing."""
    prescriber = prescription.prescriber
    if sender is None or not (sender.is_active and sender.user.is_active):
        return rules.SENDER_LEFT
    by = actors.staff(sender)
    if not by.may("prescriptions.write"):
        return rules.SENDER_MAY_NOT_PRESCRIBE
    if prescriber is None or prescriber.removed_at is not None:
        return rules.PRESCRIBER_REMOVED
    allowed = _practitioners_for(by, prescription.dispensary_id)
    return "" if prescriber.pk in {one.pk for one in allowed} else rules.NOT_FOR_THIS_PRESCRIBER


def may_recall(by: Actor, prescription: Prescription) -> bool:
    """Tell whether the user may cancel, or write again, a prescription that was not sent.

    Its author may, whoever may write for its prescriber, and, when nobody is left who may, whoever writes as
    themselves: it must not wait for ever. No connection is needed, for nothing goes out. Its prescriber must be loaded.
    """
    if not by.may("prescriptions.write"):
        return False
    if prescription.written_by_id == by.membership:
        return True
    allowed = {one.pk for one in _practitioners_for(by, prescription.dispensary_id)}
    if prescription.prescriber_id in allowed:
        return True
    return _is_gone(prescription.prescriber, by) and _writes_as_self(by)


def _is_gone(prescriber: DispensaryPractitioner | None, by: Actor) -> bool:
    """Tell whether nobody who practises here is this practitioner at the dispensary any more."""
    if prescriber is None or prescriber.removed_at is not None:
        return True
    here = practice_queries.practitioners(by.organization)
    return rules.email_key(prescriber.email) not in {
        rules.email_key(one.membership.user.email) for one in here
    }


def _writes_as_self(by: Actor) -> bool:
    roles = [role.value for role in practice_rules.ROLES_THAT_WRITE_AS_THEMSELVES]
    return Membership.objects.filter(pk=by.membership, role__in=roles).exists()


def practitioners_for(by: Actor, connection: Connection) -> list[DispensaryPractitioner]:
    """Return whom the user may prescribe as, the one with the user's own e-mail first (story 2.5 and 2.8).

    A practitioner at the dispensary who bears the e-mail of another member, also of one who has left, is that
    member's alone, unless they delegated; one who is nobody here may be chosen by the clinic's practitioners.
    """
    return _practitioners_for(by, connection.dispensary_id)


def _practitioners_for(by: Actor, dispensary_id: UUID) -> list[DispensaryPractitioner]:
    if not by.may("prescriptions.write"):
        return []
    membership = Membership.objects.select_related("user").get(pk=by.membership)
    people = list(
        DispensaryPractitioner.objects.filter(dispensary_id=dispensary_id, removed_at=None).order_by(
            "last_name", "first_name", "id"
        )
    )
    mine = {
        rules.email_key(one.membership.user.email)
        for one in practice_queries.practitioners_the_user_may_write_for(membership)
    }
    members = {
        rules.email_key(email)
        for email in Membership.objects.filter(organization_id=by.organization).values_list(
            "user__email", flat=True
        )
    }
    writes_as_self = membership.role in {role.value for role in practice_rules.ROLES_THAT_WRITE_AS_THEMSELVES}
    allowed = [
        one
        for one in people
        if rules.email_key(one.email) in mine
        or (writes_as_self and rules.email_key(one.email) not in members)
    ]
    return rules.own_first([(one.email, one) for one in allowed], membership.user.email)


def current_link(patient_id: UUID, dispensary: Dispensary) -> PatientLink | None:
    """Return the patient's link for writing at this dispensary; others only receive."""
    return PatientLink.objects.for_writing().filter(dispensary=dispensary, patient_id=patient_id).first()


def history_is_coming_in(patient_id: UUID, dispensary: Dispensary) -> bool:
    """Tell whether the patient was linked moments ago and the history is still being brought in."""
    moments_ago = clock.now() - IMPORT_TAKES
    rows = PatientLink.objects.current().filter(dispensary=dispensary, patient_id=patient_id)
    return rows.filter(imported_at=None, linked_at__gt=moments_ago).exists()


def chart_person(patient: Patient, link: PatientLink | None = None) -> rules.ChartPerson:
    """Return what the linking rule needs to know of a patient."""
    return rules.ChartPerson(
        first_name=patient.first_name,
        preferred_name=patient.preferred_name,
        last_name=patient.last_name,
        email=patient.email,
        date_of_birth=patient.date_of_birth,
        is_active=patient.is_active,
        is_deceased=patient.is_deceased,
        refuses_sharing=patient.refuses_dispensary,
        email_for_fullscript=link.email_for_fullscript if link else "",
    )


def other_charts_with_email(patient: Patient, email: str) -> int:
    """Return how many other active charts bear the e-mail."""
    key = rules.email_key(email)
    if not key:
        return 0
    rows = Patient.objects.filter(organization_id=patient.organization_id, is_active=True, email_key=key)
    return rows.exclude(pk=patient.pk).count()


def _last_answers(patient_id: UUID, dispensary: Dispensary) -> dict[str, str]:
    """Return what was last answered about each person there, by their id."""
    rows = LinkCandidate.objects.filter(link__patient_id=patient_id, link__dispensary=dispensary)
    answered = rows.exclude(answer="").order_by("answered_at", "id")
    return dict(answered.values_list("remote_id", "answer"))


def ruled_out(patient_id: UUID, dispensary: Dispensary) -> frozenset[str]:
    """Return the ids of the people there of whom somebody last said that they are somebody else."""
    answers = _last_answers(patient_id, dispensary)
    return frozenset(one for one, answer in answers.items() if answer == Answer.DIFFERENT)


def known_people(patient_id: UUID, dispensary: Dispensary, *, among: Iterable[str]) -> rules.Known:
    """Return what is known of these people at the dispensary, as far as the patient is concerned."""
    answers = _last_answers(patient_id, dispensary)
    taken = PatientLink.objects.current().filter(dispensary=dispensary, remote_id__in=list(among))
    return rules.Known(
        same=frozenset(one for one, answer in answers.items() if answer == Answer.SAME),
        different=frozenset(one for one, answer in answers.items() if answer == Answer.DIFFERENT),
        taken=frozenset(str(one.remote_id) for one in taken.exclude(patient_id=patient_id)),
    )


def email_standing(link: PatientLink, patient: Patient) -> rules.EmailStanding:
    """Tell how the e-mails of a linked patient stand here and at the dispensary."""
    return rules.email_standing(
        ours=link.email_for_fullscript or patient.email,
        settled=link.email_settled,
        theirs=link.remote_email,
    )


def latest_change(prescription_id: UUID) -> PrescriptionChange | None:
    """Return the change of a prescription that was asked for last."""
    return (
        PrescriptionChange.objects.filter(prescription_id=prescription_id)
        .order_by("-asked_at", "-pk")
        .first()
    )


def draft_of(by: Actor, patient_id: UUID) -> Prescription | None:
    """Return the unfinished prescription this user has for the patient, at the current dispensary first."""
    return (
        Prescription.objects.filter(
            patient_id=patient_id, state=PrescriptionState.DRAFT, written_by_id=by.membership
        )
        .order_by(F("dispensary__ended_at").desc(nulls_first=True), "-written_at", "-id")
        .select_related("revises", "dispensary")
        .prefetch_related("items", "changes")
        .first()
    )


def waiting_of(by: Actor) -> list[Prescription]:
    """Return the prescriptions that still wait to be sent with the user's connection."""
    rows = Prescription.objects.filter(state=PrescriptionState.WAITING, sender_id=by.membership)
    return list(rows.select_related("patient").order_by("written_at", "id"))


def on_the_way(link: PatientLink) -> QuerySet[Prescription]:
    """Return the prescriptions whose sending by this link has begun and that nobody knows to have arrived."""
    rows = Prescription.objects.filter(patient_id=link.patient_id, dispensary_id=link.dispensary_id)
    begun = rows.filter(state=PrescriptionState.WAITING, sending_began_at__isnull=False)
    return (begun if link.is_for_writing else begun.none()).order_by("written_at", "pk")


def known_variants(environment: str, variant_ids: Iterable[str]) -> dict[str, KnownVariant]:
    """Return what we remember of these variants, by their id at the dispensary."""
    rows = KnownVariant.objects.filter(environment=environment, remote_id__in=list(variant_ids))
    return {row.remote_id: row for row in rows}


def known_product(environment: str, product_id: str) -> KnownVariant | None:
    """Return what we remember of this product, or None for one that nobody has looked at."""
    rows = KnownVariant.objects.filter(environment=environment, product_id=product_id)
    return rows.order_by("-fetched_at", "id").first() if product_id else None


def knows_product(environment: str, product_id: str) -> bool:
    """Tell whether a variant of this product is remembered."""
    return (
        bool(product_id)
        and KnownVariant.objects.filter(environment=environment, product_id=product_id).exists()
    )


# Agreement with the dispensary


def has_live_connection(by: Actor) -> bool:
    """Tell whether background work has a connection to use."""
    return Connection.objects.live().filter(organization_id=by.organization).exists()


def linked(dispensary: Dispensary) -> QuerySet[PatientLink]:
    """Return the links whose patients' news is ours."""
    rows = PatientLink.objects.current().filter(dispensary=dispensary, state=LinkState.LINKED)
    return rows.filter(remote_id__isnull=False)


def receiving_links(patient_id: UUID, dispensary: Dispensary) -> QuerySet[PatientLink]:
    """Return every link through which the patient's chart receives."""
    return linked(dispensary).filter(patient_id=patient_id)


def stands_with_patient(prescription: Prescription) -> bool:
    """Tell whether a sent prescription stands with somebody at the dispensary who is its patient now.

    It does not after an unlinking that came too late for it. Its dispensary must be loaded.
    """
    people = receiving_links(prescription.patient_id, prescription.dispensary)
    return people.filter(remote_id=prescription.remote_patient_id).exists()


def histories_coming_in(dispensary: Dispensary) -> QuerySet[PatientLink]:
    """Return the links whose history was listed moments ago and is being brought in."""
    moments_ago = clock.now() - HISTORY_STOPPED
    return linked(dispensary).filter(imported_at=None, history_cursors__listed_at__gte=moments_ago)


def count_linked(dispensary: Dispensary) -> int:
    """Return how many of the dispensary's patients are linked."""
    return linked(dispensary).count()


def linked_remote_ids(dispensary: Dispensary, remote_ids: Iterable[str]) -> set[str]:
    """Return which of these patients of the dispensary are linked."""
    rows = linked(dispensary).filter(remote_id__in=set(remote_ids))
    return {one for one in rows.values_list("remote_id", flat=True) if one}


def history_cursor(link_id: UUID, dispensary: Dispensary) -> HistoryCursor | None:
    """Return how far a link's history is, when the link still counts."""
    rows = HistoryCursor.objects.select_related("link").filter(link__in=linked(dispensary))
    return rows.filter(link_id=link_id).first()


def histories_that_stopped(dispensary: Dispensary) -> list[PatientLink]:
    """Return the links whose history never began to come in, or is not in although it began a while ago."""
    long_ago = clock.now() - HISTORY_STOPPED
    never = Q(history_cursors=None) & (Q(linked_at=None) | Q(linked_at__lt=long_ago))
    half_way = Q(imported_at=None, history_cursors__listed_at__lt=long_ago)
    return list(linked(dispensary).filter(never | half_way).order_by("pk")[:1000])


def longest_not_visited(dispensary: Dispensary, *, most: int) -> list[HistoryCursor]:
    """Return the histories that are in and were compared the longest ago."""
    rows = HistoryCursor.objects.filter(link__in=linked(dispensary).exclude(imported_at=None))
    return list(rows.select_related("link").order_by(F("visited_at").asc(nulls_first=True), "pk")[:most])


def known_plans(dispensary: Dispensary, remote_ids: Iterable[str]) -> dict[str, datetime | None]:
    """Return when those of these that are here last changed there."""
    rows = Prescription.objects.filter(dispensary=dispensary, remote_id__in=list(remote_ids))
    return {key: at for key, at in rows.values_list("remote_id", "remote_updated_at") if key}


def known_order_ids(dispensary: Dispensary, remote_ids: Iterable[str]) -> set[str]:
    """Return which of these orders are here."""
    rows = Order.objects.filter(dispensary=dispensary, remote_id__in=list(remote_ids))
    return set(rows.values_list("remote_id", flat=True))


def known_event_ids(environment: str, event_ids: Iterable[str]) -> set[str]:
    """Return which of these events are stored, by whichever way they came."""
    rows = WebhookEnvelope.objects.filter(environment=environment, event_id__in=list(event_ids))
    return set(rows.values_list("event_id", flat=True))


def waiting_changes_of(by: Actor) -> list[PrescriptionChange]:
    """Return the changes that still wait to be sent with the user's connection."""
    rows = PrescriptionChange.objects.filter(
        state=ChangeState.WAITING, asked_by_id=by.membership, is_automatic=False
    )
    return list(rows.select_related("prescription__patient").order_by("asked_at", "pk"))
