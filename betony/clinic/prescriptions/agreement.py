"""How clinic and dispensary stand to each other: what the line under the patients says, and what waits."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import (
    Count,
    Exists,
    IntegerField,
    Min,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce

from betony.clinic.prescriptions import queries
from betony.clinic.prescriptions.models import (
    Connection,
    Dispensary,
    HistoryCursor,
    PatientLink,
    Prescription,
    PrescriptionChange,
    Synchronization,
)
from betony.clinic.prescriptions.rules import ChangeState, LinkState, PrescriptionState
from betony.kit.actor import Actor


@dataclass(frozen=True, slots=True)
class Progress:
    """How much of the histories that are coming in is here."""

    done: int = 0
    total: int = 0
    patients: int = 0

    @property
    def is_under_way(self) -> bool:
        return self.total > self.done


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What the line says to one member. `writes_as` is whom they prescribe as, "" for nobody."""

    dispensary_name: str
    is_connected: bool
    is_broken: bool
    writes_as: str
    is_anybody_live: bool
    asked_at: datetime | None
    began_at: datetime | None
    compared_at: datetime | None
    synced_at: datetime | None
    trouble: str
    unread_records: int
    waiting_count: int
    progress: Progress

    @property
    def connected_as(self) -> str:
        """The practitioner the member writes as, else the dispensary's name; "" without a live connection."""
        is_live = self.is_connected and not self.is_broken
        return (self.writes_as or self.dispensary_name) if is_live else ""

    @property
    def is_running(self) -> bool:
        """Whether a comparison is asked for or under way."""
        began, ended = self.began_at, self.compared_at
        return self.asked_at is not None or (began is not None and (ended is None or ended < began))


def read(by: Actor) -> Agreement | None:
    """Return how it stands, in one query but for a history that is coming in; None without a dispensary.

    An open page asks for it again and again, so its cost is what every open page costs.
    """
    found = _rows(by).first()
    if found is None:
        return None
    row: Any = found
    return Agreement(
        dispensary_name=found.name, is_connected=row.is_connected, is_broken=row.is_broken,
        writes_as=f"{row.writes_as_first or ''} {row.writes_as_last or ''}".strip(),
        is_anybody_live=row.is_anybody_live, asked_at=row.asked_at, began_at=row.began_at,
        compared_at=row.compared_at, synced_at=row.synced_at, trouble=row.trouble or "",
        unread_records=row.unread_records or 0, waiting_count=row.waiting_count,
        progress=import_progress(found) if row.is_coming_in else Progress(),
    )  # fmt: skip


def _rows(by: Actor) -> QuerySet[Dispensary]:
    here = OuterRef("pk")
    mine = Connection.objects.current().filter(dispensary=here, membership_id=by.membership)
    comparison = Synchronization.objects.filter(dispensary=here)
    coming = PatientLink.objects.current().filter(
        dispensary=here, state=LinkState.LINKED, remote_id__isnull=False, imported_at=None
    )
    compared = {
        "asked_at": "asked_at", "began_at": "began_at", "compared_at": "ended_at", "synced_at": "synced_at",
        "trouble": "trouble", "unread_records": "unread_records",
    }  # fmt: skip
    return Dispensary.objects.filter(organization_id=by.organization, ended_at=None).annotate(
        is_connected=Exists(mine),
        is_broken=Exists(mine.filter(broken_at__isnull=False)),
        writes_as_first=Subquery(mine.values("writes_as__first_name")[:1]),
        writes_as_last=Subquery(mine.values("writes_as__last_name")[:1]),
        is_anybody_live=Exists(Connection.objects.live().filter(dispensary=here)),
        is_coming_in=Exists(coming),
        waiting_count=_waiting_count(by, here),
        **{name: Subquery(comparison.values(column)[:1]) for name, column in compared.items()},
    )


def _waiting_count(by: Actor, dispensary: OuterRef) -> Any:
    """Return the expression that counts what waits, for who may see it."""
    if not by.may("prescriptions.history"):
        return Value(0)
    links = PatientLink.objects.current().filter(dispensary=dispensary).exclude(state=LinkState.LINKED)
    return _count(unsent(by)) + _count(unsent_changes(by)) + _count(links)


def _count(rows: QuerySet[Any, Model]) -> Coalesce:
    counted = rows.order_by().values("organization").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def unsettled_links(dispensary: Dispensary) -> QuerySet[PatientLink]:
    """Return the links that wait for Fullscript, for an answer, or for somebody to try again."""
    rows = PatientLink.objects.current().filter(dispensary=dispensary).exclude(state=LinkState.LINKED)
    return rows.select_related("patient").order_by("created_at", "pk")


def unsent(by: Actor) -> QuerySet[Prescription]:
    """Return the prescriptions that wait or were not sent, the oldest first."""
    states = [PrescriptionState.WAITING, PrescriptionState.NOT_SENT]
    rows = Prescription.objects.filter(organization_id=by.organization, state__in=states)
    return rows.select_related("patient").prefetch_related("changes").order_by("written_at", "pk")


def unsent_changes(by: Actor) -> QuerySet[PrescriptionChange]:
    """Return the changes that wait, and those not sent that were asked for last, the oldest first."""
    rows = PrescriptionChange.objects.filter(organization_id=by.organization, prescription__hidden_at=None)
    newer = PrescriptionChange.objects.filter(
        prescription_id=OuterRef("prescription_id"), asked_at__gt=OuterRef("asked_at")
    )
    is_open = Q(state=ChangeState.WAITING) | (
        Q(state=ChangeState.NOT_SENT, prescription__state=PrescriptionState.SENT) & ~Exists(newer)
    )
    return rows.filter(is_open).select_related("prescription__patient").order_by("asked_at", "pk")


def import_progress(dispensary: Dispensary) -> Progress:
    """Return how far the histories are that are still coming in."""
    coming = queries.linked(dispensary).filter(imported_at=None)
    cursors = HistoryCursor.objects.filter(link__in=queries.linked(dispensary))
    began_at = cursors.filter(link__in=coming).aggregate(first=Min("listed_at"))["first"]
    if began_at is None:
        return Progress(patients=coming.count())
    # Those who are done count on until everybody is, or the sums would shrink.
    both = cursors.filter(Q(link__imported_at=None) | Q(link__imported_at__gte=began_at))
    sums = both.aggregate(done=Sum("plans_done"), total=Sum("plans_total"))
    return Progress(done=sums["done"] or 0, total=sums["total"] or 0, patients=coming.count())
