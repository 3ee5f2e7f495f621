"""Always in agreement: what webhooks lost is found by events and by lists, from any live connection."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from betony.clinic.prescriptions import provider, queries, rules
from betony.clinic.prescriptions.actions import queueing_again, synchronizing
from betony.clinic.prescriptions.dispensary import errors
from betony.clinic.prescriptions.exchange import histories, importing, webhooks
from betony.clinic.prescriptions.exchange.patience import Patience
from betony.clinic.prescriptions.models import Dispensary, DispensaryRoute
from betony.kit import tenancy
from betony.kit.actor import system

FAMILIES = ("treatment_plans", "orders", "patients")
ORDERS = "order_list"
# Between an event's date and its being seen lie the other side's transactions; clocks may be minutes off.
MARGIN = timedelta(minutes=15)
# Orders are dated by the shop, in its own time zone.
ORDER_MARGIN = timedelta(days=2)
MOST_EVENTS = 500
MOST_ORDERS = 500


def queue_all() -> None:
    """Queue a run for every organization with a dispensary, and whatever waits without a job."""
    queueing_again.queue_envelopes()
    for organization_id in DispensaryRoute.objects.order_by("organization_id").values_list(
        "organization_id", flat=True
    ):
        with tenancy.organization(organization_id):
            synchronizing.queue_run(organization_id)
            queueing_again.queue_looking(organization_id)


def run(organization_id: UUID) -> None:
    """Bring in what is new, and note how it went.

    Trouble ends the run with every cursor where its work is stored; the next run goes on from there.
    """
    by = system("prescriptions.synchronizing", organization_id=organization_id)
    with tenancy.organization(organization_id):
        dispensary = queries.current_dispensary(by)
        if dispensary is None or not queries.has_live_connection(by):
            return
        cursor = synchronizing.begin(dispensary=dispensary).cursor
    round_of_news = _Round(dispensary, cursor)
    trouble = round_of_news.run()
    with tenancy.organization(organization_id):
        synchronizing.note_ended(
            by=by, dispensary=dispensary, unread_records=round_of_news.unread_records, trouble=trouble
        )
        if round_of_news.has_more and not (trouble or round_of_news.unread_records):
            synchronizing.queue_run(organization_id)


@dataclass
class _Round:
    """One run's way through the kinds of news."""

    dispensary: Dispensary
    cursor: Mapping[str, str]
    unread_records: int = 0
    has_more: bool = False

    def run(self) -> str:
        """Go through all of them and return the last trouble in a sentence, "" without any.

        What one kind meets does not hold up the next, unless nobody is connected or the dispensary is busy.
        """
        trouble = ""
        events = [partial(self._events, family) for family in FAMILIES]
        steps: list[Callable[[Patience], None]] = [self._practitioners, *events, self._orders, self._visits]
        for step in steps:
            patience = Patience()
            try:
                step(patience)
            except (errors.NotConnected, errors.Busy) as error:
                return error.sentence
            except errors.DispensaryError as error:
                trouble = error.sentence
            self.unread_records += patience.failed
        return trouble

    def _practitioners(self, _patience: Patience) -> None:
        importing.fetch_practitioners(self.dispensary.organization_id)

    def _events(self, family: str, patience: Patience) -> None:
        is_all = _bring_events(self.dispensary, family, self._since(family), patience)
        self.has_more |= not is_all

    def _orders(self, patience: Patience) -> None:
        self.has_more |= not _bring_orders(self.dispensary, self._since(ORDERS), patience)

    def _visits(self, patience: Patience) -> None:
        _visit_patients(self.dispensary, patience)

    def _since(self, kind: str) -> datetime:
        """Return up to when this kind of news is here; what came before connecting is the histories'."""
        known = self.cursor.get(kind)
        return datetime.fromisoformat(known) if known else self.dispensary.connected_at


def _bring_events(dispensary: Dispensary, family: str, since: datetime, patience: Patience) -> bool:
    """Store the events no webhook brought, each with the job that works on it; tell whether those were all."""
    organization_id = dispensary.organization_id
    rows = provider.call_any(organization_id, lambda api: list(api.events_since(family, since - MARGIN)))
    known = queries.known_event_ids(dispensary.environment, [row.id for row in rows])
    # What moved while pages were read comes twice; oldest first, so that a stop leaves nothing behind.
    found = sorted({row.id: row for row in rows}.values(), key=lambda row: row.created_at)
    until, is_whole, fetched = since, True, 0
    for row in found:
        if row.id not in known:
            if fetched == MOST_EVENTS:
                break
            fetched += 1
            with patience.one() as attempt:
                _store_event(dispensary, row.id)
            is_whole &= not attempt.failed
        until = row.created_at if is_whole else until
    with tenancy.organization(organization_id):
        synchronizing.move_cursor(dispensary=dispensary, kind=family, until=until)
    return fetched < MOST_EVENTS


def _store_event(dispensary: Dispensary, event_id: str) -> None:
    body = provider.call_any(dispensary.organization_id, lambda api: api.event_body(event_id))
    try:
        webhooks.take_in(environment=dispensary.environment, body=body.encode())
    except webhooks.Unreadable as error:
        raise errors.Unavailable("event") from error


def _bring_orders(dispensary: Dispensary, since: datetime, patience: Patience) -> bool:
    """Bring in the orders of linked patients that are not here; tell whether those were all."""
    organization_id = dispensary.organization_id
    day = (since - ORDER_MARGIN).date()
    rows = provider.call_any(organization_id, lambda api: list(api.orders_since(day)))
    with tenancy.organization(organization_id):
        known = queries.known_order_ids(dispensary, [row.id for row in rows])
        linked = queries.linked_remote_ids(dispensary, [row.patient_id for row in rows])
    dated = [row for row in {row.id: row for row in rows}.values() if row.completed_at is not None]
    until, is_whole, fetched = since, True, 0
    for row in sorted(dated, key=lambda one: one.completed_at or since):
        if row.id not in known and row.patient_id in linked:
            if fetched == MOST_ORDERS:
                break
            fetched += 1
            with patience.one() as attempt:
                importing.import_order(organization_id, row.id)
            is_whole &= not attempt.failed
        until = max(until, row.completed_at or until) if is_whole else until
    with tenancy.organization(organization_id):
        synchronizing.move_cursor(dispensary=dispensary, kind=ORDERS, until=until)
    return fetched < MOST_ORDERS


def _visit_patients(dispensary: Dispensary, patience: Patience) -> None:
    """Visit the linked patients who were not visited for the longest, and wake histories that stopped."""
    with tenancy.organization(dispensary.organization_id):
        synchronizing.wake_histories(dispensary=dispensary)
        total = queries.count_linked(dispensary)
        cursors = queries.longest_not_visited(dispensary, most=rules.visits_per_run(total))
    for cursor in cursors:
        with patience.one() as attempt:
            patience.failed += histories.visit(dispensary, cursor)
        if attempt.failed:
            # To the end of the line, or those who cannot be read would always stand first.
            with tenancy.organization(dispensary.organization_id):
                synchronizing.note_visited(link_id=cursor.link_id, changed_until=None)
