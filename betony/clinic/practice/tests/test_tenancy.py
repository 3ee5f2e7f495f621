"""The second lock: PostgreSQL shows and takes only the organization's own rows."""

import pytest
from django.db import DatabaseError, connection
from django.http import Http404

from betony.clinic.accounts.tests import factories as people
from betony.clinic.practice import access
from betony.clinic.practice.models import Delegation, Location, Practitioner
from betony.clinic.practice.tests import factories
from betony.kit import clock, tenancy


@pytest.fixture
def theirs(mallory):
    factories.location(mallory.organization)
    return factories.practitioner(mallory)


@pytest.mark.parametrize("model", [Location, Practitioner])
def test_rows_of_another_clinic_are_not_there(clinic, theirs, model):
    with tenancy.organization(clinic.pk):
        assert model.objects.count() == 0
        assert model.objects.update(is_active=False) == 0
    assert model.objects.count() == 0, "without an organization there are none either"
    with tenancy.organization(theirs.organization_id):
        assert model.objects.filter(is_active=True).count() == 1


def test_a_record_of_another_clinic_is_not_found_even_where_the_database_would_show_it(alice, mallory):
    place = factories.location(mallory.organization)
    profile = factories.practitioner(mallory)
    by = people.actor(alice)
    with tenancy.organization(mallory.organization_id):
        with pytest.raises(Http404):
            access.location(by, place.pk)
        with pytest.raises(Http404):
            access.practitioner(by, profile.pk)


def test_a_row_cannot_be_written_into_another_clinic(clinic, mallory):
    with pytest.raises(DatabaseError), tenancy.organization(clinic.pk):
        Location.objects.create(
            organization=mallory.organization, name="Planted", time_zone="America/New_York"
        )


def test_a_profile_cannot_point_at_a_member_of_another_clinic_even_by_raw_sql(clinic, alice, mallory):
    profile = factories.practitioner(alice)
    with pytest.raises(DatabaseError), tenancy.organization(clinic.pk), connection.cursor() as cursor:
        cursor.execute(
            "update clinic_practice_practitioner set membership_id = %s where id = %s",
            [mallory.pk, profile.pk],
        )


def test_a_delegation_cannot_cross_clinics(clinic, stan, theirs):
    with pytest.raises(DatabaseError), tenancy.organization(clinic.pk):
        Delegation.objects.create(
            organization=clinic, practitioner_id=theirs.pk, membership=stan, started_at=clock.now()
        )
