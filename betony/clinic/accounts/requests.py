"""What the middleware puts on every request, for views to name in their signatures."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from betony.clinic.accounts.models import Membership, StaffSession
from betony.kit.actor import Actor


class AnyRequest(HttpRequest):
    """A request of the clinic, by whomever."""

    actor: Actor
    htmx: HtmxDetails
    membership: Membership | None
    staff_session: StaffSession | None
    # Whose session the browser holds when it is not the one's whose page asks.
    others_session: StaffSession | None


class StaffRequest(AnyRequest):
    """A request by somebody who is signed in: what views with a policy other than public get."""

    membership: Membership
    staff_session: StaffSession
