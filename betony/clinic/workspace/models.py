"""The tables of the workspace: the inboxes of its people."""

from betony.clinic.workspace.notices.models import Inbox, MailWish, Notice

__all__ = ["Inbox", "MailWish", "Notice"]
