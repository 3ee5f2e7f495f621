"""Every change of a patient's record: one function, one transaction, one audit event."""

import hashlib
import secrets
from dataclasses import asdict, dataclass
from datetime import timedelta
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac

from betony.dispensary.patients import jobs, rules
from betony.dispensary.patients.models import Address, PasswordLink, Patient, PatientReference
from betony.kit import clock
from betony.kit.actor import Actor, NotPermitted
from betony.kit.audit import trail

ONCE_PER_DISPENSARY = "patient_email_once_a_dispensary"


class InvalidPatient(Exception):
    """The values cannot be kept; `problems` says which fields and why."""

    def __init__(self, problems: list[rules.Problem]) -> None:
        super().__init__(", ".join(f"{one.field} {one.code}" for one in problems))
        self.problems = problems


class PatientArchived(Exception):
    """An archived patient is not changed."""


class LinkSpent(Exception):
    """The link was used, is too old, or never was one."""


@dataclass(frozen=True, slots=True)
class MadeLink:
    """A fresh link: the secret, which is kept nowhere, and whose it is."""

    patient: Patient
    token: str


@transaction.atomic
def add_patient(*, by: Actor, values: rules.PatientValues, is_welcomed: bool = True) -> Patient:
    """Add a patient and, unless told otherwise, queue the welcome letter. Raises InvalidPatient.

    Whoever is not to be welcomed is not welcomed later either, when the email changes.
    """
    organization_id = _organization_of(by)
    kept = _checked(values)
    try:
        with transaction.atomic():
            patient = Patient.objects.create(
                organization_id=organization_id, search_text=rules.search_text(kept),
                is_welcome_wanted=is_welcomed, **asdict(kept),
            )  # fmt: skip
    except IntegrityError as error:
        raise _email_taken(error) from error
    trail.record(
        by=by, action="patients.patient_added", subject=patient, patient_ids=[patient.pk],
        changes={name: [None, value] for name, value in asdict(kept).items() if value not in ("", None)},
    )  # fmt: skip
    if patient.is_welcome_due:
        jobs.send_welcome.queue(organization_id=organization_id, patient_id=patient.pk)
    return patient


@transaction.atomic
def change_patient(*, by: Actor, patient_id: UUID, values: rules.PatientValues) -> tuple[Patient, bool]:
    """Give the patient these values; return the patient and whether anything changed.

    Raises InvalidPatient, PatientArchived and NotPermitted.
    """
    patient = locked(by=by, patient_id=patient_id)
    if patient.is_archived:
        raise PatientArchived
    kept = _checked(values, is_dependent=patient.is_dependent)
    changes = trail.changed_fields(patient, asdict(kept))
    if not changes:
        return patient, False
    for name in changes:
        setattr(patient, name, getattr(kept, name))
    patient.search_text = rules.search_text(kept)
    try:
        with transaction.atomic():
            patient.save(update_fields=[*changes, "search_text", "updated_at"])
    except IntegrityError as error:
        raise _email_taken(error) from error
    trail.record(
        by=by, action="patients.patient_changed", subject=patient, patient_ids=[patient.pk], changes=changes
    )
    if "email" in changes:
        _begin_anew(by, patient)
    return patient, True


def _begin_anew(by: Actor, patient: Patient) -> None:
    """End whatever the former address let in: its links, its password, its sessions. The new one is welcomed.

    What was sent to the former address may have reached somebody else: that is often why it changes.
    """
    PasswordLink.objects.filter(patient=patient, used_at=None).update(used_at=clock.now())
    had_password = bool(patient.password)
    # A session holds a digest of the password it was opened with, so it ends with the password.
    patient.password, patient.password_set_at, patient.welcome_mailed_at = "", None, None
    patient.save(update_fields=["password", "password_set_at", "welcome_mailed_at"])
    if had_password:
        trail.record(by=by, action="patients.password_ended", subject=patient, patient_ids=[patient.pk])
    if patient.is_welcome_due:
        jobs.send_welcome.queue(organization_id=patient.organization_id, patient_id=patient.pk)


@transaction.atomic
def archive_patient(*, by: Actor, patient_id: UUID) -> Patient:
    """Take the patient out of use; nothing is deleted. Archiving twice changes nothing."""
    patient = locked(by=by, patient_id=patient_id)
    if patient.is_archived:
        return patient
    patient.archived_at = clock.now()
    patient.save(update_fields=["archived_at", "updated_at"])
    trail.record(by=by, action="patients.patient_archived", subject=patient, patient_ids=[patient.pk])
    return patient


@transaction.atomic
def restore_patient(*, by: Actor, patient_id: UUID) -> Patient:
    """Take an archived patient back into use. Raises InvalidPatient when somebody active has the email."""
    patient = locked(by=by, patient_id=patient_id)
    if not patient.is_archived:
        return patient
    patient.archived_at = None
    try:
        with transaction.atomic():
            patient.save(update_fields=["archived_at", "updated_at"])
    except IntegrityError as error:
        raise _email_taken(error) from error
    trail.record(by=by, action="patients.patient_restored", subject=patient, patient_ids=[patient.pk])
    return patient


@transaction.atomic
def set_reference(*, by: Actor, patient: Patient, application_id: UUID, value: str) -> None:
    """Keep the id an application knows the patient by; an empty one forgets it."""
    rows = PatientReference.objects.filter(patient=patient, application_id=application_id)
    before = rows.select_for_update(of=("self",)).values_list("value", flat=True).first() or ""
    if value == before:
        return
    if value:
        PatientReference.objects.update_or_create(
            organization_id=patient.organization_id, patient=patient, application_id=application_id,
            defaults={"value": value[:255]},
        )  # fmt: skip
    else:
        rows.delete()
    trail.record(
        by=by, action="patients.reference_set", subject=patient, patient_ids=[patient.pk],
        changes={"reference": [before, value]},
    )  # fmt: skip


@transaction.atomic
def keep_address(*, by: Actor, patient: Patient, **fields: str) -> Address:
    """Keep an address of the patient; the same one again is kept once."""
    wanted = {name: rules.plain(value) for name, value in fields.items()}
    country = wanted.pop("country")
    address, is_new = Address.objects.get_or_create(
        organization_id=patient.organization_id, patient=patient, **wanted, defaults={"country": country}
    )
    if is_new:
        trail.record(by=by, action="patients.address_added", subject=address, patient_ids=[patient.pk])
    return address


@transaction.atomic
def make_welcome_link(*, by: Actor, patient_id: UUID) -> MadeLink | None:
    """Make the link of the welcome letter; None when the letter must not go out (any more)."""
    patient = locked(by=by, patient_id=patient_id)
    if not patient.is_welcome_due:
        return None
    return _make_link(by, patient, timedelta(days=rules.DAYS_OF_A_WELCOME_LINK))


@transaction.atomic
def note_welcome_mailed(*, by: Actor, patient_id: UUID, to: str) -> None:
    """Remember that the welcome letter has left, unless the patient's address is another one by now."""
    patient = locked(by=by, patient_id=patient_id)
    if patient.email != to:
        return
    patient.welcome_mailed_at = clock.now()
    patient.save(update_fields=["welcome_mailed_at"])
    trail.record(by=by, action="patients.welcome_mailed", subject=patient, patient_ids=[patient.pk])


@transaction.atomic
def request_password_link(*, organization_id: UUID, email: str, language: str = "") -> None:
    """Queue the letter for a new password to whoever has this email; do the same work when nobody does.

    `language` is that of the page where it was asked for, for those who have never said theirs.
    So that the time does not tell who is a patient here, the same job is queued either way, and what it does is
    recorded where it is done.
    """
    wanted = rules.normal_email(email)
    rows = Patient.objects.for_organization(organization_id).active().exclude(email="")
    patient_id = rows.filter(email=wanted).values_list("pk", flat=True).first()
    key = salted_hmac("betony.dispensary.password_link", f"{organization_id} {wanted}", algorithm="sha256")
    jobs.send_password_link.queue(
        organization_id=organization_id, patient_id=patient_id, language=language,
        once_key=f"password-link-{key.hexdigest()}",
    )  # fmt: skip


@transaction.atomic
def queue_held_welcomes(*, organization_id: UUID) -> None:
    """Queue the welcome letters that waited until the practice's owner had confirmed the email."""
    rows = (
        Patient.objects.for_organization(organization_id).active().filter(password="", welcome_mailed_at=None)
    )
    for patient in rows.order_by("pk"):
        if patient.is_welcome_due:
            jobs.send_welcome.queue(organization_id=organization_id, patient_id=patient.pk)


@transaction.atomic
def make_password_link(*, by: Actor, patient_id: UUID) -> MadeLink | None:
    """Make the link for a new password; None when the patient has been archived meanwhile."""
    patient = locked(by=by, patient_id=patient_id)
    if patient.is_archived or not patient.email:
        return None
    return _make_link(by, patient, timedelta(hours=rules.HOURS_OF_A_PASSWORD_LINK))


@transaction.atomic
def choose_password(*, by: Actor, organization_id: UUID, token: str, password: str) -> Patient:
    """Set the password with a link, which works once; every other link of the patient ends with it.

    Raises LinkSpent.
    """
    link = open_link(organization_id=organization_id, token=token)
    patient = Patient.objects.select_for_update(of=("self",)).select_related("organization").get(
        pk=link.patient_id
    )  # fmt: skip
    now = clock.now()
    # Under the patient's lock: of two who use links at once, the second finds its own spent.
    spent = PasswordLink.objects.filter(patient=patient, used_at=None).update(used_at=now)
    link.refresh_from_db()
    if not spent or link.used_at != now:
        raise LinkSpent
    patient.password, patient.password_set_at = make_password(password), now
    patient.save(update_fields=["password", "password_set_at"])
    trail.record(
        by=by, action="patients.password_chosen", subject=patient, patient_ids=[patient.pk],
        organization_id=organization_id,
    )  # fmt: skip
    return patient


@transaction.atomic
def note_sign_in(*, by: Actor) -> None:
    """Record that the patient came in at the shop's door."""
    trail.record(by=by, action="patients.signed_in", patient_ids=[by.id] if by.id else [])


@transaction.atomic
def read_in(*, by: Actor, language: str) -> Patient:
    """Keep the language in which the patient (`by`) reads the shop; letters are written in it from now on."""
    patient = Patient.objects.select_for_update(of=("self",)).get(pk=str(by.id))
    if patient.language != language:
        changes = {"language": [patient.language, language]}
        patient.language = language
        patient.save(update_fields=["language"])
        trail.record(
            by=by,
            action="patients.language_chosen",
            subject=patient,
            patient_ids=[patient.pk],
            changes=changes,
        )
    return patient


def open_link(*, organization_id: UUID, token: str) -> PasswordLink:
    """The unused link with this secret, whose patient is in use. Raises LinkSpent."""
    link = (
        PasswordLink.objects.for_organization(organization_id)
        .filter(digest=_digest(token), used_at=None, expires_at__gt=clock.now(), patient__archived_at=None)
        .select_related("patient")
        .first()
    )
    if link is None:
        raise LinkSpent
    return link


def locked(*, by: Actor, patient_id: UUID) -> Patient:
    """The patient of the actor's own dispensary, held until the transaction ends. Raises NotPermitted."""
    rows = Patient.objects.for_organization(_organization_of(by)).select_related("organization")
    found = rows.select_for_update(of=("self",)).filter(pk=patient_id).first()
    if found is None:
        raise NotPermitted("patient")
    return found


def _make_link(by: Actor, patient: Patient, lifetime: timedelta) -> MadeLink:
    token = secrets.token_urlsafe(32)
    link = PasswordLink.objects.create(
        organization_id=patient.organization_id, patient=patient, digest=_digest(token),
        expires_at=clock.now() + lifetime,
    )  # fmt: skip
    trail.record(by=by, action="patients.password_link_made", subject=link, patient_ids=[patient.pk])
    return MadeLink(patient=patient, token=token)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _organization_of(by: Actor) -> UUID:
    if by.organization_id is None:
        raise NotPermitted("patients")
    return by.organization_id


def _checked(values: rules.PatientValues, *, is_dependent: bool = False) -> rules.PatientValues:
    kept = rules.PatientValues(
        first_name=rules.plain(values.first_name),
        last_name=rules.plain(values.last_name),
        email=rules.normal_email(values.email),
        date_of_birth=values.date_of_birth,
        gender=values.gender.strip().lower(),
        mobile_number=rules.normal_phone(values.mobile_number),
        discount=values.discount,
        text_message_notification=values.text_message_notification,
        email_refused=values.email_refused,
    )
    found = rules.problems(kept, today=clock.now().date(), is_dependent=is_dependent)
    if found:
        raise InvalidPatient(found)
    return kept


def _email_taken(error: IntegrityError) -> Exception:
    diagnosis = getattr(error.__cause__, "diag", None)
    if getattr(diagnosis, "constraint_name", "") == ONCE_PER_DISPENSARY:
        return InvalidPatient([rules.Problem("email", "taken")])
    return error
