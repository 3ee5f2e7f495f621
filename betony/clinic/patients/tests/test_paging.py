"""Paging by key shows everybody once, whatever is added meanwhile."""

import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from betony.clinic.patients import queries
from betony.clinic.patients.models import Patient
from betony.clinic.patients.tests import factories
from betony.kit import tenancy

NAMES = st.tuples(
    st.sampled_from(["Ann", "ann", "Ánn", "Bo", "O'Neil", "Zoë", "de la Cruz"]),
    st.sampled_from(["", "a@example.com", "B@example.com", "z@example.com"]),
    st.dates(datetime.date(1950, 1, 1), datetime.date(1950, 1, 9)),
)


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    before=st.lists(NAMES, max_size=14),
    meanwhile=st.lists(NAMES, max_size=5),
    sort=st.sampled_from(["name", "-name", "born", "-born", "email", "-email"]),
    size=st.integers(1, 5),
)
def test_everybody_is_shown_once_forwards_and_backwards(clinic, before, meanwhile, sort, size):
    with tenancy.organization(clinic.pk):
        Patient.objects.all().delete()
        people = {add(clinic, one) for one in before}
        listing = queries.Listing(sort=sort)
        seen, page = [], queries.page(clinic.pk, listing, size=size)
        added = iter(meanwhile)
        while True:
            seen += [one.pk for one in page.rows]
            if (late := next(added, None)) is not None:
                add(clinic, late)
            if page.next_cursor is None:
                break
            page = queries.page(clinic.pk, listing, cursor=page.next_cursor, size=size)
        assert len(seen) == len(set(seen))
        assert people <= set(seen)
        back = [one.pk for one in page.rows]
        while page.previous_cursor is not None:
            page = queries.page(clinic.pk, listing, cursor=page.previous_cursor, size=size)
            back = [one.pk for one in page.rows] + back
        assert len(back) == len(set(back))
        assert set(seen) <= set(back)


def add(clinic, values):
    last_name, email, born = values
    return factories.patient(clinic, last_name=last_name, email=email, date_of_birth=born).pk
