"""Finding a chart's patient at the dispensary, or creating them there."""

from collections import defaultdict
from uuid import UUID

from django.db.models import Q

from betony.clinic.patients.models import Patient
from betony.clinic.prescriptions import failures, provider, queries, rules
from betony.clinic.prescriptions.actions import linking, sending
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
    # Asking for an e-mail shares it, so who may not be shared is not even looked for.
    if dispensary is None or _why_not_shared(patient):
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
    if refusal := _why_not_shared(patient):
        with tenancy.organization(organization_id):
            _fail(by, patient, dispensary, refusal)
        return
    found = provider.call_any(organization_id, lambda api: people_with_email(api, patient.email))
    with tenancy.organization(organization_id):
        patient = Patient.objects.get(pk=patient_id)
        decision = linking.decide(patient, found)
        if decision.kind == "link":
            _keep(by, patient, dispensary, decision.remote_id, found, "matched")
            return
        if decision.kind == "never":
            _fail(by, patient, dispensary, _why_not_shared(patient))
            return
        is_ours_already = any(one.metadata_id == str(patient.pk) for one in found)
        if decision.kind == "ask" and not is_ours_already:
            linking.note_no_link(
                by=by, patient_id=patient_id, dispensary=dispensary, state=LinkState.QUESTION,
                reason=decision.reason,
            )  # fmt: skip
            return
    _create(by, patient, dispensary)


def _why_not_shared(patient: Patient) -> str:
    """Return why the patient may not be known at the dispensary, in a sentence; "" when they may."""
    try:
        linking.check_may_be_shared(patient)
    except failures.PatientCannotBeShared as error:
        return str(error)
    return ""


def _fail(by: Actor, patient: Patient, dispensary: Dispensary, reason: str) -> None:
    """Say why the patient is not set up, and that what waited for it is not sent."""
    linking.note_no_link(
        by=by, patient_id=patient.pk, dispensary=dispensary, state=LinkState.FAILED, reason=reason
    )
    sending.give_up_on_patient(by=by, patient_id=patient.pk, dispensary=dispensary, reason=reason)


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
    except (errors.Refused, errors.Forbidden) as error:
        words = " ".join(error.messages) if isinstance(error, errors.Refused) else ""
        with tenancy.organization(patient.organization_id):
            _fail(by, patient, dispensary, words or error.sentence)
        return
    with tenancy.organization(patient.organization_id):
        _keep(by, patient, dispensary, created.id, [_person(created)], "created")


def _create_once(api: HttpDispensary, new: shapes.NewPatient) -> shapes.Patient:
    """Create the patient, unless an earlier try whose answer was lost already did."""
    earlier = api.patients_by_metadata(new.metadata_id)
    return earlier[0] if earlier else api.create_patient(new)


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


def match_all(organization_id: UUID, *, is_first: bool) -> int:
    """Match every active patient who is not linked yet, reading the dispensary's list once.

    `is_first`: nobody was connected before, so what happened meanwhile is fetched for those who are linked.
    Returns how many are linked. Raises the client's errors; what was linked stays.
    """
    by = system("prescriptions.linking", organization_id=organization_id)
    with tenancy.organization(organization_id):
        dispensary = queries.current_dispensary(by)
        if dispensary is not None and is_first:
            linking.refresh_history(dispensary=dispensary)
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
