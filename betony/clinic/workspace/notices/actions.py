"""Every write to inboxes. Each locks the inboxes it touches first, in the order of their ids."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from betony.clinic.workspace.notices import jobs, queries, rules
from betony.clinic.workspace.notices.models import CAUSES, Inbox, MailWish, Notice
from betony.clinic.workspace.notices.rules import Kind
from betony.kit import clock
from betony.kit.actor import Actor
from betony.kit.audit import trail


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What happened: the id of what it is about, which happening of it, and whose patient it concerns."""

    kind: Kind
    about: UUID
    occasion: str
    patient_id: UUID | None = None

    @property
    def reference(self) -> dict[str, UUID]:
        return {f"{CAUSES[self.kind]}_id": self.about}


@transaction.atomic
def give(*, by: Actor, cause: Cause, recipients: Collection[UUID]) -> int:
    """Tell these members, once for each occasion of the cause, and return how many were told now."""
    _lock_inboxes(by, recipients)
    now = clock.now()
    present = {
        one.recipient_id: one
        for one in Notice.objects.filter(
            organization_id=by.organization, kind=cause.kind, recipient_id__in=recipients, **cause.reference
        )
    }
    again = [
        one.pk
        for one in present.values()
        if rules.rings_again(
            occasion_before=one.occasion, occasion=cause.occasion, is_settled=one.settled_at is not None
        )
    ]
    fresh = Notice.objects.bulk_create(
        [
            Notice(
                organization_id=by.organization, recipient_id=recipient_id, kind=cause.kind,
                occasion=cause.occasion, happened_at=now, **cause.reference,
            )
            for recipient_id in recipients
            if recipient_id not in present
        ]
    )  # fmt: skip
    Notice.objects.filter(pk__in=again).update(
        occasion=cause.occasion, happened_at=now, read_at=None, settled_at=None, mailed_at=None
    )
    told = {
        one.pk: one.recipient_id for one in [*fresh, *present.values()] if one.pk in again or one in fresh
    }
    if told:
        _grow(told.values())
        _queue_mails(by, told, cause, at=now + rules.MAIL_WAITS)
        _record_given(by, cause, told)
    return len(told)


def _record_given(by: Actor, cause: Cause, told: Mapping[UUID, UUID]) -> None:
    trail.record(
        by=by, action="workspace.notice_given", patient_ids=[cause.patient_id] if cause.patient_id else [],
        changes={"kind": cause.kind.value, "about": cause.about, "recipients": sorted(told.values())},
    )  # fmt: skip


def _queue_mails(by: Actor, told: Mapping[UUID, UUID], cause: Cause, *, at: datetime) -> None:
    """Queue a mail for each; the first to run tells of all of its kind, so those of one member never overlap."""
    for notice_id in sorted(told):
        jobs.mail_notice.queue(
            organization_id=by.organization, notice_id=notice_id, occasion=cause.occasion, at=at,
            once_key=f"mail-notice:{notice_id}:{cause.occasion}",
            lock=f"mail-notices:{told[notice_id]}:{cause.kind.value}",
        )  # fmt: skip


@transaction.atomic
def settle_what_is_over(*, by: Actor, **narrowed: UUID | Kind) -> int:
    """Settle every notice whose cause is gone, or those about one cause, and return how many."""
    found = queries.over(by.organization).filter(**narrowed)
    owners = set(found.values_list("recipient_id", flat=True))
    if not owners:
        return 0
    _lock_inboxes(by, owners)
    settled = dict(found.filter(recipient_id__in=owners).values_list("pk", "recipient_id"))
    Notice.objects.filter(pk__in=settled).update(settled_at=clock.now())
    if settled:
        _grow(settled.values())
        trail.record(by=by, action="workspace.notices_settled", changes={"notices": sorted(settled)})
    return len(settled)


@transaction.atomic
def mark_read(*, by: Actor, notice: Notice) -> None:
    """Remember that the actor has read a notice of their own; a second time changes nothing."""
    _lock_inboxes(by, [by.membership])
    rows = Notice.objects.filter(pk=notice.pk, recipient_id=by.membership, read_at=None)
    if rows.update(read_at=clock.now()):
        _grow([by.membership])
        trail.record(by=by, action="workspace.notice_read", subject=notice)


@transaction.atomic
def mark_all_read(*, by: Actor, seen_until: datetime) -> int:
    """Remember that the actor has read what stood in the list they saw, and return how many were new.

    What came after the list was drawn stays unread.
    """
    _lock_inboxes(by, [by.membership])
    rows = Notice.objects.filter(
        organization_id=by.organization, recipient_id=by.membership, read_at=None,
        kind__in=rules.kinds_for(by.may), happened_at__lte=seen_until,
    )  # fmt: skip
    ids = list(rows.order_by("id").values_list("pk", flat=True))
    if ids:
        Notice.objects.filter(pk__in=ids).update(read_at=clock.now())
        _grow([by.membership])
        trail.record(by=by, action="workspace.notices_read", changes={"notices": ids})
    return len(ids)


@transaction.atomic
def note_mailed(*, by: Actor, notices: Collection[Notice]) -> None:
    """Remember that the mail about these notices, each on its present occasion, is out."""
    for notice in sorted(notices, key=lambda one: one.pk):
        rows = Notice.objects.filter(pk=notice.pk, occasion=notice.occasion, mailed_at=None)
        if rows.update(mailed_at=clock.now()):
            trail.record(by=by, action="workspace.notice_mailed", subject=notice)


@transaction.atomic
def choose_mails(*, by: Actor, wanted: Mapping[Kind, bool]) -> None:
    """Remember about which kinds the actor wants mails."""
    before = queries.wishes(by.membership)
    changes = {
        kind.value: [rules.is_mailed(kind, before), is_wanted]
        for kind, is_wanted in wanted.items()
        if rules.is_mailed(kind, before) != is_wanted
    }
    for kind, is_wanted in wanted.items():
        MailWish.objects.update_or_create(
            organization_id=by.organization, membership_id=by.membership, kind=kind.value,
            defaults={"is_wanted": is_wanted},
        )  # fmt: skip
    if changes:
        trail.record(by=by, action="workspace.notice_mails_chosen", changes=changes)


@transaction.atomic
def sweep(*, organization_id: UUID, kept: timedelta = rules.KEPT) -> int:
    """Delete what was read or settled long ago, and return how many; the trail keeps that it was."""
    before = clock.now() - kept
    gone, _each = Notice.objects.filter(
        Q(read_at__lt=before) | Q(settled_at__lt=before), organization_id=organization_id
    ).delete()
    return gone


def _lock_inboxes(by: Actor, members: Collection[UUID]) -> None:
    """Make the members' inboxes where there are none yet, and lock them."""
    Inbox.objects.bulk_create(
        [Inbox(organization_id=by.organization, membership_id=one) for one in sorted(members)],
        ignore_conflicts=True,
    )
    list(
        Inbox.objects.select_for_update(of=("self",))
        .filter(organization_id=by.organization, membership_id__in=members)
        .order_by("membership_id")
    )


def _grow(members: Collection[UUID]) -> None:
    """Raise the versions of these inboxes, so that open pages ask for the new count."""
    Inbox.objects.filter(membership_id__in=members).update(version=F("version") + 1)
