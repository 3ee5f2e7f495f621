"""The parts of the writer, each drawn from the database alone."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from betony.clinic.accounts.requests import StaffRequest
from betony.clinic.patients.models import Patient
from betony.clinic.prescriptions import forms, history, queries, words
from betony.clinic.prescriptions.models import Connection, Prescription
from betony.clinic.prescriptions.rules import PrescriptionState
from betony.clinic.prescriptions.views import warned
from betony.kit import pagination
from betony.kit.actor import Actor

# The lists of one page, by what their places in the address begin with.
PRESCRIPTIONS, ORDERS, VERSIONS = "prescriptions_", "orders_", "versions_"


def progress(done: int, total: int) -> dict[str, object]:
    """Return how far something is, for a bar, and as people read it: 1,200 of 10,000."""
    shown = {
        "done": number_format(done, force_grouping=True),
        "total": number_format(total, force_grouping=True),
    }
    return {"done": done, "total": total, "words": _("%(done)s of %(total)s") % shown}


def etag(request: StaffRequest, said: object) -> str:
    """Return the tag of a part of a page that asks for itself again: what it says to this member, in their language.

    What it says is made of rows of several tables, so what was read of them is its version.
    """
    by = request.actor
    whole = repr((by.membership_id, by.role, get_language(), said))
    return f'"{hashlib.sha256(whole.encode()).hexdigest()[:32]}"'


def is_known(request: StaffRequest, tag: str) -> bool:
    """Tell whether the page that asks holds this already, and need not be answered."""
    return request.method == "GET" and request.headers.get("If-None-Match") == tag


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
        "reason": words.reason(prescription) or words.why_cancelled(prescription),
        "change": words.change(prescription),
        "can_continue": prescription.state == PrescriptionState.DRAFT
        and is_mine
        and by.may("prescriptions.write"),
        "can_try_again": prescription.state == PrescriptionState.NOT_SENT and by.may("prescriptions.write"),
    }


def is_elsewhere(prescription: Prescription) -> bool:
    """Tell whether a sent prescription stands with somebody there to whom its patient is not linked."""
    return prescription.state == PrescriptionState.SENT and not queries.stands_with_patient(prescription)


def can_check_out(by: Actor, prescription: Prescription) -> bool:
    """Tell whether the user may open the checkout with the prescription's cart: its patient's, and nobody else's."""
    is_sent = prescription.state == PrescriptionState.SENT
    return is_sent and by.may("prescriptions.in_office_checkout") and not is_elsewhere(prescription)


def history_of(request: StaffRequest, patient: Patient, *, in_writer: bool = False) -> dict[str, Any]:
    """Return the context of the history: a page of prescriptions, and whether anything is still moving."""
    by = request.actor
    here = request.GET.copy()
    if in_writer:
        here["from"] = "writer"
    page = history.prescriptions_page(by, patient.pk, cursor=pagination.asked_for(here, of=PRESCRIPTIONS))
    dispensary = queries.current_dispensary(by)
    is_coming_in = dispensary is not None and queries.history_is_coming_in(patient.pk, dispensary)
    return {
        "patient": patient,
        "cards": [card(one, by) for one in page.rows],
        "pages": pagination.links(here, page, of=PRESCRIPTIONS),
        # What draws itself again stays at the page it is at.
        "asked": f"?{here.urlencode()}" if here else "",
        "is_coming_in": is_coming_in,
        "is_moving": is_coming_in or history.is_moving(patient.pk),
        "as_of": as_of(by, patient),
    }


def orders_of(request: StaffRequest, patient: Patient) -> dict[str, Any]:
    """Return the context of a page of the patient's orders."""
    page = history.orders_page(patient.pk, cursor=pagination.asked_for(request.GET, of=ORDERS))
    return {"orders": page.rows, "order_pages": pagination.links(request.GET, page, of=ORDERS)}


def as_of(by: Actor, patient: Patient) -> datetime | None:
    """Return the day as of which the patient's history stands while nobody is connected (story 3.2)."""
    return None if queries.has_live_connection(by) else history.last_known_at(patient.pk)


def draft(
    by: Actor, patient: Patient, typed: Mapping[str, Any] | None = None, *, says_missing: bool = False
) -> dict[str, Any]:
    """Return the context of the prescription being written, with what is known against it.

    `typed` is a form that was refused: its message and reasons stand there again; `says_missing` with what is
    missing.
    """
    prescription = queries.draft_of(by, patient.pk)
    items = sorted(prescription.items.all(), key=lambda one: one.position) if prescription else []
    against = {}
    if prescription and items:
        against = warned.of_draft(patient, prescription, items, typed, says_missing=says_missing)
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
        "message_form": _message_form(prescription, typed),
        "is_typed": typed is not None,
        **against,
    }


def _message_form(draft: Prescription | None, typed: Mapping[str, Any] | None) -> forms.MessageForm:
    """Return the box for the message, named for its draft: another draft's may be on the page until it is swapped."""
    name = f"message-of-{draft.pk}-%s" if draft else True
    stands = draft.message if draft else ""
    return forms.MessageForm(typed, initial={"message": stands}, auto_id=name)


def _revised(draft: Prescription | None) -> dict[str, Any] | None:
    """Return what is to be said of the prescription that a draft would change."""
    if draft is None or draft.revises is None:
        return None
    return {"record": draft.revises, "orders": history.ordered_from(draft.revises)}


def who(by: Actor, connection: Connection) -> dict[str, Any]:
    """Return the context of the choice whom to prescribe as."""
    people = queries.practitioners_for(by, connection)
    chosen = connection.writes_as if connection.writes_as in people else None
    return {
        "connection": connection,
        "people": people,
        "chosen": chosen,
        "writes_as": queries.shown_name(by, chosen) if chosen else "",
        "practitioner_form": forms.PractitionerForm(people=people),
        "is_staff_there": connection.owner_type == "Staff",
    }


def picture(environment: str, address: str) -> str:
    """Return a product picture's address when it stands where pictures may come from, else ""."""
    web = settings.BETONY_FULLSCRIPT[environment]["web_url"]
    whole = urljoin(web, address) if address else ""
    parts = urlsplit(whole)
    return whole if f"{parts.scheme}://{parts.netloc}" in settings.BETONY_PICTURE_ORIGINS else ""
