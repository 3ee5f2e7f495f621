"""The parts of the writer, each drawn from the database alone."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.conf import settings

from betony.clinic.accounts.requests import StaffRequest
from betony.clinic.patients.models import Patient
from betony.clinic.prescriptions import forms, queries, words
from betony.clinic.prescriptions.models import Connection, Order, Prescription
from betony.clinic.prescriptions.views import warned
from betony.kit.actor import Actor


def is_in_writer(request: StaffRequest) -> bool:
    """Tell whether it was asked from the writer, to which the answer leads back."""
    return "writer" in (request.GET.get("from"), request.POST.get("from"))


def card(prescription: Prescription, by: Actor) -> dict[str, Any]:
    """Return what a list shows of a prescription: its products, and how it stands."""
    names = [item.product_name for item in sorted(prescription.items.all(), key=lambda one: one.position)]
    return {"products": ", ".join(names), **standing(prescription, by)}


def standing(prescription: Prescription, by: Actor) -> dict[str, Any]:
    """Return how a prescription stands, and what may be done with it."""
    is_mine = prescription.written_by_id is not None and prescription.written_by_id == by.membership_id
    return {
        "record": prescription,
        "state": words.state(prescription),
        "reason": words.reason(prescription) or words.why_taken_back(prescription),
        "change": words.change(prescription),
        "can_continue": prescription.state == "draft" and is_mine and by.may("prescriptions.write"),
        "can_try_again": prescription.state == "not_sent" and by.may("prescriptions.write"),
        "can_check_out": prescription.state == "sent" and by.may("prescriptions.in_office_checkout"),
    }


def one_waits(prescription: Prescription) -> bool:
    """Tell whether a change of the prescription waits to be sent."""
    found = words.change(prescription)
    return found is not None and bool(found["is_waiting"])


def history(by: Actor, patient: Patient) -> dict[str, Any]:
    """Return the context of the history: cards, orders, and whether anything is still moving."""
    rows = queries.history(patient.pk)
    shown = [card(one, by) for one in rows if one.state != "draft" or one.written_by_id == by.membership_id]
    dispensary = queries.current_dispensary(by)
    is_coming_in = dispensary is not None and queries.history_is_coming_in(patient.pk, dispensary)
    return {
        "patient": patient,
        "cards": shown,
        "orders": queries.orders(patient.pk),
        "is_coming_in": is_coming_in,
        "is_moving": is_coming_in or any(one.state == "waiting" or one_waits(one) for one in rows),
        "as_of": max((one.remote_updated_at or one.written_at for one in rows), default=None)
        if dispensary is None
        else None,
    }


def draft(by: Actor, patient: Patient, typed: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the context of the prescription being written, with what is known against it.

    `typed` is a form that was refused: its message and reasons stand there again, with what is missing.
    """
    prescription = queries.draft_of(by, patient.pk)
    items = sorted(prescription.items.all(), key=lambda one: one.position) if prescription else []
    message = typed.get("message", "") if typed else prescription.message if prescription else ""
    against = warned.of_draft(patient, prescription, items, typed) if prescription and items else {}
    unchecked = against.get("unchecked_keys", frozenset())
    total = sum((one.price * one.quantity for one in items if one.price is not None), start=0)
    return {
        "patient": patient,
        "draft": prescription,
        "revised": _revised(prescription),
        "items": [
            {
                "record": one,
                "directions": words.directions(one),
                "is_unchecked": one.variant_id in unchecked,
            }
            for one in items
        ],
        "total": total or None,
        "currency": items[0].currency if items else "",
        "message_form": forms.MessageForm(initial={"message": message}),
        **against,
    }


def _revised(draft: Prescription | None) -> dict[str, Any] | None:
    """Return what is to be said of the prescription that a draft would change."""
    if draft is None or draft.revises is None:
        return None
    return {"record": draft.revises, "orders": ordered(draft.revises)}


def ordered(prescription: Prescription) -> list[Order]:
    """Return the orders that were placed from a prescription, newest first."""
    rows = queries.orders(prescription.patient_id)
    return [one for one in rows if prescription.remote_id in one.prescription_remote_ids]


def who(by: Actor, connection: Connection) -> dict[str, Any]:
    """Return the context of the choice whom to prescribe as."""
    people = queries.practitioners_for(by, connection)
    chosen = connection.writes_as if connection.writes_as in people else None
    return {
        "connection": connection,
        "people": people,
        "chosen": chosen,
        "practitioner_form": forms.PractitionerForm(people=people),
        "is_staff_there": connection.owner_type == "Staff",
    }


def picture(environment: str, address: str) -> str:
    """Return a product picture's address when it stands where pictures may come from, else ""."""
    web = settings.BETONY_FULLSCRIPT[environment]["web_url"]
    whole = urljoin(web, address) if address else ""
    parts = urlsplit(whole)
    return whole if f"{parts.scheme}://{parts.netloc}" in settings.BETONY_PICTURE_ORIGINS else ""
