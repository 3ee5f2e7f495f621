"""The SMTP side of the mailbox."""

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from betony.cli.mailbox.store import Store

LARGEST_MAIL_BYTES = 10 * 1024 * 1024


class Receiver:
    """Puts each mail in the store before it says that the mail was taken."""

    def __init__(self, store: Store) -> None:
        self._store = store

    # The name is aiosmtpd's.
    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep a mail and answer as SMTP does."""
        content = envelope.original_content or b""
        number = self._store.add(content)
        return f"250 Kept as {number:04}"


def receive(store: Store, port: int) -> Controller:
    """Start taking mails on a port of this machine; the controller's `stop` ends it."""
    controller = Controller(
        Receiver(store),
        hostname="127.0.0.1",
        port=port,
        data_size_limit=LARGEST_MAIL_BYTES,
        enable_SMTPUTF8=True,
    )
    controller.start()
    return controller
