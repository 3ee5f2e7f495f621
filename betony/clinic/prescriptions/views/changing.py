"""**Change** and **Cancel prescription**, from **View** (story 5.10)."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from betony.clinic.accounts.requests import StaffRequest
from betony.clinic.prescriptions import access, content, failures, forms, history, queries, words
from betony.clinic.prescriptions.actions import changing, recalling
from betony.clinic.prescriptions.models import Prescription, PrescriptionChange
from betony.clinic.prescriptions.rules import ChangeKind, PrescriptionState
from betony.clinic.prescriptions.views import answers, parts
from betony.kit import routes
from betony.kit.actor import Actor
from betony.kit.ui import toasts


def offered(by: Actor, prescription: Prescription) -> dict[str, Any]:
    """Return what **View** says of changes and cancellations, and whether it offers one."""
    if prescription.is_unsent:
        return _offered_before_sending(by, prescription)
    waits = words.change(prescription)
    is_elsewhere = parts.is_elsewhere(prescription)
    may_cancel = _may_change(by, prescription) and not (waits and waits["is_waiting"])
    may_change = may_cancel and not is_elsewhere
    is_change = waits is not None and waits["record"].kind == ChangeKind.CHANGE
    return {
        "may_cancel": may_cancel,
        "may_change": may_change,
        "may_try_again": may_change if is_change else may_cancel,
        "is_elsewhere": is_elsewhere,
        "change": waits,
        "wanted": _wanted(waits),
        "cancellation": words.cancellation(prescription),
        "why_cancelled": words.why_cancelled(prescription),
    }


def _offered_before_sending(by: Actor, prescription: Prescription) -> dict[str, Any]:
    """Return whether what was not sent can be cancelled and written again: when it certainly has not arrived."""
    may_recall = queries.may_recall(by, prescription)
    may_cancel = may_recall and not prescription.may_have_arrived
    return {
        "may_cancel": may_cancel,
        "may_change": may_cancel and _is_connected_there(by, prescription),
        "may_have_arrived": may_recall and prescription.may_have_arrived,
    }


def _is_connected_there(by: Actor, prescription: Prescription) -> bool:
    connection = queries.connection_of(by)
    return (
        connection is not None
        and connection.is_live
        and connection.dispensary_id == prescription.dispensary_id
    )


def _wanted(waits: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Return the products a waiting change asks for."""
    if not waits or waits["record"].kind != ChangeKind.CHANGE:
        return []
    items = content.as_items(waits["record"].items)
    return [{"record": one, "directions": words.directions(one)} for one in items]


def _may_change(by: Actor, prescription: Prescription) -> bool:
    """Tell whether the user may prescribe for the prescription's prescriber, with a connection there."""
    if prescription.state != PrescriptionState.SENT or not by.may("prescriptions.write"):
        return False
    connection = queries.connection_of(by)
    if connection is None or not connection.is_live or connection.dispensary_id != prescription.dispensary_id:
        return False
    return prescription.prescriber_id in {one.pk for one in queries.practitioners_for(by, connection)}


@routes.requires("prescriptions.write")
@require_POST
def begin_change(request: StaffRequest, prescription_id: UUID) -> HttpResponse:
    """**Change**: open the writer on a draft of how the prescription should be; what was not sent is written again."""
    by = request.actor
    found = access.prescription(by=by, prescription_id=prescription_id)
    try:
        if found.state == PrescriptionState.SENT:
            changing.begin_change(by=by, prescription=found)
        else:
            recalling.write_again(by=by, prescription=found)
    except failures.CannotDo as error:
        return answers.refuse(request, str(error), to="fullscript:show_prescription", at=found.pk)
    return redirect("fullscript:open_writer", found.patient_id)


@routes.requires("prescriptions.write")
@require_http_methods(["GET", "POST"])
def cancel_prescription(request: StaffRequest, prescription_id: UUID) -> HttpResponse:
    """**Cancel prescription**: show what was ordered, ask why, and cancel it here, or have it cancelled there."""
    by = request.actor
    found = access.prescription(by=by, prescription_id=prescription_id)
    form = forms.CancelForm(request.POST or None, initial={"version": found.version})
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            _cancel(by, found, **form.cleaned_data)
        except failures.PrescriptionChangedMeanwhile as error:
            refusal = str(error)
            form = forms.CancelForm(
                initial={"version": found.version, "why": form.cleaned_data["why"]},
            )
        except failures.CannotDo as error:
            return answers.refuse(request, str(error), to="fullscript:show_prescription", at=found.pk)
        else:
            return _cancelling(request, found)
    context = {
        "prescription": found, "patient": found.patient, "form": form, "refusal": refusal,
        "orders": history.ordered_from(found), "card": parts.card(found, by), "in_writer": parts.is_in_writer(request),
    }  # fmt: skip
    is_part = request.htmx
    template = "prescriptions/cancel.html" if is_part else "prescriptions/cancel_page.html"
    return render(request, template, context, status=422 if refusal or form.errors else 200)


def _cancel(by: Actor, found: Prescription, *, version: int, why: str) -> None:
    if found.state == PrescriptionState.SENT:
        changing.ask_to_cancel(by=by, prescription=found, version=version, why=why)
    else:
        recalling.cancel(by=by, prescription=found, why=why)


def _cancelling(request: StaffRequest, found: Prescription) -> HttpResponse:
    """Say that it was cancelled, or handed over for that; in the writer where that is where one came from."""
    is_sent = found.state == PrescriptionState.SENT
    said = _("The cancellation is on its way.") if is_sent else _("The prescription was cancelled.")
    if request.htmx and parts.is_in_writer(request):
        toasts.say(request, said)
        return redirect("fullscript:open_writer", found.patient_id)
    return answers.close_dialog(request, said, to="fullscript:show_prescription", at=found.pk)


def show(request: StaffRequest, change: PrescriptionChange) -> HttpResponse:
    """Answer, in the place of the draft, with how a change stands."""
    patient_id = change.prescription.patient_id
    if not request.htmx:
        return redirect("fullscript:open_writer", patient_id)
    access.note_read(by=request.actor, part="outcome", patient=change.prescription.patient)
    context = {"change": change, "said": words.of_change(change), "patient_id": patient_id}
    response = answers.redraw(render(request, "prescriptions/change_outcome.html", context))
    return trigger_client_event(response, "dialog:saved", {})


@routes.requires("prescriptions.history")
@require_GET
def show_change_outcome(request: StaffRequest, change_id: UUID) -> HttpResponse:
    """Say what became of a change; asked every second while it waits."""
    return show(request, access.change(by=request.actor, change_id=change_id))
