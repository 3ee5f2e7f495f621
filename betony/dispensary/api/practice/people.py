"""Practitioners and staff: lists, one, new, changed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from betony.dispensary.accounts.actions import EmailAlreadyTaken, EmailNotConfirmed
from betony.dispensary.api import frame
from betony.dispensary.api.practice import shapes
from betony.dispensary.practices import access, actions, queries
from betony.dispensary.practices.models import Person, Practitioner, Staff


@frame.operation("clinic:read")
def list_practitioners(call: frame.Call) -> frame.Body:
    """Answer the practitioners, oldest first."""
    rows = access.practitioners(call.organization_id).order_by("created_at", "pk")
    known: dict[UUID, str] = {}
    return frame.page(
        call, "practitioners", rows,
        lambda one: shapes.practitioner(one, reference=known.get(one.user_id)),
        shown=lambda found: known.update(_references(call, found)),
    )  # fmt: skip


@frame.operation("clinic:read")
def show_practitioner(call: frame.Call, person_id: UUID) -> frame.Body:
    """Answer one practitioner."""
    return _shown_practitioner(call, _practitioner(call, person_id))


@frame.operation("clinic:write")
def add_practitioner(call: frame.Call) -> frame.Answer:
    """Add a practitioner, who is invited by mail."""
    fields = call.fields()
    details, reference = _new_person(fields), _reference(fields)
    type_id = fields.uuid("practitioner_type_id", required=True)
    kind = access.practitioner_type(type_id) if type_id else None
    if type_id and kind is None:
        fields.refuse("practitioner_type_id", "must exist")
    fields.check()
    assert kind is not None  # noqa: S101  (check has raised when it is)
    with _refusals():
        added = actions.add_practitioner(
            by=call.actor, organization=call.organization, details=details, practitioner_type=kind
        )
    actions.set_reference(by=call.actor, person=added, value=reference)
    return frame.created(_shown_practitioner(call, added))


@frame.operation("clinic:write")
def change_practitioner(call: frame.Call, person_id: UUID) -> frame.Body:
    """Change the fields that were sent."""
    return _shown_practitioner(call, _changed(call, _practitioner(call, person_id)))


@frame.operation("clinic:read")
def list_staff(call: frame.Call) -> frame.Body:
    """Answer the staff, oldest first."""
    rows = access.staff(call.organization_id).order_by("created_at", "pk")
    known: dict[UUID, str] = {}
    return frame.page(
        call, "staff", rows,
        lambda one: shapes.staff(one, reference=known.get(one.user_id)),
        shown=lambda found: known.update(_references(call, found)),
    )  # fmt: skip


@frame.operation("clinic:read")
def show_staff(call: frame.Call, person_id: UUID) -> frame.Body:
    """Answer one staff member."""
    return _shown_staff(call, _staff(call, person_id))


@frame.operation("clinic:write")
def add_staff(call: frame.Call) -> frame.Answer:
    """Add a staff member, who is invited by mail."""
    fields = call.fields()
    details, reference = _new_person(fields), _reference(fields)
    fields.check()
    with _refusals():
        added = actions.add_staff(by=call.actor, organization=call.organization, details=details)
    actions.set_reference(by=call.actor, person=added, value=reference)
    return frame.created(_shown_staff(call, added))


@frame.operation("clinic:write")
def change_staff(call: frame.Call, person_id: UUID) -> frame.Body:
    """Change the fields that were sent."""
    return _shown_staff(call, _changed(call, _staff(call, person_id)))


def _practitioner(call: frame.Call, person_id: UUID) -> Practitioner:
    try:
        return access.practitioner(person_id, organization_id=call.organization_id)
    except Practitioner.DoesNotExist as error:
        raise frame.NotFound from error


def _staff(call: frame.Call, person_id: UUID) -> Staff:
    try:
        return access.staff_member(person_id, organization_id=call.organization_id)
    except Staff.DoesNotExist as error:
        raise frame.NotFound from error


@contextmanager
def _refusals() -> Iterator[None]:
    """Answer what the actions refuse about an email in the API's words."""
    try:
        yield
    except EmailAlreadyTaken as error:
        raise frame.Invalid(["Email has already been taken"]) from error
    except EmailNotConfirmed as error:
        raise frame.Invalid(["Clinic owner must confirm their email first"]) from error


def _new_person(fields: frame.Fields) -> actions.PersonDetails:
    return actions.PersonDetails(
        first_name=fields.text("first_name", required=True, most=80),
        last_name=fields.text("last_name", required=True, most=80),
        email=fields.email(required=True),
    )


def _reference(fields: frame.Fields) -> str:
    return fields.inside("metadata").text("id")


def _references(call: frame.Call, found: Sequence[Person]) -> dict[UUID, str]:
    return queries.references(application_id=call.application.pk, people=found)


def _shown_practitioner(call: frame.Call, one: Practitioner) -> frame.Body:
    known = _references(call, [one])
    return {"practitioner": shapes.practitioner(one, reference=known.get(one.user_id))}


def _shown_staff(call: frame.Call, one: Staff) -> frame.Body:
    known = _references(call, [one])
    return {"staff": shapes.staff(one, reference=known.get(one.user_id))}


def _changed(call: frame.Call, person: actions.PersonRow) -> actions.PersonRow:
    fields = call.fields()
    values: dict[str, Any] = {}
    for name in ("first_name", "last_name"):
        if fields.has(name):
            values[name] = fields.text(name, required=True, most=80)
    if fields.has("email"):
        values["email"] = fields.email(required=True)
    reference = _reference(fields) if fields.has("metadata") else None
    fields.check()
    with _refusals():
        changed = actions.change_person(by=call.actor, person=person, values=values) if values else person
    if reference is not None:
        actions.set_reference(by=call.actor, person=person, value=reference)
    return changed
