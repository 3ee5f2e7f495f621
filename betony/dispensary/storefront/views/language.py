"""The language of the shop: English or Canadian French, as the visitor chooses."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.views.decorators.http import require_POST

from betony.dispensary.patients import actions
from betony.dispensary.patients.models import Patient
from betony.dispensary.storefront import doors
from betony.dispensary.storefront.views.pages import shop_of
from betony.kit import languages, routes, tenancy
from betony.kit.requests import actor_of


@require_POST
@routes.without_transaction
@routes.public
def choose(request: HttpRequest, slug: str) -> HttpResponse:
    """Speak the chosen language from now on, in the letters too when the visitor is signed in, and go back."""
    shop, chosen = shop_of(request), request.POST.get("language", "")
    response = redirect(doors.next_address(request, shop))
    if languages.is_spoken(chosen):
        languages.remember(response, chosen)
        if actor_of(request).is_signed_in:
            with tenancy.organization(shop.pk):
                actions.read_in(by=actor_of(request), language=chosen)
    return response


def speak_with(request: HttpRequest, response: HttpResponse, patient: Patient) -> HttpResponse:
    """Agree on a language with somebody who has just signed in: theirs, or, the first time, that of the page."""
    if patient.language:
        languages.remember(response, patient.language)
        return response
    with tenancy.organization(patient.organization_id):
        actions.read_in(by=doors.patient_actor(request, patient), language=translation.get_language() or "en")
    return response
