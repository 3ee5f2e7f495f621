"""Limits on guessing and on asking for letters at the shop's door, shared by all processes.

A limit holds for a network, never for the person everywhere: nobody can lock somebody else out from elsewhere.
"""

from uuid import UUID

from betony.kit.rate_limits import counting

PAIR = counting.Limit("shop.sign_in.pair", most=10, window_seconds=15 * 60)
NETWORK = counting.Limit("shop.sign_in.network", most=60, window_seconds=15 * 60)
LETTER = counting.Limit("shop.password_link.pair", most=3, window_seconds=60 * 60)
LETTERS = counting.Limit("shop.password_link.network", most=20, window_seconds=60 * 60)
LINKS = counting.Limit("shop.links.network", most=60, window_seconds=15 * 60)


def may_try(*, shop_id: UUID, email: str, network: str) -> bool:
    """Count a try for this email from this network, and tell whether its password may be looked at."""
    if counting.is_reached(NETWORK, network):
        return False
    return counting.hit(PAIR, _pair(shop_id, email, network))


def note_failure(*, network: str) -> None:
    """Count a wrong pair for the network, whoever was tried."""
    counting.hit(NETWORK, network)


def note_success(*, shop_id: UUID, email: str, network: str) -> None:
    """Forget the tries for this email from this network."""
    counting.forget(PAIR, _pair(shop_id, email, network))


def may_ask_for_letter(*, shop_id: UUID, email: str, network: str) -> bool:
    """Count a wish for a letter, and tell whether one may be sent."""
    return counting.hit(LETTERS, network) and counting.hit(LETTER, _pair(shop_id, email, network))


def may_try_link(*, network: str) -> bool:
    """Count a try of a link, and tell whether it may be looked up."""
    return counting.hit(LINKS, network)


def _pair(shop_id: UUID, email: str, network: str) -> str:
    return f"{shop_id} {network} {email.strip().lower()}"
