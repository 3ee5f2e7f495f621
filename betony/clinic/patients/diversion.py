"""What is answered to somebody who still holds the address of a record that was merged into another."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import trigger_client_event
from django_htmx.middleware import HtmxDetails

from betony.clinic.patients.merging import fields, records
from betony.clinic.patients.models import Patient
from betony.kit import routes
from betony.kit.actor import Actor
from betony.kit.audit import trail

# htmx's answer that also ends a polling.
STOP_POLLING = 286
UNSAVED = 422
CONFLICT = 409
NOT_TYPED = frozenset({"csrfmiddlewaretoken", "version", "new_id", "entry_id", "unfinished"})


class MergedIntoAnother(routes.Diverted):
    """The record was merged into another; nothing was read or written.

    Reading leads on to the same page of the kept record. Writing is refused, with a link to that record, and
    leaves what was typed where it is.
    """

    def __init__(self, patient_id: UUID) -> None:
        super().__init__(str(patient_id))
        self.patient_id = patient_id

    def answer(self, request: HttpRequest) -> HttpResponse:
        """Answer in the organization of the request."""
        merged = Patient.objects.get(pk=self.patient_id)
        kept = records.kept_of(merged) or merged
        by: Actor = request.actor  # type: ignore[attr-defined]
        trail.record_read(
            by=by, action="patients.merge_followed", subject=kept, patient_ids=[kept.pk, merged.pk]
        )
        is_reading = request.method in ("GET", "HEAD")
        if HtmxDetails(request):
            return _toast(kept, merged, is_reading=is_reading)
        if not is_reading:
            return _refusal(request, kept, merged)
        messages.info(request, said(kept, merged))
        return redirect(_same_page(request, merged, kept))


def said(kept: Patient, merged: Patient) -> str:
    """Return the sentence that says where the record went."""
    return _("%(merged)s was merged into %(kept)s. This is now %(kept)s's record.") % {
        "merged": merged.full_name,
        "kept": kept.full_name,
    }


def _refused(kept: Patient, merged: Patient) -> str:
    return _(
        "%(merged)s was merged into %(kept)s in the meantime, so nothing was saved here. What you typed is still here."
    ) % {"merged": merged.full_name, "kept": kept.full_name}


def _same_page(request: HttpRequest, merged: Patient, kept: Patient) -> str:
    """Return the address that was asked for, with the kept record in the place of the merged one."""
    return request.get_full_path().replace(str(merged.pk), str(kept.pk))


def _toast(kept: Patient, merged: Patient, *, is_reading: bool) -> HttpResponse:
    """Say it beside what is open, and change nothing there."""
    response = HttpResponse(status=STOP_POLLING if is_reading else UNSAVED)
    response["HX-Reswap"] = "none"
    sentence = (
        _("%(merged)s was merged into %(kept)s.") % {"merged": merged.full_name, "kept": kept.full_name}
        if is_reading
        else _refused(kept, merged)
    )
    toast = {
        "message": sentence,
        "tone": "warn",
        "url": reverse("workspace:patient", args=[kept.pk]),
        "link": _("Open %(name)s") % {"name": kept.full_name},
    }
    return trigger_client_event(response, "toast", toast)


def _refusal(request: HttpRequest, kept: Patient, merged: Patient) -> HttpResponse:
    """Show what was typed, so that it can be taken over by hand."""
    typed = [
        (fields.label_of_column(name), value)
        for name, values in request.POST.lists()
        for value in values
        if name not in NOT_TYPED and str(value).strip()
    ]
    context = {"kept": kept, "sentence": _refused(kept, merged), "typed": typed}
    return render(request, "patients/merged_meanwhile.html", context, status=CONFLICT)
