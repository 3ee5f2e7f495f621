"""Whatever refers to a patient says what becomes of it when two patients are merged."""

import importlib
import importlib.util

import pytest
from django.conf import settings
from django.db import models

from tests.architecture import catalogue

if settings.BETONY_SERVER != "clinic":
    pytest.skip("only the clinic merges patients", allow_module_level=True)

from betony.clinic.patients.merging import fields
from betony.clinic.patients.models import Patient
from betony.clinic.workflows import merge_patients

# Columns that hold a patient's id without being a reference.
HOLD_AN_ID_AND_STAY = {"AuditEvent.patient_ids": "what happened, as it was; the trail is never changed"}


# Columns that say what a record is, not what a person told about themselves.
OF_THE_RECORD = {"id", "organization_id", "merged_into_id", "version", "created_at", "updated_at"}


def references():
    """Every field of a model that points to a patient."""
    return [
        (model, field)
        for model in catalogue.our_models()
        for field in model._meta.local_fields
        if field.is_relation and field.related_model is Patient
    ]


def part_of(model):
    """The merging.py of a model's module, if there is one."""
    name = ".".join([*catalogue.module_of(model), "merging"])
    return importlib.import_module(name) if importlib.util.find_spec(name) else None


def test_every_reference_to_a_patient_follows_or_stays_with_a_reason():
    unnamed = []
    for model, field in references():
        part = part_of(model)
        follows = {one.model for one in part.FOLLOWS} if part and field.name == "patient" else set()
        if model not in follows and f"{model.__name__}.{field.name}" not in (part.STAYS if part else {}):
            unnamed.append(f"{model.__name__}.{field.name}")
    assert unnamed == [], "name it in FOLLOWS or STAYS of the module's merging.py (patients/merging/parts.py)"


def test_every_column_of_a_patient_is_told_apart_when_two_are_merged():
    """One that is not named there would be lost with the merged record, and nobody asked."""
    told = [column for field in fields.FIELDS for column in field.columns]
    columns = {field.attname for field in Patient._meta.concrete_fields if not field.generated}
    assert columns - OF_THE_RECORD == set(told)
    assert len(told) == len(set(told))


def test_every_part_is_asked_when_patients_are_merged():
    parts = {part_of(model) for model, _field in references()}
    assert [part.__name__ for part in parts if part not in merge_patients.PARTS] == []


def test_nothing_that_no_longer_exists_is_named():
    known = {f"{model.__name__}.{field.name}" for model, field in references()}
    named = {
        *(name for part in merge_patients.PARTS for name in part.STAYS),
        *(f"{one.model.__name__}.patient" for part in merge_patients.PARTS for one in part.FOLLOWS),
    }
    assert named - known == set()


def test_no_column_holds_a_patients_id_unseen():
    found = {
        f"{model.__name__}.{field.attname}"
        for model in catalogue.our_models()
        for field in model._meta.local_fields
        if field.attname in ("patient_id", "patient_ids", "person_id")
        and not isinstance(field, models.ForeignKey)
    }
    assert found - HOLD_AN_ID_AND_STAY.keys() == set(), "make it a TenantForeignKey, or say why it may stay"


@pytest.mark.django_db
def test_no_row_can_land_in_a_merged_record():
    query = "select tgname from pg_trigger where tgrelid = %s::regclass and not tgisinternal"
    lacking = [
        model.__name__
        for model, field in references()
        if field.name == "patient"
        and not {"refuse_merged", "refuse_merged_change"}.issubset(
            name for (name,) in catalogue.rows(query, model._meta.db_table)
        )
    ]
    assert lacking == [], "put patients.merging.operations.RefuseMerged in the migration"
