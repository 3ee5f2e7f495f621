"""Who a session belongs to."""

from typing import Any

from django.contrib.auth.backends import ModelBackend

from betony.dispensary.accounts.models import User


class PracticeBackend(ModelBackend):
    """Loads people together with their dispensary: every page needs its name and time zone."""

    def get_user(self, user_id: Any) -> User | None:
        user = User.objects.select_related("organization").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
