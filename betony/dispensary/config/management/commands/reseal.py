"""`reseal`: seal again under the newest key what older keys sealed, before an old key is taken off the ring."""

from betony.dispensary.webhooks.models import Endpoint
from betony.kit.resealing import ResealCommand, Sealed


class Command(ResealCommand):
    """What the dispensary keeps sealed."""

    tables = (Sealed(Endpoint, ("secrets", "challenge_token"), is_of_organizations=False),)
