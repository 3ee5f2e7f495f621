"""Practitioners and staff belong to one dispensary."""

import pytest
from django.db import IntegrityError

from betony.dispensary.accounts import factories as accounts
from betony.dispensary.practices import factories
from betony.dispensary.practices.models import Practitioner
from betony.kit import tenancy


@pytest.mark.django_db
def test_a_practitioner_is_seen_by_the_own_dispensary_only() -> None:
    ours, theirs = accounts.organization(), accounts.organization()
    with tenancy.organization(ours.pk):
        factories.practitioner(ours)
        assert Practitioner.objects.count() == 1
    with tenancy.organization(theirs.pk):
        assert Practitioner.objects.count() == 0


@pytest.mark.django_db
def test_a_practitioner_cannot_have_the_sign_in_of_another_dispensary() -> None:
    ours, theirs = accounts.organization(), accounts.organization()
    stranger = accounts.user(theirs)
    with tenancy.organization(ours.pk):
        nina = factories.practitioner(ours)
    with pytest.raises(IntegrityError), tenancy.organization(ours.pk):
        Practitioner.objects.filter(pk=nina.pk).update(user=stranger)
