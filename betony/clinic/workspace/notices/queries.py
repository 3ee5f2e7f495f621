"""Reading inboxes: the count every page shows, the list, and whether a notice's cause is over."""

from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from betony.clinic.accounts import permissions
from betony.clinic.accounts.models import Membership
from betony.clinic.prescriptions.models import Dispensary, PatientLink, PrescriptionChange
from betony.clinic.prescriptions.rules import ChangeState, PrescriptionState
from betony.clinic.workspace.notices import rules
from betony.clinic.workspace.notices.models import Inbox, MailWish, Notice, NoticeQuerySet
from betony.clinic.workspace.notices.rules import Kind
from betony.kit import pagination
from betony.kit.actor import Actor

PAGE_SIZE = 25


class Standing(NamedTuple):
    """How an inbox stands: its version, and how many notices its owner has not read."""

    version: int
    unread: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is true now of what a list of notices is about."""

    questions: int


def version(by: Actor) -> int:
    """Return the version of the actor's inbox; 0 for one that never held anything."""
    return Inbox.objects.filter(membership_id=by.membership).values_list("version", flat=True).first() or 0


def standing(by: Actor) -> Standing:
    """Return version and unread count in one query, which the indexes alone can answer."""
    unread = (
        Notice.objects.unread()
        .filter(organization_id=by.organization, recipient_id=by.membership, kind__in=rules.kinds_for(by.may))
        .order_by()
        .values("recipient")
        .annotate(number=Count("*"))
        .values("number")
    )
    row = (
        Inbox.objects.filter(organization_id=by.organization, membership_id=by.membership)
        .values_list("version", Coalesce(Subquery(unread), 0))
        .first()
    )
    return Standing(*row) if row else Standing(0, 0)


def shown_to(by: Actor) -> NoticeQuerySet:
    """Return the actor's notices of the kinds they may see now, with what they are about.

    `is_over` tells that the cause is gone, also where no event has said so yet; `taken_back_because` why a
    prescription was taken back.
    """
    taken_back = PrescriptionChange.objects.filter(
        prescription_id=OuterRef("prescription_id"), is_automatic=True
    ).order_by("-id")
    rows = Notice.objects.filter(
        organization_id=by.organization, recipient_id=by.membership, kind__in=rules.kinds_for(by.may)
    ).select_related("prescription__patient", "connection", "dispensary")
    return rows.annotate(is_over=_cause_is_over(), taken_back_because=Subquery(taken_back.values("why")[:1]))


def page(by: Actor, *, cursor: str = "", size: int = PAGE_SIZE) -> pagination.Page[Notice]:
    """Return a page of the actor's notices, the newest first."""
    return pagination.page_by_key(shown_to(by), keys=("-happened_at", "-id"), cursor=cursor, size=size)


def facts(by: Actor) -> Facts:
    """Return what the words of notices need besides their rows."""
    return Facts(questions=open_questions(by.organization).count())


def open_questions(organization_id: UUID) -> QuerySet[PatientLink]:
    """Return what stands in **Patients to confirm**."""
    return PatientLink.objects.to_confirm().filter(organization_id=organization_id)


def over(organization_id: UUID) -> QuerySet[Notice]:
    """Return the notices that are not settled although their cause is gone."""
    return Notice.objects.unsettled().filter(_cause_is_over(), organization_id=organization_id)


def _cause_is_over() -> Q:
    """Return the one condition that says of every kind when there is nothing left to do."""
    now_connected = Dispensary.objects.filter(organization_id=OuterRef("organization_id"), ended_at=None)
    asked = PatientLink.objects.to_confirm().filter(dispensary_id=OuterRef("dispensary_id"))
    last = PrescriptionChange.objects.filter(prescription_id=OuterRef(OuterRef("prescription_id")))
    failed = PrescriptionChange.objects.filter(
        pk=Subquery(last.order_by("-id").values("pk")[:1]), state=ChangeState.NOT_SENT
    )
    return (
        Q(kind=Kind.NOT_SENT) & ~Q(prescription__state=PrescriptionState.NOT_SENT)
        | Q(kind=Kind.CHANGE_NOT_SENT) & (~Q(prescription__state=PrescriptionState.SENT) | ~Exists(failed))
        | Q(kind=Kind.CONNECTION_BROKE, connection__ended_at__isnull=False)
        | Q(kind=Kind.TO_CONFIRM) & ~Exists(asked)
        | Q(kind=Kind.NOBODY_CONNECTED) & Exists(now_connected)
    )


def recipients(organization_id: UUID, kind: Kind) -> QuerySet[Membership]:
    """Return the active members whose role may see notices of this kind."""
    roles = [role.value for role in permissions.Role
             if rules.KINDS[kind].needs in permissions.PERMISSIONS[role]]  # fmt: skip
    return Membership.objects.filter(
        organization_id=organization_id, is_active=True, user__is_active=True, role__in=roles
    ).order_by("id")


def wishes(membership_id: UUID) -> dict[str, bool]:
    """Return what the member has said about mails, by kind."""
    return dict(MailWish.objects.filter(membership_id=membership_id).values_list("kind", F("is_wanted")))
