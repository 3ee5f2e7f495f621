"""Calling a receiver's address: pinned to an address that was checked, with short time and size limits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings

from betony.dispensary.webhooks import rules
from betony.kit import http_client

LIMITS = http_client.Limits(connect=2, read=5, total=5)
LIMITS_OF_CHALLENGE = http_client.Limits(connect=2, read=2, total=2)
MOST_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """Where to send and what to sign with: an endpoint with its secrets opened."""

    url: str
    secrets: tuple[str, ...]
    challenge: str
    is_two_step: bool
    is_wrapped: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a call went. `problem` is empty when the receiver acknowledged it; `status` 0 without an answer."""

    problem: str = ""
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    ip_address: str = ""

    @property
    def is_success(self) -> bool:
        return not self.problem


def deliver(receiver: Receiver, *, content: bytes, at: datetime) -> Outcome:
    """Send the signed content and check the challenge; in two steps when the receiver asked for that."""
    if receiver.is_two_step:
        asked = ping(receiver, at=at)
        if not asked.is_success:
            return asked
    return _post(receiver, content=content, at=at, limits=LIMITS)


def ping(receiver: Receiver, *, at: datetime) -> Outcome:
    """Send an empty body, as when an address is saved, and check that the challenge comes back in time."""
    return _post(receiver, content=b"", at=at, limits=LIMITS_OF_CHALLENGE)


def _post(receiver: Receiver, *, content: bytes, at: datetime, limits: http_client.Limits) -> Outcome:
    try:
        addresses = http_client.check_outgoing_address(
            receiver.url, allowed_hosts=settings.BETONY_WEBHOOK_ALLOWED_HOSTS
        )
        call = http_client.PinnedCall(
            method="POST",
            url=receiver.url,
            addresses=addresses,
            content=content,
            headers={
                "Content-Type": "application/json",
                "User-Agent": "Betony-Dispensary",
                "Fullscript-Signature": rules.signature(content, secrets=receiver.secrets, at=at),
            },
        )
        answer = http_client.call_pinned(call, limits=limits, most_bytes=MOST_BYTES, name="webhook")
    except http_client.CallFailed as error:
        return Outcome(problem=_words(error), ip_address=error.ip_address)
    return Outcome(
        problem=rules.problem_of_answer(
            status=answer.status, content=answer.body, challenge=receiver.challenge
        ),
        status=answer.status,
        headers=answer.headers,
        body=answer.body.decode("utf-8", errors="replace").replace("\x00", "")[: rules.LONGEST_KEPT_BODY],
        ip_address=answer.ip_address,
    )


def _words(error: http_client.CallFailed) -> str:
    if isinstance(error, http_client.AddressRefused):
        return str(error)
    words = {
        http_client.TimedOut: "There was no whole answer in time.",
        http_client.TooLarge: "The answer was too large.",
    }
    return words.get(type(error), "Nobody answered at the address.")
