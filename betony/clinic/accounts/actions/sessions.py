"""Sessions of people: starting, using, ending."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from betony.clinic.accounts import actors
from betony.clinic.accounts.models import Membership, StaffSession
from betony.kit import clock, tenancy
from betony.kit.actor import Actor
from betony.kit.audit import trail


def start_session(*, membership: Membership, ip: str, device: str, request_id: str = "") -> StaffSession:
    """Record that a member signed in, in the organization of the membership."""
    now = clock.now()
    with tenancy.organization(membership.organization_id):
        session = StaffSession.objects.create(
            user_id=membership.user_id, membership=membership, started_at=now, seen_at=now,
            ip=ip, device=device[:80],
        )  # fmt: skip
        by = actors.staff(membership, ip=ip, request_id=request_id)
        trail.record(by=by, action="accounts.signed_in", subject=session)
    return session


def note_use(*, session: StaffSession) -> None:
    """Remember that the session is in use. Not a change anybody asks about, so it leaves no event."""
    session.seen_at = clock.now()
    session.save(update_fields=["seen_at"])


def keep_place(*, session: StaffSession, location_id: UUID | None, place: Mapping[str, Any]) -> None:
    """Remember where the session works and what its pages need to know of it. Not a choice, so it leaves no event."""
    session.location_id, session.place = location_id, dict(place)
    session.save(update_fields=["location_id", "place"])


def choose_place(*, session: StaffSession, location_id: UUID, place: Mapping[str, Any]) -> None:
    """Let the session work there, and the member's next ones begin there; part of a larger action."""
    Membership.objects.filter(pk=session.membership_id).update(location_id=location_id)
    keep_place(session=session, location_id=location_id, place=place)


def forget_places(*, organization_id: UUID) -> None:
    """Let open sessions ask again what their place is like; part of a larger action, which records the event."""
    rows = StaffSession.objects.filter(membership__organization_id=organization_id, ended_at__isnull=True)
    rows.filter(place__isnull=False).update(place=None)


def end_session(*, by: Actor, session: StaffSession, reason: str = "") -> None:
    """End a session; its next request is anonymous."""
    with tenancy.organization(session.membership.organization_id):
        session.ended_at = clock.now()
        session.save(update_fields=["ended_at"])
        trail.record(
            by=by, action="accounts.session_ended", subject=session, reason=reason,
            organization_id=session.membership.organization_id,
        )  # fmt: skip


def end_other_sessions(*, by: Actor, keep: UUID | None) -> int:
    """End every session of the actor but one; return how many."""
    with tenancy.organization(by.organization_id):
        count = end_sessions_of_user(user_id=actors.person_of(by), keep=keep)
        trail.record(by=by, action="accounts.other_sessions_ended", changes={"sessions": [count, 0]})
    return count


def switch_organization(*, by: Actor, session: StaffSession, membership: Membership) -> StaffSession:
    """Let the session work for another organization the person belongs to."""
    with tenancy.organization(membership.organization_id):
        before = session.membership_id
        session.membership, session.location_id, session.place = membership, None, None
        session.save(update_fields=["membership", "location_id", "place"])
        trail.record(
            by=actors.staff(membership, ip=by.ip, request_id=by.request_id),
            action="accounts.organization_switched", subject=session,
            changes={"membership": [before, membership.pk]},
        )  # fmt: skip
    return session


def end_sessions_of_user(*, user_id: UUID, keep: UUID | None = None) -> int:
    """End the person's open sessions but one; part of a larger action, which records the event."""
    rows = StaffSession.objects.filter(user_id=user_id, ended_at__isnull=True)
    return (rows.exclude(pk=keep) if keep else rows).update(ended_at=clock.now())


def end_sessions_of_membership(*, membership: Membership) -> int:
    """End the open sessions of one membership; part of a larger action, which records the event."""
    return StaffSession.objects.filter(membership=membership, ended_at__isnull=True).update(
        ended_at=clock.now()
    )
