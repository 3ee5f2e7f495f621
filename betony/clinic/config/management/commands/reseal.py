"""`reseal`: seal again under the newest key what older keys sealed, before an old key is taken off the ring."""

from betony.clinic.prescriptions.models import AuthorizationAttempt, Connection, WebhookEnvelope
from betony.clinic.unfinished.models import UnfinishedForm
from betony.kit.resealing import ResealCommand, Sealed


class Command(ResealCommand):
    """What the clinic keeps sealed."""

    tables = (
        Sealed(Connection, ("access_token_sealed", "refresh_token_sealed")),
        Sealed(AuthorizationAttempt, ("verifier_sealed",)),
        Sealed(WebhookEnvelope, ("body_sealed",), is_of_organizations=False),
        Sealed(UnfinishedForm, ("typed_sealed",)),
    )
