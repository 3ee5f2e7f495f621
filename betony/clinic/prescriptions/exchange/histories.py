"""The prescriptions and orders of one linked patient: brought in once, then compared from time to time."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from betony.clinic.prescriptions import provider, queries
from betony.clinic.prescriptions.actions import receiving, synchronizing
from betony.clinic.prescriptions.dispensary import errors, shapes
from betony.clinic.prescriptions.exchange import importing
from betony.clinic.prescriptions.exchange.patience import Patience
from betony.clinic.prescriptions.models import Dispensary, HistoryCursor, PatientLink
from betony.clinic.prescriptions.rules import PrescriptionState
from betony.kit import tenancy

# A change can be dated before, and be seen after, a later one.
MARGIN = timedelta(minutes=10)


def list_history(organization_id: UUID, patient_id: UUID) -> None:
    """List what the chart lacks of the patient's prescriptions, and queue bringing it in.

    The list comes first for everybody, so that progress knows how many there are. Raises the client's errors.
    """
    _by, dispensary = importing.start(organization_id)
    if dispensary is None:
        return
    with tenancy.organization(organization_id):
        coming_in = queries.histories_coming_in(dispensary)
        links = queries.receiving_links(patient_id, dispensary).exclude(pk__in=coming_in)
        found = list(links.order_by("pk"))
    for link in found:
        rows = _rows_since(link, None)
        with tenancy.organization(organization_id):
            wanted = _lacking(dispensary, rows)
            synchronizing.note_listed(
                link=link, plan_ids=[row.id for row in wanted], changed_until=_last_change(rows, None)
            )


def bring_history(organization_id: UUID, link_id: UUID) -> None:
    """Bring in what was listed, going on where an earlier run stopped. Raises the client's errors."""
    by, dispensary = importing.start(organization_id)
    if dispensary is None:
        return
    with tenancy.organization(organization_id):
        cursor = queries.history_cursor(link_id, dispensary)
    if cursor is None:
        return
    for number in range(cursor.plans_done, len(cursor.plan_ids)):
        with suppress(errors.NotFound):
            importing.import_plan(organization_id, cursor.plan_ids[number])
        with tenancy.organization(organization_id):
            synchronizing.note_brought(link_id=link_id, plans_done=number + 1)
    _bring_orders(dispensary, cursor.link)
    with tenancy.organization(organization_id):
        receiving.note_imported(by=by, link=cursor.link)


def visit(dispensary: Dispensary, cursor: HistoryCursor) -> int:
    """Compare one patient's prescriptions with the dispensary, and bring in what changed.

    Returns how many could not be read; they are left for the next visit. Raises the client's errors.
    """
    patience = Patience()
    rows = _rows_since(cursor.link, cursor.changed_until)
    with tenancy.organization(dispensary.organization_id):
        changed = _lacking(dispensary, rows)
    until = _last_change(rows, cursor.changed_until)
    for row in changed:
        with patience.one() as attempt:
            importing.import_plan(dispensary.organization_id, row.id)
        if attempt.failed and until is not None:
            until = min(until, row.updated_at)
    with tenancy.organization(dispensary.organization_id):
        synchronizing.note_visited(link_id=cursor.link_id, changed_until=until)
    return patience.failed


def _bring_orders(dispensary: Dispensary, link: PatientLink) -> None:
    remote_id = str(link.remote_id)
    rows = provider.call_any(dispensary.organization_id, lambda api: list(api.patient_orders(remote_id)))
    with tenancy.organization(dispensary.organization_id):
        known = queries.known_order_ids(dispensary, [row.id for row in rows])
    for row in rows:
        if row.id not in known:
            with suppress(errors.NotFound):
                importing.import_order(dispensary.organization_id, row.id)


def _rows_since(link: PatientLink, changed_until: datetime | None) -> list[shapes.Plan]:
    """Return the patient's plans that changed since then, the last changed first."""
    remote_id = str(link.remote_id)

    def read(rows: Iterable[shapes.Plan]) -> list[shapes.Plan]:
        found = []
        for row in rows:
            if changed_until is not None and row.updated_at < changed_until - MARGIN:
                break
            found.append(row)
        return found

    return provider.call_any(link.organization_id, lambda api: read(api.patient_plans(remote_id)))


def _lacking(dispensary: Dispensary, rows: list[shapes.Plan]) -> list[shapes.Plan]:
    """Return the plans that are not here as they stand there, oldest change first; drafts are nobody's yet."""
    known = queries.known_plans(dispensary, [row.id for row in rows])
    found = []
    for row in {row.id: row for row in reversed(rows)}.values():
        here_until = known.get(row.id)
        is_new = here_until is None or here_until < row.updated_at
        if is_new and receiving.STATES.get(row.state, PrescriptionState.DRAFT) != PrescriptionState.DRAFT:
            found.append(row)
    return sorted(found, key=lambda row: row.updated_at)


def _last_change(rows: list[shapes.Plan], before: datetime | None) -> datetime | None:
    instants = [row.updated_at for row in rows] + ([before] if before else [])
    return max(instants, default=None)
