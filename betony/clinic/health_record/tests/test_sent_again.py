"""A form that is sent again because its answer never came, perhaps corrected: the record says what was sent last.

Saved as "mild", the answer lost, corrected to "severe" in the dialog that is still open, saved again: a safety check
that still read "mild" would be wrong, and nobody would know.
"""

import re

import pytest

from betony.clinic.health_record.models import Allergy, Condition, MedicationStatement
from betony.clinic.health_record.tests.pages import base, only
from betony.clinic.patients.tests import factories
from betony.kit import tenancy
from betony.kit.audit.models import AuditEvent
from betony.kit.identifiers import uuid7
from betony.kit.ui.testing import HTMX

SORTS = [
    ("allergy", Allergy, {"substance": "Penicillin", "severity": "mild"}, "severity", "severe"),
    ("medication", MedicationStatement, {"name": "Warfarin", "dose": "5 mg"}, "dose", "7 mg"),
    ("supplement", MedicationStatement, {"name": "Zinc", "dose": "15 mg"}, "dose", "30 mg"),
    ("condition", Condition, {"name": "Asthma"}, "name", "Hypertension"),
    ("pregnancy", Condition, {"onset_date": "2026/01/02"}, "onset_date", "2026/02/01"),
]


def send(browser, june, kind, form):
    return browser.post(base(june) + f"{kind}/add/", form, headers=HTMX)


def shown(value):
    return str(value).replace("-", "/")


@pytest.mark.parametrize(("kind", "model", "form", "field", "corrected"), SORTS)
def test_what_was_corrected_before_it_was_sent_again_amends_the_row(
    alice, clinic, june, kind, model, form, field, corrected
):
    form = {**form, "entry_id": str(uuid7())}
    assert send(alice, june, kind, form).status_code == 200
    assert send(alice, june, kind, {**form, field: corrected}).status_code == 200
    row = only(clinic, model)
    assert shown(getattr(row, field)) == corrected
    with tenancy.organization(clinic.pk):
        event = AuditEvent.objects.get(action=f"health_record.{kind}_amended")
    assert [shown(one) for one in event.changes[field]] == [form[field], corrected]
    assert send(alice, june, kind, {**form, field: corrected}).status_code == 200, (
        "the same once more is the same"
    )
    assert only(clinic, model).version == 2


def test_what_somebody_else_has_changed_since_is_told_and_stays(alice, clinic, june):
    form = {"substance": "Penicillin", "severity": "mild", "entry_id": str(uuid7())}
    send(alice, june, "allergy", form)
    row = only(clinic, Allergy)
    amended = {"substance": "Amoxicillin", "severity": "mild", "version": "1"}
    alice.post(base(june) + f"allergy/{row.pk}/", amended, headers=HTMX)
    answer = send(alice, june, "allergy", {**form, "severity": "severe"})
    page = re.sub(r"\s+", " ", answer.content.decode())
    assert answer.status_code == 422
    assert "This was changed in the meantime, so what you typed is not saved." in page
    assert '<option value="severe" selected>' in page
    assert only(clinic, Allergy).substance == "Amoxicillin"


def test_what_was_ended_since_is_not_said_to_be_saved(alice, clinic, june):
    form = {"substance": "Penicillin", "severity": "mild", "entry_id": str(uuid7())}
    send(alice, june, "allergy", form)
    row = only(clinic, Allergy)
    alice.post(base(june) + f"allergy/{row.pk}/end/", {"is_error": "on"}, headers=HTMX)
    answer = send(alice, june, "allergy", form)
    assert answer.status_code == 422
    assert "This was ended in the meantime" in answer.content.decode()


def test_somebody_elses_row_is_not_corrected_by_a_form_that_bears_its_id(alice, clinic, june):
    form = {"substance": "Penicillin", "severity": "mild", "entry_id": str(uuid7())}
    send(alice, june, "allergy", form)
    nina = factories.signed_in(factories.member(clinic, role="practitioner", first="Nina"))
    assert send(nina, june, "allergy", {**form, "severity": "severe"}).status_code == 422
    assert only(clinic, Allergy).severity == "mild"
