"""Practitioners and staff: lists, one, new, changed."""

from typing import Any
from uuid import UUID

from betony.dispensary.accounts.actions import EmailAlreadyTaken, EmailNotConfirmed
from betony.dispensary.api import frame
from betony.dispensary.api.practice import shapes
from betony.dispensary.practices import access, actions
from betony.dispensary.practices.models import Practitioner, Staff


@frame.operation("clinic:read")
def list_practitioners(call: frame.Call) -> frame.Body:
    """Answer the practitioners, oldest first."""
    rows = access.practitioners(call.organization_id).order_by("created_at", "pk")
    return frame.page(call, "practitioners", rows, shapes.practitioner)


@frame.operation("clinic:read")
def show_practitioner(call: frame.Call, person_id: UUID) -> frame.Body:
    """Answer one practitioner."""
    return {"practitioner": shapes.practitioner(_practitioner(call, person_id))}


@frame.operation("clinic:write")
def add_practitioner(call: frame.Call) -> frame.Answer:
    """Add a practitioner, who is invited by mail."""
    fields = call.fields()
    details = _new_person(fields)
    type_id = fields.uuid("practitioner_type_id", required=True)
    kind = access.practitioner_type(type_id) if type_id else None
    if type_id and kind is None:
        fields.refuse("practitioner_type_id", "must exist")
    fields.check()
    assert kind is not None  # noqa: S101  (check has raised when it is)
    try:
        added = actions.add_practitioner(
            by=call.actor, organization=call.organization, details=details, practitioner_type=kind
        )
    except EmailAlreadyTaken as error:
        raise frame.Invalid(["Email has already been taken"]) from error
    except EmailNotConfirmed as error:
        raise frame.Invalid(["Clinic owner must confirm their email first"]) from error
    return frame.created({"practitioner": shapes.practitioner(added)})


@frame.operation("clinic:write")
def change_practitioner(call: frame.Call, person_id: UUID) -> frame.Body:
    """Change the fields that were sent."""
    return {"practitioner": shapes.practitioner(_changed(call, _practitioner(call, person_id)))}


@frame.operation("clinic:read")
def list_staff(call: frame.Call) -> frame.Body:
    """Answer the staff, oldest first."""
    rows = access.staff(call.organization_id).order_by("created_at", "pk")
    return frame.page(call, "staff", rows, shapes.staff)


@frame.operation("clinic:read")
def show_staff(call: frame.Call, person_id: UUID) -> frame.Body:
    """Answer one staff member."""
    return {"staff": shapes.staff(_staff(call, person_id))}


@frame.operation("clinic:write")
def add_staff(call: frame.Call) -> frame.Answer:
    """Add a staff member, who is invited by mail."""
    fields = call.fields()
    details = _new_person(fields)
    fields.check()
    try:
        added = actions.add_staff(by=call.actor, organization=call.organization, details=details)
    except EmailAlreadyTaken as error:
        raise frame.Invalid(["Email has already been taken"]) from error
    except EmailNotConfirmed as error:
        raise frame.Invalid(["Clinic owner must confirm their email first"]) from error
    return frame.created({"staff": shapes.staff(added)})


@frame.operation("clinic:write")
def change_staff(call: frame.Call, person_id: UUID) -> frame.Body:
    """Change the fields that were sent."""
    return {"staff": shapes.staff(_changed(call, _staff(call, person_id)))}


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


def _new_person(fields: frame.Fields) -> actions.PersonDetails:
    return actions.PersonDetails(
        first_name=fields.text("first_name", required=True, most=80),
        last_name=fields.text("last_name", required=True, most=80),
        email=fields.email(required=True),
        metadata_id=fields.inside("metadata").text("id"),
    )


def _changed(call: frame.Call, person: actions.PersonRow) -> actions.PersonRow:
    fields = call.fields()
    values: dict[str, Any] = {}
    for name in ("first_name", "last_name"):
        if fields.has(name):
            values[name] = fields.text(name, required=True, most=80)
    if fields.has("email"):
        values["email"] = fields.email(required=True)
    if fields.has("metadata"):
        values["metadata_id"] = fields.inside("metadata").text("id")
    fields.check()
    try:
        return actions.change_person(by=call.actor, person=person, values=values)
    except EmailAlreadyTaken as error:
        raise frame.Invalid(["Email has already been taken"]) from error
