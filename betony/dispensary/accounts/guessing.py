"""Limits on guessing passwords, shared by all processes.

A limit holds for a network, never for the person everywhere: nobody can lock somebody else out from elsewhere.
"""

from betony.kit.rate_limits import counting

PAIR = counting.Limit("dispensary.sign_in.pair", most=10, window_seconds=15 * 60)
NETWORK = counting.Limit("dispensary.sign_in.network", most=60, window_seconds=15 * 60)

LINKS_PAIR = counting.Limit("dispensary.links.pair", most=5, window_seconds=60 * 60)
LINKS_NETWORK = counting.Limit("dispensary.links.network", most=40, window_seconds=60 * 60)


def may_ask_for_link(*, email: str, network: str) -> bool:
    """Count a wish for a link by mail, and tell whether it is granted, whoever has the email."""
    return counting.hit(LINKS_NETWORK, network) and counting.hit(LINKS_PAIR, _pair(email, network))


def may_try(*, email: str, network: str) -> bool:
    """Count a try for this email from this network, and tell whether its password may be looked at.

    It is counted before the password is checked, so that tries at the same moment count too.
    """
    if counting.is_reached(NETWORK, network):
        return False
    return counting.hit(PAIR, _pair(email, network))


def note_failure(*, network: str) -> None:
    """Count a wrong pair for the network, whoever was tried."""
    counting.hit(NETWORK, network)


def note_success(*, email: str, network: str) -> None:
    """Forget the tries for this email from this network."""
    counting.forget(PAIR, _pair(email, network))


def _pair(email: str, network: str) -> str:
    return f"{network} {email.strip().lower()}"
