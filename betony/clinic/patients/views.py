"""The list of patients, adding one, and changing a profile."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from betony.clinic.accounts.requests import StaffRequest
from betony.clinic.patients import access, actions, columns, export, forms, listing, queries, rules
from betony.clinic.patients.models import Patient
from betony.clinic.practice import queries as practice_queries
from betony.kit import pagination, routes
from betony.kit.identifiers import read_uuid, uuid7

INVALID = 422
CONFLICT = 422


@require_safe
@routes.requires("patients.view")
def list_patients(request: StaffRequest) -> HttpResponse:
    """The list: filtered, sorted and paged by what stands in the address."""
    shown = listing.read(request.GET)
    organization_id = request.membership.organization_id
    view = columns.chosen(queries.list_view(request.actor.membership))
    page = queries.page(organization_id, shown.listing, cursor=shown.cursor)
    access.record_list(by=request.actor, action="patients.list_shown", patients=page.rows)
    context = {
        "shown": shown,
        "view": view,
        "page": page,
        "rows": listing.rows(
            organization_id, page.rows, view.columns, country=request.membership.organization.country
        ),
        "pages": pagination.links(request.GET, page),
    }
    if request.htmx.target == "patients-results":
        return render(request, "patients/list_results.html", context)
    context |= {
        "active_count": queries.count(queries.listed(organization_id, queries.Listing())),
        "practitioners": practice_queries.practitioner_choices(organization_id),
        "tags": [(tag.pk, tag.name) for tag in queries.tags(organization_id)],
    }
    return render(request, "patients/list.html", context)


@require_http_methods(["GET", "POST"])
@routes.requires("patients.view")
def choose_list_view(request: StaffRequest) -> HttpResponse:
    """Let somebody choose the columns and the height of the rows, and go back to the list as it was."""
    back = _list_address(request)
    view = columns.chosen(queries.list_view(request.actor.membership))
    initial = {"rows": "comfortable" if view.is_comfortable else "compact", "columns": view.names}
    form = forms.ListViewForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.choose_list_view(
            by=request.actor, columns=form.cleaned_data["columns"],
            is_comfortable=form.cleaned_data["rows"] == "comfortable",
        )  # fmt: skip
        return _go(request, back)
    template = "patients/list_view_dialog.html" if request.htmx else "patients/list_view_page.html"
    context = {"form": form, "action": request.get_full_path(), "back": back}
    return render(request, template, context, status=INVALID if form.errors else 200)


@require_POST
@routes.requires("patients.export")
def export_patients(request: StaffRequest) -> HttpResponseBase:
    """Send the list, as it is filtered, as a file for spreadsheets; the trail says who took whom with them."""
    organization = request.membership.organization
    found = export.ids(organization.pk, listing.read(request.GET).listing)
    if not found:
        messages.error(request, listing.cannot_export(found))
        return redirect(_list_address(request))
    access.record_ids(by=request.actor, action="patients.list_exported", patient_ids=found)
    view = columns.chosen(queries.list_view(request.actor.membership))
    lines = export.lines(
        organization.pk, found, view.columns, country=organization.country,
        zone=timezone.get_current_timezone(),
    )  # fmt: skip
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="patients-{timezone.localdate():%Y-%m-%d}.csv"'
    return answer


def _list_address(request: HttpRequest) -> str:
    """Return the list's address with the filters of this one."""
    filters = request.GET.urlencode()
    return reverse("patients:list") + (f"?{filters}" if filters else "")


@require_http_methods(["GET", "POST"])
@routes.requires("patients.edit")
def add_patient(request: StaffRequest) -> HttpResponse:
    """The dialog for a new patient. The form carries the id of the record to be, so it saves once."""
    form = _form(request, initial=forms.initial_of_new(request.membership.organization.country))
    if request.method != "POST":
        return _draw_form(request, form, new_id=uuid7())
    new_id = read_uuid(request.POST.get("new_id", "")) or uuid7()
    if not form.is_valid():
        return _draw_form(request, form, new_id=new_id, status=INVALID)
    try:
        patient = actions.add_patient(
            by=request.actor,
            profile=form.profile(),
            patient_id=new_id,
            is_somebody_else="save_anyway" in request.POST,
        )
    except actions.LooksLikeExisting as error:
        access.record_list(
            by=request.actor, action="patients.look_alikes_shown",
            patients=[one.patient for one in error.found],
        )  # fmt: skip
        alike = listing.look_alikes(error.found)
        return _draw_form(request, form, new_id=new_id, alike=alike, status=CONFLICT)
    except actions.ChangedMeanwhile as error:
        said = _(
            "%(name)s was already added and has been changed since, so what you typed is not saved. "
            "Open the profile and change it there."
        )
        form.add_error(None, said % {"name": error.patient.full_name})
        return _draw_form(request, form, new_id=new_id, status=CONFLICT)
    messages.success(request, _("%(name)s was added.") % {"name": patient.full_name})
    _hint_at_shared_email(request, patient)
    address = QueryDict(mutable=True)
    address["q"] = patient.full_name
    return _go(request, f"{reverse('patients:list')}?{address.urlencode()}")


@require_http_methods(["GET", "POST"])
@routes.requires("patients.edit")
def change_patient(request: StaffRequest, patient_id: UUID) -> HttpResponse:
    """The profile as a form. Nobody's changes are overwritten unseen."""
    patient = access.patient(by=request.actor, patient_id=patient_id, action="patients.profile_opened")
    initial = forms.initial_of(patient, queries.tags_of(patient))
    form = _form(request, initial=initial, patient=patient)
    if request.method != "POST":
        return _draw_form(request, form, patient=patient)
    if not form.is_valid():
        return _draw_form(request, form, patient=patient, status=INVALID)
    try:
        patient = actions.change_patient(
            by=request.actor,
            patient_id=patient_id,
            seen_version=form.cleaned_data["version"] or 0,
            profile=form.profile(),
        )
    except actions.ChangedMeanwhile as error:
        return _draw_conflict(request, form, error)
    messages.success(request, _("The profile of %(name)s is saved.") % {"name": patient.full_name})
    if "email" in form.changed_data:
        _hint_at_shared_email(request, patient)
    return _go(request, reverse("workspace:patient", args=[patient.pk]))


@require_POST
@routes.requires("patients.deactivate")
def deactivate_patient(request: StaffRequest, patient_id: UUID) -> HttpResponse:
    form = forms.DeactivateForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        patient = actions.deactivate_patient(by=request.actor, patient_id=patient_id, reason=reason)
    except actions.NothingToDo:
        messages.info(request, _("Somebody had already done that."))
    else:
        messages.success(
            request, _("%(name)s is inactive and hidden from lists.") % {"name": patient.full_name}
        )
    return _go(request, reverse("workspace:patient", args=[patient_id]))


@require_POST
@routes.requires("patients.deactivate")
def reactivate_patient(request: StaffRequest, patient_id: UUID) -> HttpResponse:
    try:
        patient = actions.reactivate_patient(by=request.actor, patient_id=patient_id)
    except actions.NothingToDo:
        messages.info(request, _("Somebody had already done that."))
    else:
        messages.success(request, _("%(name)s is active again.") % {"name": patient.full_name})
    return _go(request, reverse("workspace:patient", args=[patient_id]))


def _form(
    request: StaffRequest, *, initial: dict[str, object], patient: Patient | None = None,
    data: QueryDict | None = None,
) -> forms.ProfileForm:  # fmt: skip
    """Return the form, bound to what was sent; a practitioner who has left stays in the patient's own."""
    practitioners = practice_queries.practitioner_choices(request.membership.organization_id)
    now_theirs = patient.primary_practitioner if patient else None
    if now_theirs is not None and now_theirs.pk not in dict(practitioners):
        practitioners.append((now_theirs.pk, now_theirs.display_name))
    sent = data if data is not None else (request.POST if request.method == "POST" else None)
    return forms.ProfileForm(
        sent,
        country=request.membership.organization.country,
        practitioners=practitioners,
        today=timezone.localdate(),
        initial=initial,
    )


def _draw_form(
    request: StaffRequest, form: forms.ProfileForm, *, status: int = 200, **context: object
) -> HttpResponse:
    patient = context.get("patient")
    context |= {
        "form": form,
        "action": request.path,
        "return_url": reverse("workspace:patient", args=[patient.pk])
        if isinstance(patient, Patient)
        else reverse("patients:list"),
    }
    template = "patients/profile_dialog.html" if request.htmx else "patients/profile_page.html"
    return render(request, template, context, status=status)


def _draw_conflict(
    request: StaffRequest, form: forms.ProfileForm, error: actions.ChangedMeanwhile
) -> HttpResponse:
    """Show the form again: what others changed and this person did not is taken over, the rest is kept."""
    current = forms.initial_of(error.patient, queries.tags_of(error.patient))
    merged = rules.merge_edits(
        typed=listing.comparable(form.profile(), country=request.membership.organization.country),
        before=error.before,
        theirs=error.theirs,
    )
    data = request.POST.copy()
    data["version"] = str(error.patient.version)
    for name in merged.taken_over:
        if name in form.fields:
            data[name] = listing.as_typed(current[name])
    fresh = _form(request, initial=current, patient=error.patient, data=data)
    fresh.is_valid()
    for name in merged.in_conflict:
        if name in fresh.fields:
            fresh.add_error(name, listing.conflict_sentence(fresh[name], current[name]))
    return _draw_form(request, fresh, patient=error.patient, changed_by=error.by_name, status=CONFLICT)


def _hint_at_shared_email(request: StaffRequest, patient: Patient) -> None:
    others = queries.others_with_email(patient.organization_id, patient.email_key, besides=patient.pk)
    if others:
        access.record_list(by=request.actor, action="patients.shared_email_shown", patients=others)
        names = ", ".join(other.full_name for other in others)
        messages.info(request, _("The email is shared with %(names)s.") % {"names": names})


def _go(request: StaffRequest, url: str) -> HttpResponse:
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)
