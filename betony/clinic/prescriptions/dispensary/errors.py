"""What can go wrong between the clinic and the dispensary, in the clinic's words."""

from django.utils.translation import gettext_noop as _


class DispensaryError(Exception):
    """The dispensary did not do what was asked. `sentence` can be shown to the user."""

    sentence = _("Fullscript could not do that.")


class Unavailable(DispensaryError):
    """It did not answer in time, answered with a fault of its own, or with something unreadable.

    Whether it acted is unknown.
    """

    sentence = _("Fullscript is not answering right now.")


class NotReached(Unavailable):
    """No connection to it came about, so it did not act."""


class Busy(Unavailable):
    """It asks us to slow down; it did not act."""

    sentence = _("Fullscript is busy right now.")

    def __init__(self, *, retry_after_seconds: float) -> None:
        super().__init__("it asks to slow down")
        self.retry_after_seconds = retry_after_seconds


class NotConnected(DispensaryError):
    """The access was revoked or never existed."""

    sentence = _("Fullscript is no longer connected.")


class Forbidden(DispensaryError):
    """The connection does not cover this."""

    sentence = _("This Fullscript connection does not allow that.")


class NotFound(DispensaryError):
    """The thing asked for does not exist there."""

    sentence = _("Fullscript does not know this record.")


class Refused(DispensaryError):
    """It understood and refused; `messages` are its own sentences."""

    sentence = _("Fullscript refused this.")

    def __init__(self, messages: list[str]) -> None:
        super().__init__("refused")
        self.messages = messages


class AlreadyThere(Refused):
    """It refused because something bears our mark, or came under our idempotency key, already: an earlier try acted."""


class CodeRefused(DispensaryError):
    """The authorization code or refresh token is not accepted."""

    sentence = _("Fullscript did not accept this connection.")
