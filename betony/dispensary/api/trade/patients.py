"""Patients: lists, search, one, new, changed, and what belongs to one."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from betony.dispensary.api import frame
from betony.dispensary.api.trade import sentences
from betony.dispensary.patients import access, actions, queries, rules, shapes
from betony.dispensary.patients.models import Address, Patient, PatientQuerySet
from betony.dispensary.workflows import keep_patient
from betony.kit.audit import trail

LONGEST_TEXT = 255


@frame.operation("patients:read")
def list_patients(call: frame.Call) -> frame.Body:
    """Answer the patients, oldest first."""
    rows = _of_type(access.patients(by=call.actor), call.parameter("patient_type") or "all")
    return _page(call, rows.order_by("created_at", "pk"))


@frame.operation("patients:read")
def search_patients(call: frame.Call) -> frame.Body:
    """Answer the patients whose name or email holds the words of `query`; dependents only when asked."""
    rows = _of_type(access.patients(by=call.actor), call.parameter("patient_type") or "guardian")
    found = queries.searched(rows, call.parameter("query"))
    return _page(call, found.order_by("last_name", "first_name", "pk"))


@frame.operation("patients:read")
def show_patient(call: frame.Call, patient_id: UUID) -> frame.Body:
    """Answer one patient."""
    patient = access.patient(by=call.actor, patient_id=patient_id)
    _note_read(call, "patients.patient_shown", [patient])
    return {"patient": full(call, patient)}


@frame.operation("patients:write")
def add_patient(call: frame.Call) -> frame.Answer:
    """Add a patient, who is welcomed by mail unless `send_welcome_email` says no."""
    fields = call.fields()
    values = _new_values(fields)
    is_welcomed = fields.boolean("send_welcome_email", default=True)
    reference = fields.inside("metadata").text("id", most=LONGEST_TEXT)
    fields.check()
    try:
        patient = keep_patient.add_patient(
            by=call.actor, values=values, is_welcomed=is_welcomed, reference=reference
        )
    except actions.InvalidPatient as error:
        raise frame.Invalid(sentences.of_patient(error.problems)) from error
    return frame.created({"patient": full(call, patient)})


@frame.operation("patients:write")
def change_patient(call: frame.Call, patient_id: UUID) -> frame.Body:
    """Change the fields that were sent."""
    patient = access.patient(by=call.actor, patient_id=patient_id)
    fields = call.fields()
    values = _changed_values(fields, patient)
    reference = None
    if fields.has("metadata"):
        reference = fields.inside("metadata").text("id", most=LONGEST_TEXT)
    fields.check()
    try:
        changed = keep_patient.change_patient(
            by=call.actor, patient_id=patient.pk, values=values, reference=reference
        )
    except actions.InvalidPatient as error:
        raise frame.Invalid(sentences.of_patient(error.problems)) from error
    except actions.PatientArchived as error:
        raise frame.Invalid(["Patient is archived"]) from error
    return {"patient": full(call, changed)}


@frame.operation("patients:read")
def list_dependents(call: frame.Call, patient_id: UUID) -> frame.Body:
    """Answer the dependents of a patient."""
    guardian = access.patient(by=call.actor, patient_id=patient_id)
    rows = access.patients(by=call.actor).filter(guardian=guardian)
    return _page(call, rows.order_by("created_at", "pk"))


@frame.operation("patients:read")
def list_addresses(call: frame.Call, patient_id: UUID) -> frame.Body:
    """Answer the addresses of a patient, oldest first."""
    patient = access.patient(by=call.actor, patient_id=patient_id)
    rows = Address.objects.for_organization(call.organization_id).filter(patient=patient)
    return frame.page(
        call, "addresses", rows.order_by("created_at", "pk"), shapes.address,
        shown=lambda found: _note_read(call, "patients.addresses_shown", [patient]),
    )  # fmt: skip


def full(call: frame.Call, patient: Patient) -> dict[str, Any]:
    """The whole form of a patient, with the id the calling application knows them by."""
    known = queries.references(application_id=call.application.pk, patients=[patient])
    return shapes.full(patient, organization=call.organization, reference=known.get(patient.pk))


def referred_to(call: frame.Call, reference: str) -> PatientQuerySet:
    """The patients the calling application knows by this id (by any, when it is empty)."""
    rows = queries.referred_to(
        organization_id=call.organization_id, application_id=call.application.pk, value=reference
    )
    return rows.order_by("created_at", "pk")


def write_found(call: frame.Call, found: Sequence[Patient]) -> list[dict[str, Any]]:
    """The whole form of patients who were found by their metadata."""
    known = queries.references(application_id=call.application.pk, patients=found)
    _note_read(call, "patients.found_by_reference", list(found))
    return [
        shapes.full(patient, organization=call.organization, reference=known.get(patient.pk))
        for patient in found
    ]


def _page(call: frame.Call, rows: PatientQuerySet) -> frame.Body:
    return frame.page(
        call, "patients", rows, shapes.row,
        shown=lambda found: _note_read(call, "patients.list_shown", found),
    )  # fmt: skip


def _of_type(rows: PatientQuerySet, kind: str) -> PatientQuerySet:
    if kind == "dependent":
        return rows.filter(is_dependent=True)
    return rows.filter(is_dependent=False) if kind == "guardian" else rows


def _new_values(fields: frame.Fields) -> rules.PatientValues:
    return rules.PatientValues(
        first_name=fields.text("first_name", required=True, most=rules.LONGEST_NAME),
        last_name=fields.text("last_name", required=True, most=rules.LONGEST_NAME),
        email=fields.email(required=True),
        date_of_birth=fields.date("date_of_birth"),
        gender=fields.choice("gender", rules.GENDERS),
        mobile_number=fields.text("mobile_number", most=40),
        discount=fields.integer("discount", most=100) or 0,
    )


def _changed_values(fields: frame.Fields, patient: Patient) -> rules.PatientValues:
    """The patient's own values with those that were sent in their place."""
    sent = _Sent(fields, patient)
    return rules.PatientValues(
        first_name=sent.or_own("first_name", lambda: fields.text("first_name", required=True, most=80)),
        last_name=sent.or_own("last_name", lambda: fields.text("last_name", required=True, most=80)),
        email=sent.or_own("email", lambda: fields.email(required=not patient.is_dependent)),
        date_of_birth=sent.or_own("date_of_birth", lambda: fields.date("date_of_birth")),
        gender=sent.or_own("gender", lambda: fields.choice("gender", rules.GENDERS)),
        mobile_number=sent.or_own("mobile_number", lambda: fields.text("mobile_number", most=40)),
        discount=sent.or_own("discount", lambda: fields.integer("discount", most=100) or 0),
        text_message_notification=sent.or_own(
            "text_message_notification", lambda: fields.boolean("text_message_notification", default=True)
        ),
        email_refused=patient.email_refused,
    )


class _Sent:
    """Chooses between what was sent and what the patient has."""

    def __init__(self, fields: frame.Fields, patient: Patient) -> None:
        self._fields = fields
        self._patient = patient

    def or_own(self, name: str, read: Any) -> Any:
        return read() if self._fields.has(name) else getattr(self._patient, name)


def _note_read(call: frame.Call, action: str, found: list[Patient]) -> None:
    trail.record_read(by=call.actor, action=action, patient_ids=[patient.pk for patient in found])
