"""The audit rule: who writes for somebody records it, itself or through another action."""

import pytest

from tools import audits, tree

PATH = tree.ROOT / "betony" / "clinic" / "patients" / "actions.py"
RECORD = 'trail.record(by=by, action="patients.patient_added", subject=patient)'


def _found(source):
    return [finding.sentence for finding in audits.unrecorded(audits.functions_in(PATH, source))]


@pytest.mark.parametrize(
    "source",
    [
        "def add(*, by):\n    Patient.objects.create(name='June')",
        "def add(*, by):\n    _insert()\ndef _insert():\n    Patient.objects.create(name='June')",
        "def add(*, by):\n    patient.save()\n    log.record('added')",
    ],
)
def test_an_unrecorded_write_is_found(source):
    assert _found(source) == ["add writes for somebody and records no audit event"]


@pytest.mark.parametrize(
    "source",
    [
        f"def add(*, by):\n    Patient.objects.create(name='June')\n    {RECORD}",
        f"def add(*, by):\n    patient.save()\n    _note()\ndef _note():\n    {RECORD}",
        f"def add(*, by):\n    patient.save()\n    patients.change(by=by)\ndef change(*, by):\n    {RECORD}",
        "def find(*, by):\n    return Patient.objects.first()",
        "def sweep():\n    Session.objects.all().delete()",
        "def _insert(*, by):\n    Patient.objects.create(name='June')",
    ],
)
def test_a_recorded_write_and_what_needs_no_record_pass(source):
    assert _found(source) == []
