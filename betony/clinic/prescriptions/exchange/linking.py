"""Finding a chart's patient at the dispensary, or creating them there."""

from collections.abc import Callable
from uuid import UUID

from betony.clinic.patients.models import Patient
from betony.clinic.prescriptions import provider, queries, rules
from betony.clinic.prescriptions.actions import candidates, linking, sending
from betony.clinic.prescriptions.dispensary import errors, shapes
from betony.clinic.prescriptions.dispensary.client import HttpDispensary
from betony.clinic.prescriptions.exchange import emails, people
from betony.clinic.prescriptions.models import Dispensary, PatientLink
from betony.clinic.prescriptions.rules import LinkState
from betony.kit import tenancy
from betony.kit.actor import Actor, system

GENDERS = {"female": "female", "male": "male", "x": "x"}
Ask = Callable[[HttpDispensary], list[rules.RemotePerson]]


def _load(organization_id: UUID, patient_id: UUID) -> tuple[Actor, Patient, Dispensary | None]:
    by = system("prescriptions.linking", organization_id=organization_id)
    with tenancy.organization(organization_id):
        patient = Patient.objects.get(pk=patient_id)
        return by, patient, queries.current_dispensary(by)


def _people(
    organization_id: UUID, patient: Patient, dispensary: Dispensary, ask: Ask | None = None
) -> list[rules.RemotePerson]:
    """Return the people at the dispensary with the patient's email."""
    with tenancy.organization(organization_id):
        link = queries.current_link(patient.pk, dispensary)
        person = queries.chart_person(patient, link)
    if ask is None or person.email_for_fullscript:
        return provider.call_any(organization_id, lambda api: people.with_email(api, person.email_there))
    return provider.call_any(organization_id, ask)


def match(organization_id: UUID, patient_id: UUID, *, ask: Ask | None = None) -> None:
    """Link the patient when the rule allows it without asking; else keep the question, or nothing.

    `ask` gets the people with the email, where somebody knows better than the search. Creates nobody.
    Raises the client's errors.
    """
    by, patient, dispensary = _load(organization_id, patient_id)
    if dispensary is None:
        return
    with tenancy.organization(organization_id):
        # Asking for an email shares it, so who may not be shared is not even looked for.
        if queries.refusal_to_know(patient, dispensary):
            linking.drop_question(by=by, patient=patient, dispensary=dispensary, reason="not_shared")
            return
        link = queries.current_link(patient_id, dispensary)
    if link is not None and link.state == LinkState.LINKED:
        emails.look_after(organization_id, patient_id)
        return
    if link is not None and link.state == LinkState.CREATING:
        return
    found = _people(organization_id, patient, dispensary, ask)
    with tenancy.organization(organization_id):
        patient = Patient.objects.get(pk=patient_id)
        decision = linking.decide(patient, dispensary, found)
        _settle(by, patient, dispensary, decision, found)
        if decision.kind in ("nobody", "never"):
            linking.drop_question(by=by, patient=patient, dispensary=dispensary, reason=decision.kind)
    if decision.kind == "ask":
        _add_dependents(organization_id, patient, dispensary, found)


def set_up(organization_id: UUID, patient_id: UUID) -> None:
    """Link or create the patient at the dispensary, for a writer that is open. Raises the client's errors.

    Safe to repeat after an unknown outcome: it looks for the email, and for our own mark, first.
    """
    by, patient, dispensary = _load(organization_id, patient_id)
    if dispensary is None:
        return
    with tenancy.organization(organization_id):
        if refusal := queries.refusal_to_know(patient, dispensary):
            _fail(by, patient, dispensary, refusal)
            return
    found = _people(organization_id, patient, dispensary)
    with tenancy.organization(organization_id):
        patient = Patient.objects.get(pk=patient_id)
        decision = linking.decide(patient, dispensary, found)
        if decision.kind == "never":
            _fail(by, patient, dispensary, decision.reason)
            return
        if decision.kind in ("ask", "other_email") and _is_ours(patient, dispensary, found):
            decision = rules.Decision("nobody")
        _settle(by, patient, dispensary, decision, found, asks_for_email=True)
        creates = decision.kind == "nobody" and linking.begin_creating(
            by=by, patient=patient, dispensary=dispensary
        )
    if creates:
        _create(by, patient, dispensary)
    if decision.kind == "ask":
        _add_dependents(organization_id, patient, dispensary, found)


def _is_ours(patient: Patient, dispensary: Dispensary, found: list[rules.RemotePerson]) -> bool:
    """Tell whether one of them was created from this chart by an earlier try whose answer was lost."""
    ruled_out = queries.ruled_out(patient.pk, dispensary)
    return any(one.metadata_id == str(patient.pk) and one.id not in ruled_out for one in found)


def _settle(
    by: Actor, patient: Patient, dispensary: Dispensary, decision: rules.Decision,
    found: list[rules.RemotePerson], *, asks_for_email: bool = False,
) -> None:  # fmt: skip
    """Link the two, or keep the question. Nobody is asked for another email but in the writer."""
    if decision.kind == "link":
        person = next(one for one in found if one.id == decision.remote_id)
        kept = _keep(by, patient, dispensary, person, "matched")
        if kept is None:
            taken = rules.Decision("ask", person.id, rules.LINKED_TO_ANOTHER_CHART)
            linking.ask(by=by, patient=patient, dispensary=dispensary, decision=taken, people=found)
    if decision.kind == "ask" or (decision.kind == "other_email" and asks_for_email):
        linking.ask(by=by, patient=patient, dispensary=dispensary, decision=decision, people=found)


def _keep(
    by: Actor, patient: Patient, dispensary: Dispensary, person: rules.RemotePerson, how: str
) -> PatientLink | None:
    return linking.keep_link(
        by=by, patient=patient, dispensary=dispensary, remote_id=person.id,
        remote_name=f"{person.first_name} {person.last_name}", remote_email=person.email, how=how,
    )  # fmt: skip


def _add_dependents(
    organization_id: UUID, patient: Patient, dispensary: Dispensary, found: list[rules.RemotePerson]
) -> None:
    """Offer the dependents of those with the email: a child may stand there without one of its own."""
    children = provider.call_any(organization_id, lambda api: people.dependents_of(api, found))
    if children:
        with tenancy.organization(organization_id):
            candidates.add(patient_id=patient.pk, dispensary=dispensary, people=children)


def _fail(by: Actor, patient: Patient, dispensary: Dispensary, reason: str) -> None:
    """Say why the patient is not set up, and that what waited for it is not sent."""
    linking.drop_question(by=by, patient=patient, dispensary=dispensary, reason="not_shared")
    linking.note_no_link(
        by=by, patient_id=patient.pk, dispensary=dispensary, state=LinkState.FAILED, reason=reason
    )
    sending.give_up_on_patient(by=by, patient_id=patient.pk, dispensary=dispensary, reason=reason)


def _create(by: Actor, patient: Patient, dispensary: Dispensary) -> None:
    with tenancy.organization(patient.organization_id):
        link = queries.current_link(patient.pk, dispensary)
        ruled_out = queries.ruled_out(patient.pk, dispensary)
    new = shapes.NewPatient(
        first_name=patient.first_name,
        last_name=patient.last_name,
        email=queries.chart_person(patient, link).email_there.strip(),
        date_of_birth=patient.date_of_birth,
        gender=GENDERS.get(patient.sex, ""),
        mobile_number=patient.mobile_phone,
        send_welcome_email=not patient.refuses_email,
        metadata_id=str(patient.pk),
    )
    try:
        created = provider.call_any(patient.organization_id, lambda api: _create_once(api, new, ruled_out))
    except (errors.Refused, errors.Forbidden) as error:
        words = " ".join(error.messages) if isinstance(error, errors.Refused) else ""
        with tenancy.organization(patient.organization_id):
            _fail(by, patient, dispensary, words or error.sentence)
        return
    with tenancy.organization(patient.organization_id):
        _keep(by, patient, dispensary, people.person(created), "created")


def _create_once(api: HttpDispensary, new: shapes.NewPatient, ruled_out: frozenset[str]) -> shapes.Patient:
    """Create the patient, unless an earlier try whose answer was lost already did."""
    earlier = [one for one in api.patients_by_metadata(new.metadata_id) if one.id not in ruled_out]
    return earlier[0] if earlier else api.create_patient(new)
