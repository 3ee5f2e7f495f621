"""Reading what applications know the people of a practice by."""

from collections.abc import Iterable
from typing import TypeVar
from uuid import UUID

from django.db.models import QuerySet

from betony.dispensary.practices.models import Person, PersonReference

PersonRow = TypeVar("PersonRow", bound=Person)


def references(*, application_id: UUID, people: Iterable[Person]) -> dict[UUID, str]:
    """The ids the application knows these people by, by their sign-in's id."""
    rows = PersonReference.objects.filter(
        application_id=application_id, user_id__in=[person.user_id for person in people]
    )
    return dict(rows.values_list("user_id", "value"))


def referred_to(people: QuerySet[PersonRow], *, application_id: UUID, value: str) -> QuerySet[PersonRow]:
    """Those of the people whom the application knows by this id; all it has an id for when none is given."""
    known = PersonReference.objects.filter(application_id=application_id)
    known = known.filter(value=value) if value else known
    return people.filter(user_id__in=known.values("user_id"))
