"""Every write of practice: locations, practitioner profiles, delegation."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from betony.clinic.accounts import actors, editing
from betony.clinic.accounts.actions import sessions
from betony.clinic.accounts.models import Membership, StaffSession
from betony.clinic.practice import queries, rules
from betony.clinic.practice.models import DateFormat, Delegation, Location, Practitioner
from betony.kit import clock, tenancy
from betony.kit.actor import Actor, NotPermitted
from betony.kit.audit import trail


class NameTaken(Exception):
    """Another location of the clinic has this name."""


class PlaceIsClosed(Exception):
    """The location was closed meanwhile, or is none of the clinic's."""


class NumberTaken(Exception):
    """Another practitioner of the clinic has this NPI."""


class AlreadyDelegated(Exception):
    """The practitioner's delegation to this colleague is open already."""


class CannotDelegate(Exception):
    """Only active practitioners delegate, and only to active clinical staff."""


class AlreadyEnded(Exception):
    """The delegation was ended before."""


def add_location(*, by: Actor, values: Mapping[str, Any]) -> Location:
    """Add a location. Raises NameTaken."""
    by.require("settings.manage")
    with tenancy.organization(by.organization_id) as organization_id:
        location = Location(organization_id=organization_id, **values)
        _save_location(location)
        changes = {name: ["", value] for name, value in values.items()}
        trail.record(by=by, action="practice.location_added", subject=location, changes=changes)
        sessions.forget_places(organization_id=organization_id)
    return location


def change_location(*, by: Actor, location_id: UUID, version: int, values: Mapping[str, Any]) -> Location:
    """Change a location. Raises NameTaken and editing.ChangedMeanwhile."""
    by.require("settings.manage")
    with tenancy.organization(by.organization_id) as organization_id:
        location = _lock_location(by, location_id)
        changes = trail.changed_fields(location, values)
        editing.set_values(location, version=version, values=values)
        _save_location(location)
        trail.record(by=by, action="practice.location_changed", subject=location, changes=changes)
        sessions.forget_places(organization_id=organization_id)
    return location


def set_location_active(*, by: Actor, location_id: UUID, is_active: bool) -> Location:
    """Close a location, or open it again."""
    by.require("settings.manage")
    with tenancy.organization(by.organization_id) as organization_id:
        location = _lock_location(by, location_id)
        if location.is_active is is_active:
            return location
        location.is_active = is_active
        location.version += 1
        location.save(update_fields=["is_active", "version", "updated_at"])
        trail.record(
            by=by,
            action="practice.location_reopened" if is_active else "practice.location_closed",
            subject=location,
            changes={"is_active": [not is_active, is_active]},
        )
        sessions.forget_places(organization_id=organization_id)
    return location


def work_at(*, by: Actor, session: StaffSession, location_id: UUID) -> Location:
    """Let the session work at a location from now on, and the member's next ones begin there. Raises PlaceIsClosed."""
    with tenancy.organization(by.organization_id) as organization_id:
        before = StaffSession.objects.select_for_update(of=("self",)).get(pk=session.pk).location_id
        places = list(queries.open_locations(organization_id))
        chosen = next((one for one in places if one.pk == location_id), None)
        if chosen is None:
            raise PlaceIsClosed
        sessions.choose_place(session=session, location_id=chosen.pk, place=_as_kept(chosen, places))
        trail.record(
            by=by,
            action="practice.workplace_chosen",
            subject=chosen,
            changes={"location": [before, chosen.pk]},
        )
    return chosen


def settle_place(*, session: StaffSession) -> Mapping[str, Any]:
    """Find where a session works that does not know, and return it as the session keeps it.

    That is where it worked before the place was changed, else where the member chose to work last, else the
    clinic's first place. The session is locked, or a place that is changed at the same moment could be
    remembered as it was.
    """
    with tenancy.organization(session.membership.organization_id) as organization_id:
        StaffSession.objects.select_for_update(of=("self",)).get(pk=session.pk)
        places = list(queries.open_locations(organization_id))
        by_id = {one.pk: one for one in places}
        wanted = (session.location_id, session.membership.location_id)
        chosen = next((by_id[one] for one in wanted if one in by_id), places[0] if places else None)
        kept = _as_kept(chosen, places)
        sessions.keep_place(session=session, location_id=chosen.pk if chosen else None, place=kept)
        return kept


def _as_kept(chosen: Location | None, places: Sequence[Location]) -> Mapping[str, Any]:
    """Return what every page needs to know of the place, as rules.Place has it."""
    if chosen is None:
        return dataclasses.asdict(rules.Place())
    place = rules.Place(
        name=chosen.name, time_zone=chosen.time_zone, has_others=len(places) > 1,
        date_pattern=DateFormat(chosen.date_format).pattern,
    )  # fmt: skip
    return dataclasses.asdict(place)


def save_own_profile(*, by: Actor, version: int, values: Mapping[str, Any]) -> Practitioner:
    """Save the actor's practitioner profile, making it the first time (then the version is 0).

    Raises NumberTaken, editing.ChangedMeanwhile, and NotPermitted for a role that writes for nobody.
    """
    if by.role not in {role.value for role in rules.ROLES_THAT_WRITE_AS_THEMSELVES}:
        raise NotPermitted("Only practitioners and owners have a practitioner profile.")
    with tenancy.organization(by.organization_id) as organization_id:
        # The membership is locked, so that two first savings do not make two profiles.
        membership = Membership.objects.select_for_update(of=("self",)).get(pk=actors.membership_of(by))
        profile = queries.practitioner_of(membership)
        if profile is None:
            profile = Practitioner(organization_id=organization_id, membership=membership, version=0)
        changes = trail.changed_fields(profile, values)
        editing.set_values(profile, version=version, values=values)
        try:
            with transaction.atomic():
                profile.save()
        except IntegrityError as error:
            raise NumberTaken from error
        trail.record(by=by, action="practice.profile_saved", subject=profile, changes=changes)
    return profile


def delegate(*, by: Actor, membership_id: UUID) -> Delegation:
    """Let a colleague of the clinical staff prescribe for the actor.

    Raises CannotDelegate, and AlreadyDelegated, also for the second of two at the same time.
    """
    by.require("practice.delegate")
    with tenancy.organization(by.organization_id) as organization_id:
        own = _own_membership(by)
        practitioner = queries.practitioner_of(own)
        colleague = queries.members_who_may_be_delegated_to(organization_id).filter(pk=membership_id).first()
        if practitioner is None or not practitioner.is_active or colleague is None:
            raise CannotDelegate
        try:
            with transaction.atomic():
                delegation = Delegation.objects.create(
                    organization_id=organization_id, practitioner=practitioner, membership=colleague,
                    started_at=clock.now(),
                )  # fmt: skip
        except IntegrityError as error:
            raise AlreadyDelegated from error
        trail.record(
            by=by, action="practice.delegation_started", subject=delegation,
            changes={"membership": [None, colleague.pk]},
        )  # fmt: skip
    return delegation


def end_delegation(*, by: Actor, delegation_id: UUID) -> Delegation:
    """End one of the actor's delegations, from the colleague's next click on. Raises AlreadyEnded."""
    by.require("practice.delegate")
    with tenancy.organization(by.organization_id):
        delegation = Delegation.objects.select_for_update(of=("self",)).get(
            pk=delegation_id, practitioner__membership_id=actors.membership_of(by)
        )
        if delegation.ended_at is not None:
            raise AlreadyEnded
        _end(by, delegation, reason="")
    return delegation


def end_delegations_of_member(*, by: Actor, membership_id: UUID) -> int:
    """End every open delegation to and from a member who works here no more; return how many."""
    with tenancy.organization(by.organization_id):
        rows = Delegation.objects.select_for_update(of=("self",)).filter(ended_at__isnull=True)
        to_member = rows.filter(membership_id=membership_id)
        from_member = rows.filter(practitioner__membership_id=membership_id)
        found = {one.pk: one for one in [*to_member.order_by("id"), *from_member.order_by("id")]}
        for delegation in found.values():
            _end(by, delegation, reason="deactivated")
    return len(found)


def _end(by: Actor, delegation: Delegation, *, reason: str) -> None:
    delegation.ended_at = max(clock.now(), delegation.started_at)
    delegation.save(update_fields=["ended_at"])
    trail.record(
        by=by, action="practice.delegation_ended", subject=delegation, reason=reason,
        changes={"membership": [delegation.membership_id, None]},
    )  # fmt: skip


def _own_membership(by: Actor) -> Membership:
    return Membership.objects.get(pk=actors.membership_of(by), organization_id=actors.organization_of(by))


def _lock_location(by: Actor, location_id: UUID) -> Location:
    return Location.objects.select_for_update(of=("self",)).get(
        pk=location_id, organization_id=actors.organization_of(by)
    )


def _save_location(location: Location) -> None:
    try:
        with transaction.atomic():
            location.save()
    except IntegrityError as error:
        raise NameTaken from error
