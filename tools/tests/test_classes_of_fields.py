"""Unclassed fields and classes of fields that are gone are both told."""

import pytest

from tools import classify, tree

PATIENT = {
    "app": "clinic_patients",
    "folder": "betony/clinic/patients",
    "name": "Patient",
    "table": "clinic_patients_patient",
    "fields": {
        "id": "key",
        "organization": "reference",
        "created_at": "DateTimeField",
        "first_name": "CharField",
        "is_active": "BooleanField",
    },
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(tree, "ROOT", tmp_path)
    made = tmp_path / PATIENT["folder"]
    made.mkdir(parents=True)
    return made


def test_fields_without_a_class_are_told_but_keys_references_and_times_need_none(folder):
    assert classify.report([PATIENT]).sentences() == [
        "betony/clinic/patients/fields.toml: Patient.first_name is not classed",
        "betony/clinic/patients/fields.toml: Patient.is_active is not classed",
    ]


def test_classes_of_fields_and_models_that_are_gone_are_told(folder):
    (folder / "fields.toml").write_text(
        '[Patient]\nidentifying = ["first_name", "nickname"]\nother = ["is_active"]\n[Visitor]\nother = ["name"]\n'
    )
    assert classify.report([PATIENT]).sentences() == [
        "betony/clinic/patients/fields.toml: Patient.nickname no longer exists",
        "betony/clinic/patients/fields.toml: Visitor no longer exists",
    ]


def test_writing_adds_a_guess_and_keeps_what_stands_there(folder):
    (folder / "fields.toml").write_text('[Patient]\nother = ["first_name"]\n')
    classify.write(classify.report([PATIENT]).unclassed)
    assert classify.classes_of("betony/clinic/patients") == {
        "Patient": {"other": ["first_name", "is_active"]}
    }
    assert classify.report([PATIENT]).sentences() == []


def test_a_guess_calls_text_identifying_and_numbers_not():
    assert classify.guess("notes", "TextField") == "identifying"
    assert classify.guess("quantity", "IntegerField") == "other"
    assert classify.guess("token_digest", "CharField") == "other"
