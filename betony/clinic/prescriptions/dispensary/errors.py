"""What can go wrong between the clinic and the dispensary, in the clinic's words."""


class DispensaryError(Exception):
    """The dispensary did not do what was asked. `sentence` can be shown to the user."""

    sentence = "Fullscript could not do that."


class Unavailable(DispensaryError):
    """It did not answer in time, answered with a fault of its own, or with something unreadable.

    Whether it acted is unknown.
    """

    sentence = "Fullscript is not answering right now."


class Busy(Unavailable):
    """It asks us to slow down; it did not act."""

    sentence = "Fullscript is busy right now."

    def __init__(self, *, retry_after_seconds: float) -> None:
        super().__init__("busy")
        self.retry_after_seconds = retry_after_seconds


class NotConnected(DispensaryError):
    """The access was revoked or never existed."""

    sentence = "Fullscript is no longer connected."


class Forbidden(DispensaryError):
    """The connection does not cover this."""

    sentence = "This Fullscript connection does not allow that."


class NotFound(DispensaryError):
    """The thing asked for does not exist there."""

    sentence = "Fullscript does not know this record."


class Refused(DispensaryError):
    """It understood and refused; `messages` are its own sentences."""

    sentence = "Fullscript refused this."

    def __init__(self, messages: list[str]) -> None:
        super().__init__("refused")
        self.messages = messages


class CodeRefused(DispensaryError):
    """The authorization code or refresh token is not accepted."""

    sentence = "Fullscript did not accept this connection."
