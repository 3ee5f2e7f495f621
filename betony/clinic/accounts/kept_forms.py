"""A form that was sent by somebody whose session had ended: sealed, and given back to the same person alone.

It waits in the page that asks to sign in, and nowhere else: nothing is stored. Whoever's session ended in this browser
is remembered in the browser's (nameless) session, so that we know whose form it was. The form itself proves that it was
drawn for them: each sign-in makes the tokens of earlier forms worthless.
"""

import json
from dataclasses import dataclass
from uuid import UUID

from django.contrib import auth
from django.http import HttpRequest

from betony.kit import secrets_box

WAS_KEY = "betony_was"
# Sealing makes a text half as long again, and all of it comes back with the sign-in.
MOST_CHARACTERS = 300_000
_NOT_TYPED = "csrfmiddlewaretoken"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptForm:
    """What was sent, by which member, and where to."""

    member_id: UUID
    path: str
    fields: tuple[tuple[str, str], ...]


def sign_out(request: HttpRequest, *, was: UUID | None) -> None:
    """End the session of this browser, and remember whose it was."""
    auth.logout(request)
    if was is not None:
        request.session[WAS_KEY] = str(was)


def forget(request: HttpRequest) -> None:
    """Forget who was signed in before, as somebody is signed in now."""
    request.session.pop(WAS_KEY, None)


def was_signed_in(request: HttpRequest) -> UUID | None:
    """Return the member whose session ended in this browser, while nobody has signed in since."""
    found = request.session.get(WAS_KEY)
    return UUID(found) if found else None


def seal(request: HttpRequest) -> str:
    """Return the form that was sent, sealed; "" when we cannot know whose it is, or it may not wait.

    Passwords and files never wait, nor what is too long.
    """
    member_id = was_signed_in(request)
    fields = [
        (name, value) for name, values in request.POST.lists() for value in values if name != _NOT_TYPED
    ]
    has_secret = bool(request.FILES) or any("password" in name for name, _value in fields)
    if member_id is None or not fields or has_secret:
        return ""
    text = json.dumps({"member": str(member_id), "path": request.get_full_path(), "fields": fields})
    return secrets_box.seal(text) if len(text) <= MOST_CHARACTERS else ""


def read(token: str) -> KeptForm | None:
    """Return the form that is sealed in the token, or None when there is none that we sealed."""
    if not token:
        return None
    try:
        kept = json.loads(secrets_box.open_sealed(token))
    except secrets_box.CannotOpen:
        return None
    return KeptForm(
        member_id=UUID(kept["member"]), path=kept["path"],
        fields=tuple((name, value) for name, value in kept["fields"]),
    )  # fmt: skip
