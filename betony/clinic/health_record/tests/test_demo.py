"""The demo's patients and their health records are loaded once, by the role that owns the tables."""

import datetime

import pytest
from django.db import connections

from betony.clinic.accounts import demo as accounts
from betony.clinic.health_record import demo as health_record
from betony.clinic.health_record.models import Allergy, Condition, MedicationStatement
from betony.clinic.patients import demo, queries
from betony.clinic.patients.models import Patient
from betony.clinic.practice import demo as practice
from betony.kit import tenancy


def loaded(count: int) -> list[str]:
    said: list[str] = []
    accounts.load()
    practice.load()
    demo.load(count=count, say=said.append)
    health_record.load(count=count)
    connections["migration"].close()
    return said


@pytest.mark.slow
def test_the_people_of_the_stories_stand_there_once(committed_db):
    assert loaded(30) == ["meadowlark: 36 patients", "harbour: 30 patients"]
    assert loaded(30) == []
    clinic = accounts.demo_id(accounts.MEADOWLARK)
    with tenancy.organization(clinic):
        assert Patient.objects.count() == 36
        zoe = queries.listed(clinic, queries.Listing(search="zoe obrien")).get()
        assert (zoe.full_name, zoe.date_of_birth) == ("Zoë Nakamura-O'Brien", datetime.date(1992, 2, 29))
        omar = Patient.objects.get(pk=demo.patient_id(accounts.MEADOWLARK, "omar.reyes"))
        assert omar.mobile_phone == "+16075550117"
        assert Allergy.objects.get(patient=omar).substance == "Shellfish"
        assert MedicationStatement.objects.get(patient=omar).name == "Warfarin"
        assert Condition.objects.get(patient=omar).name == "Atrial fibrillation"
        assert Condition.objects.exclude(kind="condition").exists()
        harold = queries.listed(clinic, queries.Listing(search="pike")).get()
        assert harold.email == ""
        assert queries.shared_emails(clinic, Patient.objects.all()) == {"raman.family@example.com"}
    with tenancy.organization(accounts.demo_id(accounts.HARBOUR)):
        assert Patient.objects.count() == 30
