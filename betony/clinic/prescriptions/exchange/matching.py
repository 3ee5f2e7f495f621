"""Matching every active patient: the dispensary's list is read once, and people with its emails are looked at."""

from collections import defaultdict
from uuid import UUID

from betony.clinic.patients.models import Patient
from betony.clinic.prescriptions import provider, queries, rules
from betony.clinic.prescriptions.actions import linking, matching, synchronizing
from betony.clinic.prescriptions.dispensary.client import HttpDispensary
from betony.clinic.prescriptions.exchange import linking as finding
from betony.clinic.prescriptions.exchange import people
from betony.clinic.prescriptions.models import Dispensary
from betony.kit import tenancy
from betony.kit.actor import system

AT_ONCE = 200


def begin(organization_id: UUID, *, is_first: bool) -> None:
    """Have every active patient matched.

    `is_first`: nobody was connected before, so what happened meanwhile is fetched for those who are linked.
    """
    by = system("prescriptions.linking", organization_id=organization_id)
    with tenancy.organization(organization_id):
        dispensary = queries.current_dispensary(by)
        if dispensary is None:
            return
        if is_first:
            linking.refresh_history(dispensary=dispensary)
        matching.begin(by=by, dispensary=dispensary)


def go_on(organization_id: UUID) -> None:
    """Match the active patients after the last one looked at. Raises the client's errors; what was done stays."""
    by = system("prescriptions.linking", organization_id=organization_id)
    with tenancy.organization(organization_id):
        dispensary = queries.current_dispensary(by)
    if dispensary is None or dispensary.matching_began_at is None or dispensary.matched_at is not None:
        return
    by_email = _ids_by_email(organization_id)
    after = dispensary.matching_after
    while rows := _next(organization_id, after):
        after = _look_at(organization_id, dispensary, rows, by_email)
    with tenancy.organization(organization_id):
        matching.note_matched(by=by, dispensary=dispensary)
        # Whoever has just connected is told how the two agree without waiting for the five minutes to be over.
        synchronizing.queue_run(organization_id)


def _ids_by_email(organization_id: UUID) -> dict[str, list[str]]:
    """Return the ids of the dispensary's patients by their email."""
    found: dict[str, list[str]] = defaultdict(list)
    for one in provider.call_any(organization_id, lambda api: list(api.patients())):
        if key := rules.email_key(one.email):
            found[key].append(one.id)
    return found


def _next(organization_id: UUID, after: UUID | None) -> list[tuple[UUID, str]]:
    """Return the next active patients, each with the email they go by at the dispensary."""
    with tenancy.organization(organization_id):
        rows = Patient.objects.filter(organization_id=organization_id, is_active=True)
        if after is not None:
            rows = rows.filter(pk__gt=after)
        return list(rows.order_by("pk").values_list("pk", "email_key")[:AT_ONCE])


def _look_at(
    organization_id: UUID,
    dispensary: Dispensary,
    rows: list[tuple[UUID, str]],
    by_email: dict[str, list[str]],
) -> UUID:
    """Match those whose email somebody there has, remembering after each how far it is; return the last one."""
    passed = 0
    for patient_id, key in rows:
        passed += 1
        if key not in by_email:
            continue
        ids = by_email[key]

        def ask(api: HttpDispensary, ids: list[str] = ids) -> list[rules.RemotePerson]:
            return people.by_ids(api, ids)

        finding.match(organization_id, patient_id, ask=ask)
        _note(organization_id, dispensary, patient_id, passed)
        passed = 0
    last = rows[-1][0]
    _note(organization_id, dispensary, last, passed)
    return last


def _note(organization_id: UUID, dispensary: Dispensary, after: UUID, count: int) -> None:
    with tenancy.organization(organization_id):
        matching.note_looked_at(dispensary_id=dispensary.pk, after=after, count=count)
