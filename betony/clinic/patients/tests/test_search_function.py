"""The search function sees one organization's patients, whatever the spelling."""

import datetime

import pytest
from django.db import connection

from betony.clinic.patients.tests import factories
from betony.kit import tenancy

pytestmark = pytest.mark.django_db


def found(words: list[str], born: list[datetime.date] | None = None) -> int:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from clinic_patients_search(%s, %s, 100)", [words, born])
        row = cursor.fetchone()
    return int(row[0])


@pytest.mark.parametrize(
    "word",
    [
        "zoe",
        "ZOË",
        "obrien",
        "O'Brien",
        "O\u2019Brien",
        "nakamura-obrien",
        "kamur",
        "zo",
        "z",
        "555014",
        "e@ex",
    ],
)
def test_a_name_is_found_however_it_is_spelled(word):
    clinic = factories.organization()
    with tenancy.organization(clinic.pk):
        factories.patient(
            clinic,
            first_name="Zoë",
            last_name="Nakamura-O\u2019Brien",
            email="zoe@example.com",
            mobile_phone="+16075550142",
        )
        factories.patient(clinic)
        assert found([word]) == 1


@pytest.mark.parametrize("word", ["%", "_", "\\", "a%e", "x_e"])
def test_signs_of_patterns_mean_themselves(word):
    clinic = factories.organization()
    with tenancy.organization(clinic.pk):
        factories.patient(clinic)
        assert found([word]) == 0


def test_another_organization_and_none_find_nothing():
    clinic = factories.organization()
    other = factories.organization(name="Harbour", slug="harbour")
    with tenancy.organization(clinic.pk):
        factories.patient(clinic)
        assert found(["castle"]) == 1
        assert found([], [datetime.date(1980, 4, 3)]) == 1
    with tenancy.organization(other.pk):
        assert found(["castle"]) == 0
        assert found([], [datetime.date(1980, 4, 3)]) == 0
    assert found(["castle"]) == 0
