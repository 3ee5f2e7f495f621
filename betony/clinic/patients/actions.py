"""Every change to a patient: one function, one transaction, one audit event."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from betony.clinic.accounts.models import Organization, User
from betony.clinic.patients import access, events, queries, resemblance
from betony.clinic.patients.models import (
    Consent,
    ConsentAnswer,
    ConsentSubject,
    ListView,
    Patient,
    PatientTag,
    Tag,
)
from betony.clinic.patients.profile import Profile
from betony.clinic.patients.rules import read_tags
from betony.kit import clock
from betony.kit import events as kit_events
from betony.kit.actor import Actor
from betony.kit.audit import trail
from betony.kit.audit.models import AuditEvent
from betony.kit.identifiers import uuid7

ADDED = "patients.patient_added"
CHANGED = "patients.patient_changed"


class LooksLikeExisting(Exception):
    """The new patient looks like these, and nobody has said yet that it is somebody else."""

    def __init__(self, found: list[queries.LookAlike]) -> None:
        super().__init__(len(found))
        self.found = found


class ChangedMeanwhile(Exception):
    """Somebody else changed the patient since the form was opened; nothing was saved.

    `before` and `theirs` hold the fields they changed, `by_name` who did it last; `patient` is the record as
    it stands now.
    """

    def __init__(
        self, patient: Patient, before: Mapping[str, Any], theirs: Mapping[str, Any], by_name: str
    ) -> None:
        super().__init__(str(patient.pk))
        self.patient = patient
        self.by_name = by_name
        self.before = before
        self.theirs = theirs


class NothingToDo(Exception):
    """The patient is active already, or inactive already."""


@transaction.atomic
def add_patient(
    *, by: Actor, profile: Profile, patient_id: UUID | None = None, is_somebody_else: bool = False
) -> Patient:
    """Add a patient and return the record.

    `patient_id` is the id the form was given: the same form sent twice adds one patient, as it was sent last.
    `is_somebody_else`: a person has looked at the look-alikes. Raises LooksLikeExisting, rules.UnreadablePhone,
    and ChangedMeanwhile when the one that was added is not as it was any more.
    """
    organization_id = access.organization_of(by, needs="patients.edit")
    new_id = patient_id or uuid7()
    values = profile.values(country=_country(organization_id))
    _take_turns(organization_id)
    known = _sent_before(by, organization_id, new_id)
    if known is not None and not _differs(known, profile, values):
        return known
    if not is_somebody_else:
        found = queries.look_alikes(organization_id, _as_person(values), besides=new_id)
        if found:
            raise LooksLikeExisting(found)
    if known is not None:
        # What was corrected in the form before it was sent again, because its answer never came.
        if known.version != 1 or not trail.was_done_by(by=by, action=ADDED, subject=known):
            raise ChangedMeanwhile(known, *_changes_since(known, 1))
        return _change(by, known, profile, values)
    patient = _insert(organization_id, new_id, values)
    tags = _set_tags(patient, profile.tags, [])
    _record_consents(
        by,
        patient,
        {name: values[name] for name in ConsentSubject.values if values[name] != Consent.NOT_ASKED},
    )
    given = {name: [None, value] for name, value in values.items() if value not in ("", None, False)}
    _tell(by, ADDED, patient, given | tags)
    return patient


@transaction.atomic
def change_patient(*, by: Actor, patient_id: UUID, seen_version: int, profile: Profile) -> Patient:
    """Change what differs from the record and return it; nothing different changes nothing.

    Raises ChangedMeanwhile when the record is not the version the person saw, rules.UnreadablePhone.
    """
    patient = access.patient_for_change(by=by, patient_id=patient_id)
    values = profile.values(country=_country(patient.organization_id))
    if not _differs(patient, profile, values):
        # Also the second of two clicks on Save: the first has done all of it.
        return patient
    if patient.version != seen_version:
        raise ChangedMeanwhile(patient, *_changes_since(patient, seen_version))
    return _change(by, patient, profile, values)


def _sent_before(by: Actor, organization_id: UUID, patient_id: UUID) -> Patient | None:
    """Return, locked, the patient that the same form has added before."""
    if not Patient.objects.filter(organization_id=organization_id, pk=patient_id).exists():
        return None
    return access.patient_for_change(by=by, patient_id=patient_id)


def _differs(patient: Patient, profile: Profile, values: Mapping[str, Any]) -> bool:
    has_other_tags = not _same_tags(profile.tags, queries.tags_of(patient))
    return has_other_tags or bool(trail.changed_fields(patient, values))


def _change(by: Actor, patient: Patient, profile: Profile, values: Mapping[str, Any]) -> Patient:
    changes = trail.changed_fields(patient, values)
    tags = _set_tags(patient, profile.tags, queries.tags_of(patient))
    for name, (_before, after) in changes.items():
        setattr(patient, name, after)
    _record_consents(by, patient, {n: pair[1] for n, pair in changes.items() if n in ConsentSubject.values})
    _save(by, patient, CHANGED, changes | tags)
    return patient


@transaction.atomic
def choose_list_view(*, by: Actor, columns: Sequence[str], is_comfortable: bool) -> None:
    """Keep how the actor wants to see the list of patients, on their next visits too."""
    organization_id = access.organization_of(by, needs="patients.view")
    wanted = {"columns": list(columns), "is_comfortable": is_comfortable}
    view, is_new = ListView.objects.get_or_create(
        organization_id=organization_id, membership_id=by.membership, defaults=wanted
    )
    if is_new:
        changes = {name: [None, value] for name, value in wanted.items()}
    else:
        view = ListView.objects.select_for_update(of=("self",)).get(pk=view.pk)
        changes = trail.changed_fields(view, wanted)
    if changes:
        ListView.objects.filter(pk=view.pk).update(**wanted)
        trail.record(by=by, action="patients.list_view_chosen", subject=view, changes=changes)


@transaction.atomic
def deactivate_patient(*, by: Actor, patient_id: UUID, reason: str = "") -> Patient:
    """Hide the patient from lists without losing anything. Raises NothingToDo when inactive already."""
    return _set_active(by, patient_id, is_active=False, reason=reason)


@transaction.atomic
def reactivate_patient(*, by: Actor, patient_id: UUID) -> Patient:
    """Bring an inactive patient back into lists. Raises NothingToDo when active already."""
    return _set_active(by, patient_id, is_active=True, reason="")


def _set_active(by: Actor, patient_id: UUID, *, is_active: bool, reason: str) -> Patient:
    patient = access.patient_for_change(by=by, patient_id=patient_id, needs="patients.deactivate")
    if patient.is_active == is_active:
        raise NothingToDo
    patient.is_active = is_active
    action = "patients.patient_reactivated" if is_active else "patients.patient_deactivated"
    _save(by, patient, action, {"is_active": [not is_active, is_active]}, reason=reason)
    return patient


def _insert(organization_id: UUID, new_id: UUID, values: Mapping[str, Any]) -> Patient:
    now = clock.now()
    patient = Patient(id=new_id, organization_id=organization_id, created_at=now, updated_at=now, **values)
    patient.save(force_insert=True)
    return patient


def _save(by: Actor, patient: Patient, action: str, changes: Mapping[str, Any], *, reason: str = "") -> None:
    changes = {**changes, "version": [patient.version, patient.version + 1]}
    patient.version += 1
    patient.updated_at = clock.now()
    patient.save(force_update=True)
    _tell(by, action, patient, changes, reason=reason)


def _tell(by: Actor, action: str, patient: Patient, changes: Mapping[str, Any], *, reason: str = "") -> None:
    trail.record(
        by=by, action=action, subject=patient, patient_ids=[patient.pk], changes=changes, reason=reason
    )
    kit_events.publish(events.PatientSaved(organization_id=patient.organization_id, patient_id=patient.pk))


def _set_tags(patient: Patient, wanted: Sequence[str], present: Sequence[str]) -> dict[str, Any]:
    """Put exactly these tags on the patient and return the change for the trail, empty when none."""
    if _same_tags(wanted, present):
        return {}
    tags = [_tag(patient.organization_id, name) for name in read_tags(wanted)]
    rows = PatientTag.objects.filter(organization_id=patient.organization_id, patient=patient)
    rows.exclude(tag__in=tags).delete()
    already = set(rows.values_list("tag_id", flat=True))
    PatientTag.objects.bulk_create(
        PatientTag(organization_id=patient.organization_id, patient=patient, tag=tag)
        for tag in tags
        if tag.pk not in already
    )
    return {"tags": [list(present), [tag.name for tag in tags]]}


def _same_tags(wanted: Sequence[str], present: Sequence[str]) -> bool:
    return {name.casefold() for name in read_tags(wanted)} == {name.casefold() for name in present}


def _tag(organization_id: UUID, name: str) -> Tag:
    """Return the clinic's tag of this name whatever its case, made when new."""
    rows = Tag.objects.filter(organization_id=organization_id, name__iexact=name)
    if found := rows.first():
        return found
    try:
        with transaction.atomic():
            return Tag.objects.create(organization_id=organization_id, name=name)
    except IntegrityError:
        # A colleague made it at the same moment.
        return rows.get()


def _record_consents(by: Actor, patient: Patient, answers: Mapping[str, str]) -> None:
    now = clock.now()
    ConsentAnswer.objects.bulk_create(
        ConsentAnswer(
            organization_id=patient.organization_id,
            patient=patient,
            subject=subject,
            answer=answer,
            answered_at=now,
            recorded_by_id=by.membership_id,
        )
        for subject, answer in answers.items()
    )


def _changes_since(patient: Patient, seen_version: int) -> tuple[dict[str, Any], dict[str, Any], str]:
    """Return what the fields changed since that version were then, what they are now, and who was last."""
    told = AuditEvent.objects.filter(
        organization_id=patient.organization_id, subject_id=patient.pk, changes__version__0__gte=seen_version
    ).order_by("id")
    before: dict[str, Any] = {}
    theirs: dict[str, Any] = {}
    last_actor: UUID | None = None
    for actor_id, changes in told.values_list("actor_id", "changes"):
        last_actor = actor_id
        for name, (was, now) in changes.items():
            if name != "version":
                before.setdefault(name, was)
                theirs[name] = now
    user = User.objects.filter(pk=last_actor).first() if last_actor else None
    return before, theirs, user.get_full_name() if user else ""


def _take_turns(organization_id: UUID) -> None:
    """Let one add of this clinic at a time look for look-alikes, so that two at once do not miss each other."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"add patient {organization_id}"]
        )


def _country(organization_id: UUID) -> str:
    return Organization.objects.values_list("country", flat=True).get(pk=organization_id)


def _as_person(values: Mapping[str, Any]) -> resemblance.Person:
    phones: Iterable[str] = (values["mobile_phone"], values["home_phone"], values["alternative_phone"])
    return resemblance.Person(
        first_name=values["first_name"],
        last_name=values["last_name"],
        preferred_name=values["preferred_name"],
        date_of_birth=values["date_of_birth"],
        email_key=values["email_key"],
        phones=frozenset(phone for phone in phones if phone),
    )
