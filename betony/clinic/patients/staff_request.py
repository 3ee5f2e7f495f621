"""What the middleware has put on a request by the time a view of the staff door sees it."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from betony.clinic.accounts.models import Membership
from betony.kit.actor import Actor


class StaffRequest(HttpRequest):
    """A request of somebody who is signed in, with their place in the organization."""

    actor: Actor
    membership: Membership
    htmx: HtmxDetails
