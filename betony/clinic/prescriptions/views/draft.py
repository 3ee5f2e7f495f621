"""The prescription being written: its products, message, saving, discarding."""

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Literal
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import reswap, trigger_client_event

from betony.clinic.accounts.requests import StaffRequest
from betony.clinic.patients.models import Patient
from betony.clinic.prescriptions import access, failures, forms, seen, words
from betony.clinic.prescriptions.actions import acknowledging, writing
from betony.clinic.prescriptions.actions import changing as revising
from betony.clinic.prescriptions.models import Prescription, PrescriptionItem
from betony.clinic.prescriptions.rules import PrescriptionState
from betony.clinic.prescriptions.views import answers, changing, parts, writer
from betony.kit import routes
from betony.kit.ui import toasts

# What is said below the box that is being typed in is brought into sight; where nothing is said, nothing moves.
IN_SIGHT: Any = "innerHTML show:bottom"


def _draft(
    request: StaffRequest, patient: Patient, *, refusal: str = "", typed: Mapping[str, Any] | None = None,
    says_missing: bool = False, **said: object,
) -> HttpResponse:  # fmt: skip
    """Answer with the draft as it stands now, and why something was refused.

    `typed` is what was sent then: it stands there again, for it is nowhere else.
    """
    status = 422 if refusal else 200
    said |= {"refusal": refusal}
    if not request.htmx and typed is not None:
        return writer.draw(request, patient, status=status, typed=typed, says_missing=says_missing, **said)
    if not request.htmx:
        if refusal:
            toasts.say(request, refusal, tone="error")
        return redirect("fullscript:open_writer", patient.pk)
    access.note_read(by=request.actor, part="draft", patient=patient)
    context = parts.draft(request.actor, patient, typed, says_missing=says_missing)
    return render(request, "prescriptions/draft.html", context | said, status=status)


def _work(
    request: StaffRequest, patient_id: UUID, act: Callable[[], object],
    *, but: type[failures.CannotDo] | tuple[()] = (),
) -> HttpResponse:  # fmt: skip
    """Do something to the draft, and answer with it as it stands then; a refusal stands above it.

    Raises `but`, which the caller says elsewhere.
    """
    patient = access.patient(by=request.actor, patient_id=patient_id)
    try:
        act()
    except but:
        raise
    except failures.CannotDo as error:
        return _draft(request, patient, refusal=str(error))
    return _draft(request, patient)


@routes.requires("prescriptions.write")
@require_http_methods(["GET", "POST"])
def change_product(request: StaffRequest, item_id: UUID) -> HttpResponse:
    """Change how a product on the draft is taken."""
    by = request.actor
    item = access.draft_item(by=by, item_id=item_id)
    form = forms.DirectionsForm(request.POST or None, initial=forms.directions_of_item(item), prefix="change")
    patient_id = item.prescription.patient_id
    if request.method == "POST" and form.is_valid():
        directions, mark = form.directions(), request.POST.get("seen_mark", "")
        change = partial(writing.change_product, by=by, item=item, directions=directions, seen_mark=mark)
        try:
            return _work(request, patient_id, change, but=failures.DraftChangedMeanwhile)
        except failures.DraftChangedMeanwhile:
            form.add_error(None, _said_elsewhere(item))
    patient = access.patient(by=by, patient_id=patient_id)
    access.note_read(by=by, part="draft", patient=patient)
    seen_mark = seen.mark(writing.directions_of(item))
    context = {"item": item, "form": form, "patient": patient, "seen_mark": seen_mark}
    response = render(request, "prescriptions/change.html", context, status=422 if form.errors else 200)
    if form.errors:
        # The form goes back to its product; the rest of the draft stays as it is.
        response["HX-Retarget"] = f"#item-{item.pk}"
    return response


def _said_elsewhere(item: PrescriptionItem) -> str:
    return _(
        "This was changed in another tab or window; it now says: %(directions)s. "
        "Keep changes again to replace it with yours."
    ) % {"directions": words.directions(item) or _("no directions")}


@routes.requires("prescriptions.write")
@require_POST
def remove_product(request: StaffRequest, item_id: UUID) -> HttpResponse:
    """Take a product off the draft."""
    item = access.draft_item(by=request.actor, item_id=item_id)
    return _work(
        request, item.prescription.patient_id, lambda: writing.remove_product(by=request.actor, item=item)
    )


@routes.requires("prescriptions.write")
@require_POST
def move_product(request: StaffRequest, item_id: UUID) -> HttpResponse:
    """Move a product up or down."""
    by = request.actor
    item = access.draft_item(by=by, item_id=item_id)
    direction: Literal["up", "down"] = "up" if request.POST.get("direction") == "up" else "down"
    return _work(
        request, item.prescription.patient_id,
        lambda: writing.move_product(by=by, item=item, direction=direction),
    )  # fmt: skip


@routes.requires("prescriptions.write")
@require_GET
def show_draft(request: StaffRequest, prescription_id: UUID) -> HttpResponse:
    """Show the draft as it stands now, with what is being typed; `?take=theirs` puts what stands there in its place."""
    by = request.actor
    prescription = access.own_draft(by=by, prescription_id=prescription_id)
    patient = access.patient(by=by, patient_id=prescription.patient_id)
    return _draft(request, patient, takes_theirs=request.GET.get("take") == "theirs")


@routes.requires("prescriptions.write")
@require_POST
def keep_message(request: StaffRequest, prescription_id: UUID) -> HttpResponse:
    """Keep the message as it is typed, and say so only when it is kept."""
    by = request.actor
    prescription = access.own_draft(by=by, prescription_id=prescription_id)
    form = forms.MessageForm(request.POST)
    if not form.is_valid():
        return _not_kept(request, prescription, str(form.errors["message"][0]))
    message, on = form.cleaned_data["message"], forms.seen_in(request.POST)
    try:
        kept = writing.write_message(by=by, prescription=prescription, message=message, on=on)
    except failures.TypedElsewhere as error:
        return _not_kept(request, prescription, str(error), theirs={"seen_message": error.theirs})
    except failures.NotADraft as error:
        return _not_kept(request, prescription, str(error))
    return _kept(request, kept, stands={"seen_message": message})


@routes.requires("prescriptions.write")
@require_POST
def keep_reasons(request: StaffRequest, prescription_id: UUID) -> HttpResponse:
    """Keep the reasons for severe warnings as they are typed, and say so only when they are kept."""
    by = request.actor
    prescription = access.own_draft(by=by, prescription_id=prescription_id)
    reasons, on = forms.reasons_in(request.POST), forms.seen_in(request.POST)
    try:
        kept = acknowledging.acknowledge(by=by, prescription=prescription, reasons=reasons, on=on)
    except failures.TypedElsewhere as error:
        name = forms.SEEN + forms.REASON + error.digest
        return _not_kept(request, prescription, str(error), theirs={name: error.theirs})
    except failures.CannotDo as error:
        return _not_kept(request, prescription, str(error))
    stands = {forms.SEEN + forms.REASON + digest: one for digest, one in reasons.items()}
    return _kept(request, kept, stands=stands)


def _kept(request: StaffRequest, kept: seen.Kept, *, stands: Mapping[str, str]) -> HttpResponse:
    """Tell the page what stands there now. A page that shows an older draft goes on counting as such."""
    on = forms.seen_in(request.POST)
    version = kept.draft.version if kept.is_as_seen or on is None else on.version
    context = {
        "draft": kept.draft, "is_as_seen": kept.is_as_seen, "stands": {**stands, "seen_version": version},
    }  # fmt: skip
    response = render(request, "prescriptions/draft_kept.html", context)
    if not kept.is_as_seen:
        reswap(response, IN_SIGHT)
    return trigger_client_event(response, "dialog:saved", {})


def _not_kept(
    request: StaffRequest, draft: Prescription, sentence: str, *, theirs: Mapping[str, str] | None = None
) -> HttpResponse:
    """Say beside the box why what is typed in it is not kept, and what stands there when that is another text."""
    context = {
        "draft": draft, "sentence": sentence, "theirs": theirs, "as_theirs": json.dumps(theirs),
        "keep_url": request.path,
    }  # fmt: skip
    return reswap(render(request, "prescriptions/draft_not_kept.html", context, status=422), IN_SIGHT)


@routes.requires("prescriptions.write")
@require_POST
def save_prescription(request: StaffRequest, prescription_id: UUID) -> HttpResponse:
    """**Save Prescription** or **Save change**: hand it over for sending (story 5.5, 5.10)."""
    by = request.actor
    prescription = access.own_draft(by=by, prescription_id=prescription_id)
    patient = access.patient(by=by, patient_id=prescription.patient_id)
    form = forms.MessageForm(request.POST)
    if not form.is_valid():
        return _draft(request, patient, refusal=str(form.errors["message"][0]), typed=request.POST)
    what: dict[str, Any] = {
        "message": form.cleaned_data["message"], "reasons": forms.reasons_in(request.POST),
        "on": forms.seen_in(request.POST),
    }  # fmt: skip
    try:
        if prescription.revises_id is not None:
            return changing.show(request, revising.save_change(by=by, draft=prescription, **what))
        return show(request, writing.save_prescription(by=by, prescription=prescription, **what), patient)
    except failures.CannotDo as error:
        return _draft(
            request, patient, refusal=str(error), typed=request.POST,
            says_missing=isinstance(error, failures.MustBeAcknowledged),
            says_theirs=isinstance(error, failures.DraftChangedMeanwhile),
        )  # fmt: skip


def show(request: StaffRequest, prescription: Prescription, patient: Patient) -> HttpResponse:
    """Answer, in the place of the draft, with how what became of it stands."""
    if not request.htmx:
        return redirect("fullscript:open_writer", patient.pk)
    access.note_read(by=request.actor, part="outcome", patient=patient)
    context = {
        "patient": patient, "card": parts.standing(prescription, request.actor),
        "can_check_out": parts.can_check_out(request.actor, prescription),
    }  # fmt: skip
    return answers.redraw(render(request, "prescriptions/outcome.html", context))


@routes.requires("prescriptions.history")
@require_GET
def show_outcome(request: StaffRequest, prescription_id: UUID) -> HttpResponse:
    """Say what became of a saved prescription; asked every second while it waits."""
    by = request.actor
    prescription = access.prescription_state(by=by, prescription_id=prescription_id)
    if prescription.state == PrescriptionState.DRAFT:
        return _draft(request, prescription.patient)
    return show(request, prescription, prescription.patient)


@routes.requires("prescriptions.write")
@require_POST
def discard_draft(request: StaffRequest, prescription_id: UUID) -> HttpResponse:
    """Throw the draft away, in the writer or on the patient's page, which stays as it is (story 4.3)."""
    by = request.actor
    prescription = access.own_draft(by=by, prescription_id=prescription_id)
    patient_id = prescription.patient_id
    if parts.is_in_writer(request):
        on = forms.seen_in(request.POST)
        answer = _work(
            request, patient_id, lambda: writing.discard_draft(by=by, prescription=prescription, on=on)
        )
        return answers.redraw(answer)
    try:
        writing.discard_draft(by=by, prescription=prescription)
    except failures.CannotDo as error:
        return answers.refuse(request, str(error), to="workspace:patient", at=patient_id)
    return answers.close_dialog(request, _("The draft is discarded."), to="workspace:patient", at=patient_id)
