"""The consent page, and the addresses where programs get and give back tokens."""

from typing import Any
from urllib.parse import urlencode, urlsplit

from csp.decorators import csp_update
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from betony.dispensary.accounts import rules, sessions
from betony.dispensary.accounts.models import TokenPair, User
from betony.dispensary.accounts.oauth import server
from betony.dispensary.api.frame import answers, bodies
from betony.dispensary.api.oauth import sentences
from betony.dispensary.practices import access
from betony.kit import actor, routes
from betony.kit.requests import actor_of, client_ip


@require_http_methods(["GET", "POST"])
@routes.public
def authorize(request: HttpRequest) -> HttpResponseBase:
    """Ask the signed-in practitioner or staff member whether the application may act for them."""
    parameters = dict(request.GET.lists())
    try:
        consent = server.read_consent(parameters, by=actor_of(request))
    except server.NoSuchRequest as error:
        raise Http404 from error
    except server.RequestRefused as refused:
        return _go(refused.location)
    user = request.user
    if not actor_of(request).is_signed_in or not isinstance(user, User) or _must_sign_in_again(request):
        question = urlencode({"next": request.get_full_path()})
        return redirect(f"{resolve_url('sign_in')}?{question}")
    owner = access.resource_owner_of(user)
    if owner is None:
        raise Http404
    if request.method == "GET":
        return _page(request, consent, user)
    sessions.use_freshness(request)
    if request.POST.get("decision") != "authorize":
        return _go(server.refuse_consent(consent))
    return _go(server.give_consent(parameters, by=actor_of(request), user=user, owner=owner))


def _must_sign_in_again(request: HttpRequest) -> bool:
    """Tell whether the application wants the password typed for this very request, and it was not."""
    wants = "login" in request.GET.get("prompt", "").split()
    return wants and not sessions.is_fresh_for(request, request.get_full_path())


def _page(request: HttpRequest, consent: server.Consent, user: User) -> HttpResponseBase:
    scopes = rules.granted_scopes(consent.application.scopes)
    response = render(
        request,
        "dispensary_api/authorize.html",
        {
            "application": consent.application,
            "person": user,
            "organization": user.organization,
            "to_application": sentences.to_application(scopes),
            "from_application": sentences.from_application(scopes),
            "address": request.get_full_path(),
            "target": urlsplit(consent.redirect_uri).netloc,
        },
    )
    # Browsers hold the redirect after a form to form-action too, so the application's address is added.
    allow = csp_update({"form-action": [_source_of(consent.redirect_uri)]})
    return allow(lambda _request: response)(request)


def _source_of(uri: str) -> str:
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") else f"{parts.scheme}:"


def _go(location: str) -> HttpResponse:
    """Redirect to the application, whatever its scheme: the address is one it has registered."""
    response = HttpResponse(status=302)
    response["Location"] = location
    return response


@csrf_exempt
@routes.without_transaction
@routes.public
def token(request: HttpRequest) -> HttpResponse:
    """Exchange a code or a refresh token; JSON or form."""
    parameters = _parameters(request)
    if isinstance(parameters, HttpResponse):
        return parameters
    reply = server.issue_tokens(
        parameters, authorization=request.headers.get("Authorization", ""), by=_program(request)
    )
    return _response(reply, _envelope(reply.body, reply.pair) if reply.pair else reply.body)


@csrf_exempt
@routes.without_transaction
@routes.public
def revoke(request: HttpRequest) -> HttpResponse:
    """End the grant of a token, also one whose time is over; JSON or form."""
    parameters = _parameters(request)
    if isinstance(parameters, HttpResponse):
        return parameters
    reply = server.revoke(
        parameters, authorization=request.headers.get("Authorization", ""), by=_program(request)
    )
    return _response(reply, reply.body)


def _parameters(request: HttpRequest) -> dict[str, Any] | HttpResponse:
    if request.method != "POST":
        return answers.NotFound().answer().response()
    try:
        return bodies.read_body(request)
    except answers.Refused as refused:
        body = {"error": "invalid_request", "error_description": refused.error}
        return JsonResponse(body, status=refused.status)


def _envelope(body: dict[str, Any], pair: TokenPair) -> dict[str, Any]:
    grant = pair.grant
    return {
        "oauth": {
            **body,
            "created_at": answers.timestamp(pair.created_at),
            "resource_owner": {
                "id": str(grant.owner_id),
                "type": grant.owner_type,
                "clinic_id": str(grant.integration.organization_id),
            },
        }
    }


def _response(reply: server.Reply, body: dict[str, Any]) -> HttpResponse:
    response = JsonResponse(body, status=reply.status)
    response["Cache-Control"] = "no-store"
    for name, value in reply.headers.items():
        response[name] = value
    return response


def _program(request: HttpRequest) -> actor.Actor:
    """Return the program that calls, before we know which one it is."""
    return actor.Actor(
        kind="application", ip=client_ip(request), request_id=getattr(request, "request_id", "")
    )
