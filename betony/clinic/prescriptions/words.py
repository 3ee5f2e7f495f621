"""What pages say about prescriptions: states, reasons, directions in a line."""

import re
from collections.abc import Mapping
from html import unescape
from typing import Any

import nh3
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from betony.clinic.prescriptions import rules
from betony.clinic.prescriptions.dispensary import errors
from betony.clinic.prescriptions.models import PatientLink, Prescription, PrescriptionChange, PrescriptionItem
from betony.clinic.prescriptions.rules import ChangeKind, ChangeState, PrescriptionState
from betony.clinic.safety import rules as safety

TONES = {
    PrescriptionState.DRAFT: "neutral",
    PrescriptionState.WAITING: "wait",
    PrescriptionState.SENT: "ok",
    PrescriptionState.NOT_SENT: "warn",
    PrescriptionState.CANCELLED: "neutral",
}

REASONS = {
    rules.WAITS_FOR_CONNECTION: gettext_lazy(
        "It is sent as soon as its author is connected to Fullscript again."
    ),
    rules.WAITS_FOR_LINK: gettext_lazy("It is sent as soon as the patient is set up at Fullscript."),
    rules.WAITS_FOR_EMAIL: gettext_lazy(
        "The patient's email was changed here. It is sent once somebody chooses which email to use."
    ),
    rules.WAITS_FOR_FULLSCRIPT: gettext_lazy("Fullscript is not answering. It is tried again automatically."),
    rules.DISCONNECTED: gettext_lazy("Its author disconnected from Fullscript before it was sent."),
    rules.SENDER_LEFT: gettext_lazy("The person who asked to send it no longer works here."),
    rules.SENDER_MAY_NOT_PRESCRIBE: gettext_lazy(
        "The person who asked to send it has a role that no longer allows prescribing."
    ),
    rules.PRESCRIBER_REMOVED: gettext_lazy("Its prescriber is no longer a practitioner at Fullscript."),
    rules.NOT_FOR_THIS_PRESCRIBER: gettext_lazy(
        "The person who asked to send it may no longer write for its prescriber."
    ),
    rules.PATIENT_INACTIVE: gettext_lazy(
        "The patient is inactive, so it was not sent. Make the patient active, then try again."
    ),
    rules.PATIENT_DECEASED: gettext_lazy("The patient is recorded as deceased, so it was not sent."),
    rules.PATIENT_REFUSED_SHARING: gettext_lazy(
        "The patient refused sharing with Fullscript, so it was not sent. If that has changed, record it in the "
        "profile, then try again."
    ),
    rules.NO_EMAIL: gettext_lazy(
        "The patient has no email, and Fullscript needs one. Add it in the profile, then try again."
    ),
    rules.REACHED_ANOTHER: gettext_lazy(
        "The prescription is with somebody at Fullscript who is not linked to this patient. It can only be "
        "cancelled."
    ),
    rules.CANCELLED_THERE: gettext_lazy("It was cancelled at Fullscript in the meantime."),
    rules.CHANGED_THERE: gettext_lazy(
        "It was changed at Fullscript in the meantime. It is shown as it is now; change it again if you still want to."
    ),
}

# Why a prescription was cancelled, where nobody typed why.
CANCELLED = {
    rules.CANCELLED_MEANWHILE: gettext_lazy(
        "It was cancelled here because it seemed never to have been sent, but it reached Fullscript all the same, "
        "so it is taken back."
    ),
    rules.WRITTEN_AGAIN: gettext_lazy("It was written again before it was sent."),
    rules.UNLINKED_MEANWHILE: gettext_lazy(
        "The patient was unlinked while it was on its way, so it reached somebody else there and is taken back."
    ),
}

_COUNTED = frozenset(
    {"capsule", "chewable", "lozenge", "packet", "pellet", "drop", "strip", "tablet", "softgel"}
)

NOT_AVAILABLE = gettext_lazy("Not available")
AVAILABILITY = {
    "discontinued": gettext_lazy("Discontinued"),
    "backordered": gettext_lazy("Back-ordered"),
    "vendor backorder": gettext_lazy("Back-ordered by the vendor"),
    "unavailable": NOT_AVAILABLE,
}

SEVERITIES = {
    "severe": {"label": gettext_lazy("Severe"), "tone": "warn", "icon": "error"},
    "moderate": {"label": gettext_lazy("Moderate"), "tone": "wait", "icon": "warning"},
    "mild": {"label": gettext_lazy("Mild"), "tone": "neutral", "icon": "info"},
}

UNKNOWN_AMOUNTS: dict[safety.UnknownReason, Any] = {
    "no_amount": gettext_lazy("the label's amount is not known"),
    "no_directions": gettext_lazy("the directions do not give a daily amount in the label's measure"),
    "unit_not_known": gettext_lazy("its unit cannot be converted"),
    "compound_weight": gettext_lazy("the label gives the weight of the whole compound"),
    "form_not_known": gettext_lazy("its form is not known"),
    "age_not_known": gettext_lazy("limits depend on age, and the date of birth is not known"),
}

# Why a patient was not set up, or the email there not updated, in a sentence of its own.
PATIENT_REFUSALS = {
    rules.PATIENT_INACTIVE: gettext_lazy("The patient is inactive. Make the patient active first."),
    rules.PATIENT_DECEASED: gettext_lazy("The patient is recorded as deceased."),
    rules.PATIENT_REFUSED_SHARING: gettext_lazy(
        "The patient refused sharing with Fullscript. You can change that in the profile."
    ),
    rules.NO_EMAIL: gettext_lazy(
        "The patient has no email, and Fullscript needs one. Add it in the profile."
    ),
}

_OUR_WORD = re.compile(r"[a-z]+(?:_[a-z]+)+")
NOT_UNDERSTOOD = gettext_lazy("That answer could not be read. Choose one of the two buttons.")

LINK_REASONS = {
    rules.SHARED_EMAIL: gettext_lazy("another patient here has the same email"),
    rules.SEVERAL_THERE: gettext_lazy("several people at Fullscript have this email"),
    rules.ARCHIVED_THERE: gettext_lazy("the person with this email is archived at Fullscript"),
    rules.DEPENDENT_THERE: gettext_lazy("the person with this email is somebody's dependent at Fullscript"),
    rules.FIRST_NAME_DIFFERS: gettext_lazy("the first name at Fullscript is different"),
    rules.LAST_NAME_DIFFERS: gettext_lazy("the last name at Fullscript is different"),
    rules.BIRTH_DATE_DIFFERS: gettext_lazy("the date of birth at Fullscript is different"),
    rules.LINKED_TO_ANOTHER_CHART: gettext_lazy("that person is already linked to another patient here"),
    rules.NEEDS_EMAIL: gettext_lazy("everybody at Fullscript with this email is somebody else"),
}


def latest_change(prescription: Prescription) -> PrescriptionChange | None:
    """Return the change asked for last, of a prescription whose changes are loaded; None when it was accepted."""
    found = max(prescription.changes.all(), key=lambda one: (one.asked_at, one.pk), default=None)
    return found if found is not None and found.state != ChangeState.DONE else None


def change(prescription: Prescription) -> dict[str, Any] | None:
    """Return what is to be said of a change that waits or was not sent."""
    found = latest_change(prescription)
    return None if found is None or prescription.state != PrescriptionState.SENT else of_change(found)


def of_change(found: PrescriptionChange) -> dict[str, Any]:
    """Return what is to be said of a change."""
    is_waiting = found.state == ChangeState.WAITING
    return {
        "record": found,
        "is_waiting": is_waiting,
        "heading": change_label(found),
        "reason": said(found.reason, REASONS),
        "why": str(CANCELLED.get(found.why, found.why)),
        "tone": "wait" if is_waiting else "warn",
    }


def change_label(found: PrescriptionChange) -> str:
    """Return what stands where a state stands, while a change waits or after it was not sent."""
    is_waiting = found.state == ChangeState.WAITING
    if found.kind == ChangeKind.CANCEL:
        return _("Cancellation waiting to send") if is_waiting else _("Cancellation not sent")
    return _("Change waiting to send") if is_waiting else _("Change not sent")


def state(prescription: Prescription) -> dict[str, Any]:
    """Return the label and tone of a prescription's state, as far as the dispensary has reported."""
    if (waits := change(prescription)) is not None and waits["is_waiting"]:
        return {"label": waits["heading"], "tone": "wait"}
    if prescription.revises_id is not None:
        return {"label": _("Draft of a change"), "tone": "neutral"}
    if prescription.state == PrescriptionState.SENT and prescription.ordered_at:
        return {"label": _("Ordered"), "tone": "ok"}
    if prescription.state == PrescriptionState.SENT and prescription.opened_at:
        return {"label": _("Opened"), "tone": "ok"}
    return {"label": prescription.get_state_display(), "tone": TONES[PrescriptionState(prescription.state)]}


def reason(prescription: Prescription) -> str:
    """Return why a prescription waits or was not sent, in a sentence; the dispensary's own words as they are."""
    return said(prescription.reason, REASONS)


def cancellation(prescription: Prescription) -> PrescriptionChange | None:
    """Return who cancelled a prescription and why, as far as that happened here; its changes must be loaded."""
    if prescription.state != PrescriptionState.CANCELLED:
        return None
    found = [
        one
        for one in prescription.changes.all()
        if one.kind == ChangeKind.CANCEL and one.state == ChangeState.DONE
    ]
    return max(found, key=lambda one: (one.asked_at, one.pk), default=None)


def why_cancelled(prescription: Prescription) -> str:
    """Return why a prescription was cancelled, where that has a sentence of ours; "" where somebody typed why."""
    found = cancellation(prescription)
    return str(CANCELLED.get(found.why, "")) if found is not None else ""


def said(reason: str, words: Mapping[str, Any]) -> str:
    """Return the sentence of a reason: ours in the reader's language, the dispensary's own as it is.

    A word of ours that has no sentence would say nothing to people.
    """
    if reason in words:
        return str(words[reason])
    if _OUR_WORD.fullmatch(reason):
        return _(errors.DispensaryError.sentence)
    return _(reason) if reason else ""


def link_reason(link: PatientLink) -> str:
    """Return why a patient is not linked: what follows "because", or a sentence."""
    return said(link.reason, {**LINK_REASONS, **PATIENT_REFUSALS})


def email_refusal(link: PatientLink) -> str:
    """Return why the email was not updated at the dispensary, in a sentence."""
    return said(link.email_update_refused, PATIENT_REFUSALS)


def directions(item: PrescriptionItem) -> str:
    """Return a product's directions in one line: "2 capsules, once per day, bedtime, with food, 90 days"."""
    amount = _amount(item.amount, item.format)
    duration = _("%(days)s days") % {"days": item.duration} if item.duration.isdigit() else item.duration
    with_what = item.take_with.replace("_", " ")
    parts = [
        amount,
        item.frequency,
        ", ".join(item.time_of_day),
        _("with %(what)s") % {"what": with_what} if with_what else "",
        duration,
    ]
    return ", ".join(part for part in parts if part)


def _amount(amount: str, form: str) -> str:
    """Return "2 capsules" for the amount 2 and the form capsule; words are left as they are."""
    if not form or not amount.replace("-", "").replace("/", "").isdigit():
        return amount
    one = form.removesuffix("s")
    if one not in _COUNTED:
        return f"{amount} {form}"
    return f"{amount} {one}{'' if amount in ('1', '1/2') else 's'}"


def total(found: safety.Total) -> str:
    """Return "Vitamin D: up to 150 mcg a day over all products, above the upper limit of 100 mcg"."""
    names = {
        "substance": found.substance,
        "amount": f"{found.amount:,f} {found.unit}",
        "limit": f"{found.limit:,f} {found.unit}",
    }
    if found.is_up_to and found.is_complete:
        said = _(
            "%(substance)s: up to %(amount)s a day over all products, above the upper limit of %(limit)s"
        )
    elif found.is_up_to:
        said = _(
            "%(substance)s: up to %(amount)s a day over all products, and an unknown amount more, above the upper "
            "limit of %(limit)s"
        )
    elif found.is_complete:
        said = _("%(substance)s: %(amount)s a day over all products, above the upper limit of %(limit)s")
    else:
        said = _(
            "%(substance)s: at least %(amount)s a day over all products, above the upper limit of %(limit)s"
        )
    return said % names


def plain_text(html: str) -> str:
    """Return what a description from outside says, without any markup."""
    return unescape(nh3.clean(html.replace("<br", "\n<br").replace("</p>", "</p>\n"), tags=set())).strip()
