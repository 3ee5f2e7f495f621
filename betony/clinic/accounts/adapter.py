"""How allauth behaves here: nobody signs up by themselves."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class StaffAdapter(DefaultAccountAdapter):
    """Staff are invited by their clinic; there is no open sign-up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
