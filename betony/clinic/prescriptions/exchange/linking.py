"""Finding a chart's patient at the dispensary, or creating them there."""

from collections import defaultdict
from uuid import UUID

from django.db.models import Q

from betony.clinic.patients.models import Patient
from betony.clinic.prescriptions import provider, queries, rules
from betony.clinic.prescriptions.actions import linking
from betony.clinic.prescriptions.dispensary import errors, shapes
from betony.clinic.prescriptions.dispensary.client import HttpDispensary
from betony.clinic.prescriptions.models import Dispensary, PatientLink
from betony.clinic.prescriptions.models.links import LinkState
from betony.kit import tenancy
from betony.kit.actor import Actor, system

GENDERS = {"female": "female", "male": "male", "x": "x"}


def _load(organization_id: UUID, patient_id: UUID) -> tuple[Actor, Patient, Dispensary | None]:
    by = system("prescriptions.linking", organization_id=organization_id)
    with tenancy.organization(organization_id):
        patient = Patient.objects.get(pk=patient_id)
        return by, patient, queries.current_dispensary(by)


def match(organization_id: UUID, patient_id: UUID) -> None:
    """Link the patient when the rule allows it without asking; else leave everything as it is.

    Raises the client's errors.
    """
    by, patient, dispensary = _load(organization_id, patient_id)
    if dispensary is None or not patient.email:
        return
    with tenancy.organization(organization_id):
        link = queries.current_link(patient_id, dispensary)
        if link is not None and link.state == LinkState.LINKED:
            return
    found = provider.call_any(organization_id, lambda api: people_with_email(api, patient.email))
    with tenancy.organization(organization_id):
        patient = Patient.objects.get(pk=patient_id)
        decision = linking.decide(patient, found)
        if decision.kind == "link":
            _keep(by, patient, dispensary, decision.remote_id, found, "matched")


def set_up(organization_id: UUID, patient_id: UUID) -> None:
    """Link or create the patient at the dispensary, for a writer that is open. Raises the client's errors.

    Safe to repeat after an unknown outcome: it looks for the e-mail, and for our own mark, first.
    """
    by, patient, dispensary = _load(organization_id, patient_id)
    if dispensary is None:
        return
    found = provider.call_any(organization_id, lambda api: _look(api, patient))
    with tenancy.organization(organization_id):
        patient = Patient.objects.get(pk=patient_id)
        decision = linking.decide(patient, found)
        created_by_us = next((one for one in found if one.id in _marked(found, patient)), None)
        if decision.kind == "link":
            _keep(by, patient, dispensary, decision.remote_id, found, "matched")
            return
        if decision.kind in ("ask", "never") and created_by_us is None:
            state = LinkState.QUESTION if decision.kind == "ask" else LinkState.FAILED
            linking.note_no_link(
                by=by, patient_id=patient_id, dispensary=dispensary, state=state, reason=decision.reason
            )
            return
    _create(by, patient, dispensary)


def _create(by: Actor, patient: Patient, dispensary: Dispensary) -> None:
    new = shapes.NewPatient(
        first_name=patient.first_name,
        last_name=patient.last_name,
        email=patient.email.strip(),
        date_of_birth=patient.date_of_birth,
        gender=GENDERS.get(patient.sex, ""),
        mobile_number=patient.mobile_phone,
        send_welcome_email=not patient.refuses_email,
        metadata_id=str(patient.pk),
    )
    try:
        created = provider.call_any(patient.organization_id, lambda api: _create_once(api, new))
    except errors.Refused as error:
        with tenancy.organization(patient.organization_id):
            linking.note_no_link(
                by=by, patient_id=patient.pk, dispensary=dispensary, state=LinkState.FAILED,
                reason=" ".join(error.messages) or str(error.sentence),
            )  # fmt: skip
        return
    with tenancy.organization(patient.organization_id):
        kept = linking.keep_link(
            by=by, patient=patient, dispensary=dispensary, remote_id=created.id,
            remote_name=f"{created.first_name} {created.last_name}", how="created",
        )  # fmt: skip
        if kept is None:
            linking.note_no_link(
                by=by, patient_id=patient.pk, dispensary=dispensary, state=LinkState.QUESTION,
                reason="linked_to_another_chart",
            )  # fmt: skip


def _create_once(api: HttpDispensary, new: shapes.NewPatient) -> shapes.Patient:
    """Create the patient, unless an earlier try whose answer was lost already did."""
    earlier = api.patients_by_metadata(new.metadata_id)
    return earlier[0] if earlier else api.create_patient(new)


def _look(api: HttpDispensary, patient: Patient) -> list[rules.RemotePerson]:
    return people_with_email(api, patient.email)


def _marked(found: list[rules.RemotePerson], patient: Patient) -> set[str]:
    return {one.id for one in found if one.metadata_id == str(patient.pk)}


def people_with_email(api: HttpDispensary, email: str) -> list[rules.RemotePerson]:
    """Return the dispensary's patients with exactly this e-mail, with their dates of birth.

    The search also finds names, so hits are compared; its rows carry no date of birth, so each is fetched.
    """
    key = rules.email_key(email)
    hits = [one for one in api.search_patients(email.strip()) if rules.email_key(one.email) == key]
    return [_person(api.patient(one.id)) for one in hits[:20]]


def _person(one: shapes.Patient) -> rules.RemotePerson:
    return rules.RemotePerson(
        id=one.id, first_name=one.first_name, last_name=one.last_name, email=one.email,
        date_of_birth=one.date_of_birth, is_archived=one.is_archived, is_dependent=one.is_dependent,
        metadata_id=one.metadata_id,
    )  # fmt: skip


def _keep(
    by: Actor, patient: Patient, dispensary: Dispensary, remote_id: str,
    found: list[rules.RemotePerson], how: str,
) -> None:  # fmt: skip
    person = next(one for one in found if one.id == remote_id)
    kept = linking.keep_link(
        by=by, patient=patient, dispensary=dispensary, remote_id=remote_id,
        remote_name=f"{person.first_name} {person.last_name}", how=how,
    )  # fmt: skip
    if kept is None:
        linking.note_no_link(
            by=by, patient_id=patient.pk, dispensary=dispensary, state=LinkState.QUESTION,
            reason="linked_to_another_chart",
        )  # fmt: skip


def match_all(organization_id: UUID) -> int:
    """Match every active patient who is not linked yet, reading the dispensary's list once.

    Returns how many were linked. Raises the client's errors; what was linked stays.
    """
    by = system("prescriptions.linking", organization_id=organization_id)
    with tenancy.organization(organization_id):
        dispensary = queries.current_dispensary(by)
    if dispensary is None:
        return 0
    there = provider.call_any(organization_id, lambda api: list(api.patients()))
    by_email: dict[str, list[shapes.Patient]] = defaultdict(list)
    for one in there:
        by_email[rules.email_key(one.email)].append(one)
    with tenancy.organization(organization_id):
        linked = PatientLink.objects.current().filter(dispensary=dispensary, state=LinkState.LINKED)
        ours = list(
            Patient.objects.filter(organization_id=organization_id, is_active=True)
            .filter(~Q(email_key=""), email_key__in=list(by_email))
            .exclude(pk__in=linked.values("patient_id"))
            .order_by("pk")
            .values_list("pk", flat=True)
        )
    for patient_id in ours:
        match(organization_id, patient_id)
    with tenancy.organization(organization_id):
        linking.note_matched(by=by, dispensary=dispensary)
        return PatientLink.objects.current().filter(dispensary=dispensary, state=LinkState.LINKED).count()
