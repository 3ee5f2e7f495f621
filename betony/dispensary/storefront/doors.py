"""The patients' door: sessions and a cookie of its own, which the practice's door never sees."""

from collections.abc import Callable
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from betony.dispensary.accounts.models import Organization
from betony.dispensary.patients import queries
from betony.dispensary.patients.models import Patient
from betony.kit import clock, routes, tenancy
from betony.kit.actor import ANONYMOUS, Actor
from betony.kit.requests import actor_of, client_ip

COOKIE = "betony_shop"
PLACES = ("shop", "welcome")
IDLE_SECONDS = 60 * 60
ABSOLUTE_SECONDS = 12 * 60 * 60
SEEN_STEP_SECONDS = 60
_KEY = "shop"


def is_shop(path: str) -> bool:
    """Tell whether the address is behind the patients' door."""
    return path.split("/")[1:2] in ([place] for place in PLACES)


class DoorSessionMiddleware(SessionMiddleware):
    """Django's sessions, with a cookie of another name at the patients' door."""

    def process_request(self, request: HttpRequest) -> None:
        if is_shop(request.path):
            cookies = {**request.COOKIES}
            cookies.pop(settings.SESSION_COOKIE_NAME, None)
            if COOKIE in cookies:
                cookies[settings.SESSION_COOKIE_NAME] = cookies[COOKIE]
            request.COOKIES = cookies
        super().process_request(request)

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        response = super().process_response(request, response)
        if is_shop(request.path) and settings.SESSION_COOKIE_NAME in response.cookies:
            morsel = response.cookies.pop(settings.SESSION_COOKIE_NAME)
            response.cookies[COOKIE] = morsel.value
            for name, value in morsel.items():
                response.cookies[COOKIE][name] = value
        return response


class ShopActorMiddleware:
    """Names the patient who is signed in at the shop of the address, and asks the others to sign in there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_shop(request.path):
            return self.get_response(request)
        organization = _organization(request.path)
        request.shop = organization  # type: ignore[attr-defined]  # Django's requests carry attributes
        request.actor = _actor(request, organization)  # type: ignore[attr-defined]  # as above
        with timezone.override(ZoneInfo(organization.time_zone) if organization else None):
            return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: object, kwargs: object
    ) -> HttpResponseBase | None:
        if not is_shop(request.path):
            return None
        shop = shop_of(request)
        if shop is None:
            raise Http404
        policy = routes.policy_of(view)
        if policy is None or policy.kind != "signed_in" or actor_of(request).is_signed_in:
            return None
        question = urlencode({"next": request.get_full_path()})
        return redirect(f"{reverse('shop:sign_in', args=[shop.slug])}?{question}")


def shop_of(request: HttpRequest) -> Organization | None:
    """The dispensary whose shop the address names, or None."""
    shop: Organization | None = getattr(request, "shop", None)
    return shop


def start(request: HttpRequest, patient: Patient) -> None:
    """Sign the patient in, with a new session."""
    request.session.flush()
    now = clock.now().timestamp()
    request.session[_KEY] = {
        "patient": str(patient.pk),
        "organization": str(patient.organization_id),
        "digest": queries.sign_in_digest(patient),
        "started": now,
        "seen": now,
    }
    request.session.set_expiry(ABSOLUTE_SECONDS)
    rotate_token(request)
    request.actor = patient_actor(request, patient)  # type: ignore[attr-defined]  # see above


def end(request: HttpRequest) -> None:
    """Sign out."""
    request.session.flush()


def next_address(request: HttpRequest, shop: Organization) -> str:
    """Where to go after signing in: only within this shop."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    inside = (f"/shop/{shop.slug}/", f"/welcome/{shop.slug}/")
    if wanted.startswith(inside) and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    return reverse("shop:plans", args=[shop.slug])


def patient_actor(request: HttpRequest, patient: Patient) -> Actor:
    """The patient as an actor."""
    actor = Actor(
        kind="patient", id=patient.pk, name=patient.full_name, organization_id=patient.organization_id
    )
    return actor.with_origin(ip=client_ip(request), request_id=getattr(request, "request_id", ""))


def _organization(path: str) -> Organization | None:
    parts = path.split("/")
    return Organization.objects.filter(slug=parts[2]).first() if len(parts) > 2 and parts[2] else None


def _actor(request: HttpRequest, organization: Organization | None) -> Actor:
    origin = {"ip": client_ip(request), "request_id": getattr(request, "request_id", "")}
    if organization is None:
        return ANONYMOUS.with_origin(**origin)
    patient = _patient(request, organization)
    if patient is not None:
        return patient_actor(request, patient)
    return Actor(kind="anonymous", organization_id=organization.pk).with_origin(**origin)


def _patient(request: HttpRequest, organization: Organization) -> Patient | None:
    """The patient of the session, when it is this shop's, within its limits, and of today's password."""
    kept = request.session.get(_KEY)
    if not kept or kept["organization"] != str(organization.pk):
        return None
    now = clock.now().timestamp()
    if now - kept["started"] > ABSOLUTE_SECONDS or now - kept["seen"] > IDLE_SECONDS:
        request.session.flush()
        return None
    with tenancy.organization(organization.pk):
        rows = Patient.objects.for_organization(organization.pk).active()
        patient = rows.filter(pk=UUID(kept["patient"])).first()
    if patient is None or not queries.is_still_signed_in(patient, kept["digest"]):
        request.session.flush()
        return None
    if now - kept["seen"] > SEEN_STEP_SECONDS:
        request.session[_KEY] = {**kept, "seen": now}
    return patient
