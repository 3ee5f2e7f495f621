"""Who signs in, and who a session belongs to."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from betony.dispensary.accounts import queries
from betony.dispensary.accounts.models import User


class PracticeBackend(ModelBackend):
    """Loads people together with their dispensary: every page needs its name and time zone."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None,
        **kwargs: Any,
    ) -> User | None:  # fmt: skip
        """Return who has this email and password.

        Several may have one email, of whom at most one has confirmed it; the others opened a dispensary with it. As
        many passwords are looked at whoever has it.
        """
        if username is None or password is None:
            return None
        people = queries.people_with_email(username)
        fitting = [one for one in people if one.check_password(password) and self.user_can_authenticate(one)]
        for _ in range(queries.MOST_WITH_ONE_EMAIL - len(people)):
            make_password(password)
        return fitting[0] if fitting else None

    def get_user(self, user_id: Any) -> User | None:
        user = User.objects.select_related("organization").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
