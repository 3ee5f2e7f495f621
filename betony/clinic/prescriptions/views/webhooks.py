"""Where the dispensary's webhooks arrive: verified, stored, acknowledged; worked on later."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from betony.clinic.prescriptions.exchange import webhooks
from betony.kit import routes


@routes.public
@csrf_exempt
@require_POST
def receive_webhook(request: HttpRequest, environment: str) -> HttpResponse:
    """Acknowledge a webhook with the challenge; refuse a forged, stale or unreadable one.

    An empty body is the dispensary testing the address. The caller is a server that proves itself by a
    signature over the raw body, so there is no CSRF token.
    """
    challenge = JsonResponse({"challenge": settings.BETONY_FULLSCRIPT[environment]["challenge_token"]})
    if not request.body:
        return challenge
    try:
        webhooks.verify(
            environment=environment,
            header=request.headers.get("Fullscript-Signature", ""),
            body=request.body,
        )
        webhooks.take_in(environment=environment, body=request.body)
    except webhooks.Forged:
        return JsonResponse({"error": "signature"}, status=401)
    except (webhooks.Unreadable, UnicodeDecodeError):
        return JsonResponse({"error": "unreadable"}, status=400)
    return challenge
