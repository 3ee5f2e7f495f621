"""Secrets at rest: sealed with the newest key, opened with any key of the ring."""

from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class CannotOpen(Exception):
    """No key of the ring opens this; the key it was sealed with is gone, or it was tampered with."""


@lru_cache(maxsize=4)
def _ring(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def seal(text: str) -> str:
    """Return the text encrypted and authenticated under the first key of settings.BETONY_KEY_RING."""
    return _ring(tuple(settings.BETONY_KEY_RING)).encrypt(text.encode()).decode()


def open_sealed(token: str) -> str:
    """Return the text of a sealed token; raise CannotOpen when no key of the ring fits."""
    try:
        return _ring(tuple(settings.BETONY_KEY_RING)).decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise CannotOpen("No key of the key ring opens this.") from error


def is_newest(token: str) -> bool:
    """Tell whether the token is sealed under the newest key."""
    try:
        Fernet(settings.BETONY_KEY_RING[0]).decrypt(token.encode())
    except InvalidToken:
        return False
    return True


def reseal(token: str) -> str:
    """Return the same secret sealed under the newest key; raise CannotOpen when no key fits."""
    return seal(open_sealed(token))
