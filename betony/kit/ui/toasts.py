"""Toasts that wait for the next page. They may name a patient, so they wait sealed."""

from collections.abc import Sequence
from typing import Any

from django.contrib.messages.storage.session import SessionStorage

from betony.kit import secrets_box


class SealedToasts(SessionStorage):
    """Keeps messages in the session, sealed with the key ring: its table belongs to no organization."""

    def serialize_messages(self, messages: Sequence[Any]) -> str:
        """Return the messages sealed."""
        return secrets_box.seal(super().serialize_messages(messages))

    def deserialize_messages(self, data: Any) -> Any:
        """Return the messages; none when the key they were sealed with is gone, for a toast is no record."""
        if not data:
            return None
        try:
            return super().deserialize_messages(secrets_box.open_sealed(data))
        except secrets_box.CannotOpen:
            return None
