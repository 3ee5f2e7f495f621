"""Checking who somebody is, with limits that all processes share."""

from dataclasses import dataclass
from math import ceil

from django.http import HttpRequest

from betony.clinic.accounts import adapter, queries, rules
from betony.clinic.accounts.models import Membership
from betony.kit import requests
from betony.kit.actor import ANONYMOUS, Actor
from betony.kit.audit import trail
from betony.kit.rate_limits import counting
from betony.kit.rate_limits.counting import Limit

# A network and an email together, so that nobody can be locked out from elsewhere.
PAIR = Limit("clinic.sign_in.pair", most=8, window_seconds=15 * 60)
# Wrong tries of one network against any number of emails; a large clinic stands behind one address.
NETWORK = Limit("clinic.sign_in.network", most=60, window_seconds=15 * 60)


class WrongPair(Exception):
    """No active member has this email and password."""


@dataclass
class TooManyTries(Exception):
    """The network has guessed too often, for this email or altogether."""

    seconds: int

    @property
    def minutes(self) -> int:
        return max(1, ceil(self.seconds / 60))


def check_password(*, request: HttpRequest, by: Actor, email: str, password: str) -> Membership:
    """Return the membership the person starts with.

    Raises WrongPair, whatever was wrong and after the same time, and TooManyTries. Runs outside any
    transaction, or the count would be undone with it.
    """
    network = requests.network_of(by.ip)
    pair = pair_key(network, email)
    count_try(PAIR, pair)
    if counting.is_reached(NETWORK, network):
        raise TooManyTries(counting.seconds_left(NETWORK, network))
    user = adapter.authenticate(request, email=email, password=password)
    membership = queries.membership_to_start_with(user.pk) if user is not None else None
    if membership is None:
        counting.hit(NETWORK, network)
        # Without an organization: whose email it was would be told by the time it takes.
        trail.record(by=ANONYMOUS.with_origin(ip=by.ip, request_id=by.request_id),
                     action="accounts.sign_in_refused")  # fmt: skip
        raise WrongPair
    counting.forget(PAIR, pair)
    return membership


def count_try(limit: Limit, key: str) -> None:
    """Count one try; raise TooManyTries when the limit was used up before it."""
    if not counting.hit(limit, key):
        raise TooManyTries(counting.seconds_left(limit, key))


def pair_key(network: str, email: str) -> str:
    """Return what the limit of a network and an email counts under."""
    return f"{network} {rules.normal_email(email)}"
