"""`reseal`: seal again under the newest key what older keys sealed, before an old key is taken off the ring."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from betony.clinic.accounts.models import Organization
from betony.clinic.prescriptions.models import AuthorizationAttempt, Connection, WebhookEnvelope
from betony.clinic.unfinished.models import UnfinishedForm
from betony.kit import resealing
from betony.kit.resealing import Sealed

TABLES = (
    Sealed(Connection, ("access_token_sealed", "refresh_token_sealed")),
    Sealed(AuthorizationAttempt, ("verifier_sealed",)),
    Sealed(WebhookEnvelope, ("body_sealed",), is_of_organizations=False),
    Sealed(UnfinishedForm, ("typed_sealed",)),
)


class Command(BaseCommand):
    """Can be run at any time, beside the running server, and as often as you like."""

    help = "Seal again under the newest key of BETONY_KEY_RING what older keys sealed."

    def handle(self, *args: Any, **options: Any) -> None:
        organizations = Organization.objects.order_by("pk").values_list("pk", flat=True)
        tally = resealing.reseal_everything(tables=TABLES, organizations=organizations)
        for sentence in resealing.say(tally):
            self.stdout.write(sentence)
        if tally.lost:
            raise CommandError("Some secrets could not be opened.")
