"""`python -m betony.cli.mailbox`: run the mailbox until told to stop."""

import argparse
import signal
import sys
from pathlib import Path
from types import FrameType

from betony.cli import home
from betony.cli.mailbox import receiver
from betony.cli.mailbox.store import Store
from betony.cli.mailbox.website import Website


def main() -> int:
    """Take mails and show them; returns 0 when asked to stop."""
    parser = argparse.ArgumentParser(prog="python -m betony.cli.mailbox", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--page-port", type=int, required=True)
    parser.add_argument("--smtp-port", type=int, required=True)
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, _stop)
    store = Store(home.make_private_folder(options.folder))
    taking = receiver.receive(store, options.smtp_port)
    try:
        with Website(store, options.page_port) as website:
            website.serve_forever(poll_interval=0.2)
    except KeyboardInterrupt:
        return 0
    finally:
        taking.stop()
    return 0


def _stop(sign: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
