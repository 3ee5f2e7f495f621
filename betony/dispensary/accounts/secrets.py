"""Tokens, codes and client secrets: made from 256 random bits, kept as digests only."""

import hashlib
import hmac
import secrets


def new_token() -> str:
    """Return a new secret of 43 URL-safe characters."""
    return secrets.token_urlsafe(32)


def digest_of(secret: str) -> str:
    """Return what is stored of a secret. Its entropy makes a slow or salted hash unnecessary."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def matches(secret: str, digest: str) -> bool:
    """Tell in constant time whether this is the secret that the digest was made of."""
    return hmac.compare_digest(digest_of(secret), digest)
