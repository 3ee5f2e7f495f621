"""A link to join, used twice at the same moment, lets in one."""

from collections.abc import Callable
from typing import Any

from betony.dispensary.accounts import factories as accounts
from betony.dispensary.accounts.middleware import actor_for
from betony.dispensary.accounts.models import User
from betony.dispensary.practices import actions, invitations
from betony.kit import actor


def test_of_two_who_use_one_link_at_once_exactly_one_gets_in(at_once: Callable[..., list[Any]]) -> None:
    shop = accounts.organization()
    person = actions.add_staff(
        by=actor.system("test", organization_id=shop.pk),
        organization=shop,
        details=actions.PersonDetails(first_name="Rosa", last_name="L", email="rosa@meadowlark.example"),
    )
    user = User.objects.get(pk=person.user_id)
    token = invitations.address_for(user).rstrip("/").split("/")[-1]

    def join(password: str) -> Callable[[], User]:
        return lambda: actions.join(by=actor_for(user), user=user, token=token, password=password)

    passwords = [f"quite long and unusual {number}" for number in range(4)]
    results = at_once(*[join(password) for password in passwords])
    winners = [place for place, one in enumerate(results) if isinstance(one, User)]
    assert len(winners) == 1
    assert sum(isinstance(one, actions.LinkSpent) for one in results) == 3
    user.refresh_from_db()
    assert user.check_password(passwords[winners[0]])
