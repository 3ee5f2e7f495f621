"""The trip to the consent page and back, and the way out again."""

import secrets
from contextlib import suppress
from uuid import UUID

import structlog
from django.db import Error
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from betony.clinic.accounts.requests import StaffRequest
from betony.clinic.patients.diversion import MergedIntoAnother
from betony.clinic.patients.models import Patient
from betony.clinic.prescriptions import access, failures, provider, queries, words
from betony.clinic.prescriptions.actions import connecting, revoking, tokens
from betony.clinic.prescriptions.dispensary import errors, shapes
from betony.clinic.prescriptions.models import AuthorizationAttempt
from betony.clinic.prescriptions.views import answers, parts
from betony.kit import routes, secrets_box, tenancy
from betony.kit.actor import Actor

log = structlog.get_logger()

BROWSER_KEY = "fullscript_browser"


def _browser_key(request: StaffRequest) -> str:
    """Return this browser session's secret for the trip, making one the first time."""
    key: str = request.session.setdefault(BROWSER_KEY, secrets.token_urlsafe(24))
    return key


@routes.requires("prescriptions.connect")
@require_GET
def connect_user(request: StaffRequest, patient_id: UUID | None = None) -> HttpResponse:
    """Send the browser to the consent page (story 2.1); creates nobody at the dispensary."""
    by = request.actor
    if patient_id is not None:
        access.patient(by=by, patient_id=patient_id)
    if (existing := queries.connection_of(by)) is not None and existing.is_live:
        page = "open_writer" if access.has_writer(by) else "show_connection"
        return redirect(f"fullscript:{page}", patient_id) if patient_id else redirect("patients:list")
    environment = queries.environment_of(request.membership)
    if not provider.is_set_up(environment):
        return _landed(
            request, None, is_connected=False,
            detail=_("Fullscript is not set up for your country here. The people who run this server can set it up."),
        )  # fmt: skip
    trip = connecting.begin_trip(
        by=by,
        environment=environment,
        browser_key=_browser_key(request),
        return_to=str(patient_id or ""),
    )
    return redirect(
        provider.api(trip.environment).authorize_address(
            redirect_uri=tokens.redirect_uri(),
            state=trip.state,
            challenge=trip.challenge,
            asks_again=trip.asks_again,
        )
    )


@routes.requires("prescriptions.connect")
@routes.without_transaction
@require_GET
def complete_connection(request: StaffRequest) -> HttpResponse:
    """Come back from the consent page: connected, cancelled or refused (story 2.3, 2.4, 2.6)."""
    by = request.actor
    trip, detail = None, ""
    try:
        with tenancy.organization():
            trip = connecting.end_trip(
                by=by, state=request.GET.get("state", "")[:200], browser_key=_browser_key(request)
            )
        code = request.GET.get("code", "")[:512]
        if not request.GET.get("error") and code:
            _exchange(by, trip, code)
            return _landed(request, trip, is_connected=True)
    except failures.CannotDo as error:
        detail = str(error)
    except errors.DispensaryError as error:
        detail = _("%(reason)s Nothing was changed; you can try again.") % {"reason": _(error.sentence)}
    return _landed(request, trip, is_connected=False, detail=detail)


def _exchange(by: Actor, trip: AuthorizationAttempt, code: str) -> None:
    api = provider.api(trip.environment, is_interactive=True)
    got = api.exchange_code(
        code=code,
        redirect_uri=tokens.redirect_uri(),
        verifier=secrets_box.open_sealed(trip.verifier_sealed),
    )
    try:
        _keep(by, trip.environment, got)
    except Exception:
        # Whatever refused the connection: the tokens just issued must not live on (story 2.6), and nobody else
        # knows them.
        _revoke(trip.environment, got)
        raise


def _revoke(environment: str, got: shapes.Tokens) -> None:
    """Have tokens revoked that nobody keeps: by a job, or at once when not even that can be stored."""
    try:
        with tenancy.organization() as organization_id:
            revoking.queue_revocation(
                organization_id=organization_id, environment=environment,
                token_sealed=secrets_box.seal(got.access_token),
            )  # fmt: skip
    except Error:
        log.exception("revocation_not_queued")
        with suppress(errors.DispensaryError):
            provider.api(environment, is_interactive=True).revoke(token=got.access_token)


def _keep(by: Actor, environment: str, got: shapes.Tokens) -> None:
    api = provider.api(environment, got.access_token, is_interactive=True)
    clinic, people = api.clinic(), api.practitioners()
    with tenancy.organization():
        connecting.connect(by=by, environment=environment, tokens=got, clinic=clinic, people=people)


def _landed(
    request: StaffRequest, trip: AuthorizationAttempt | None, *, is_connected: bool, detail: str = ""
) -> HttpResponse:
    context = {
        "is_connected": is_connected,
        "heading": _("Fullscript is connected.") if is_connected else _("Fullscript was not connected."),
        "detail": detail,
        "patient": _set_out_from(request.actor, trip),
        "may_write": request.actor.may("prescriptions.write"),
    }
    status = 200 if is_connected or not detail else 409
    return render(request, "prescriptions/landed.html", context, status=status)


def _set_out_from(by: Actor, trip: AuthorizationAttempt | None) -> Patient | None:
    """Return the patient whose actions led to the trip, unless they are nobody's page any more."""
    if trip is None or not trip.return_to:
        return None
    with tenancy.organization():
        try:
            patient = access.patient(by=by, patient_id=UUID(trip.return_to))
        except (Http404, MergedIntoAnother):
            return None
        access.note_read(by=by, part="connection", patient=patient)
        return patient


@routes.requires("prescriptions.connect")
@require_GET
def show_connection(request: StaffRequest, patient_id: UUID) -> HttpResponse:
    """Say to whom the user is connected, with the history where they may see it: for who has no writer."""
    by = request.actor
    patient = access.patient(by=by, patient_id=patient_id)
    may_see_history = by.may("prescriptions.history")
    context = {
        "patient": patient,
        "connection": queries.connection_of(by),
        "may_see_history": may_see_history,
        **(parts.history_of(request, patient) if may_see_history else {}),
    }
    access.note_read(by=by, part="connection", patient=patient)
    template = "prescriptions/connection.html" if request.htmx else "prescriptions/connection_page.html"
    return render(request, template, context)


@routes.requires("prescriptions.connect")
@require_http_methods(["GET", "POST"])
def reset_user(request: StaffRequest) -> HttpResponse:
    """Ask, then end the user's connection (story 3.1, 3.2)."""
    by = request.actor
    connection = queries.connection_of(by)
    if request.method == "POST":
        revoking.disconnect(by=by)
        return answers.close_dialog(request, _("You are disconnected from Fullscript."), to="patients:list")
    if connection is None:
        raise Http404
    waiting = queries.waiting_of(by)
    changes = queries.waiting_changes_of(by)
    access.note_waiting_read(by=by, waiting=waiting, more=[one.prescription.patient_id for one in changes])
    context = {
        "connection": connection,
        "waiting": waiting,
        "changes": [{"record": one, "label": words.change_label(one)} for one in changes],
    }
    template = "prescriptions/reset.html" if request.htmx else "prescriptions/reset_page.html"
    return render(request, template, context)
