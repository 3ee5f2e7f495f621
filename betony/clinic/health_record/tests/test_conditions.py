"""Conditions, pregnancy and breastfeeding among them: recorded, corrected, ended, never deleted."""

import pytest
from django.db import IntegrityError

from betony.clinic.health_record import actions, queries, rules
from betony.clinic.health_record.details import ConditionDetails
from betony.clinic.health_record.models import CodeSystem, Condition, Status
from betony.clinic.health_record.tests.pages import base, only
from betony.clinic.patients.tests import factories
from betony.kit import tenancy
from betony.kit.actor import NotPermitted
from betony.kit.audit.models import AuditEvent
from betony.kit.identifiers import uuid7
from betony.kit.ui.testing import HTMX, words

ICD = CodeSystem.ICD_10_CM.value


def test_a_condition_is_added_once_corrected_and_ended(alice, clinic, june):
    form = {
        "name": " High blood pressure ", "code_system": ICD, "code": "i10", "onset_date": "2020-05-01",
        "entry_id": str(uuid7()),
    }  # fmt: skip
    for _twice in range(2):
        assert alice.post(base(june) + "condition/add/", form, headers=HTMX).headers["HX-Redirect"]
    row = only(clinic, Condition)
    assert (row.name, row.code, row.code_system, row.kind) == ("High blood pressure", "I10", ICD, "condition")
    one = base(june) + f"condition/{row.pk}/"
    assert 'value="High blood pressure"' in words(alice.get(one))
    alice.post(one, {"name": "High blood pressure", "version": "1"})
    with tenancy.organization(clinic.pk):
        event = AuditEvent.objects.get(action="health_record.condition_amended")
    assert event.changes["code"] == ["I10", ""]
    alice.post(one + "end/", {"ended_date": "2026-02-01", "reason": "resolved"})
    assert only(clinic, Condition).status == Status.ENDED
    assert "resolved" in words(alice.get(base(june)))


@pytest.mark.parametrize(("kind", "word"), [("pregnancy", "Pregnancy"), ("breastfeeding", "Breastfeeding")])
def test_a_pregnancy_is_recorded_with_one_form_and_stands_in_the_banner(alice, bob, clinic, june, kind, word):
    alice.post(base(june) + f"{kind}/add/", {"onset_date": "2026-08-01"})
    row = only(clinic, Condition)
    assert (row.kind, row.name, row.shown_name) == (kind, word, word)
    banner = words(alice.get(f"/patients/{june.pk}/")).split('aria-label="Patient"')[1].split("</section>")[0]
    assert word in banner
    assert word not in words(bob.get(f"/patients/{june.pk}/"))
    page = words(alice.get(base(june)))
    assert f'aria-label="Actions for {word}"' in page
    assert f"Record {kind}" not in page
    with tenancy.organization(clinic.pk):
        assert AuditEvent.objects.filter(action=f"health_record.{kind}_added").count() == 1
    alice.post(base(june) + f"{kind}/{row.pk}/end/", {})
    assert word not in words(alice.get(f"/patients/{june.pk}/")).split("</section>")[0]


def test_a_patient_is_pregnant_once_at_a_time(alice, clinic, june):
    alice.post(base(june) + "pregnancy/add/", {})
    again = alice.post(base(june) + "condition/add/", {"name": "pregnant"}, headers=HTMX)
    assert again.status_code == 422
    assert "This is already recorded." in words(again)
    assert only(clinic, Condition).kind == "pregnancy"


def test_a_pregnancy_typed_as_text_counts_as_one(alice, clinic, june):
    alice.post(base(june) + "condition/add/", {"name": "Currently pregnant"})
    assert only(clinic, Condition).kind == "pregnancy"
    with tenancy.organization(clinic.pk):
        assert queries.of_patient(clinic.pk, june.pk).is_pregnant


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Pregnancy", "pregnancy"), (" PREGNANT. ", "pregnancy"), ("enceinte", "pregnancy"),
        ("breast-feeding", "breastfeeding"), ("Lactating", "breastfeeding"),
        ("Pregnancy loss in 2019", "condition"), ("Not pregnant", "condition"), ("", "condition"),
    ],
)  # fmt: skip
def test_the_kind_follows_from_a_name_that_says_just_that(name, kind):
    assert rules.kind_of(name) == kind


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"name": ""}, "This field is required."),
        ({"name": "Asthma", "onset_date": "2999-01-01"}, "That date is in the future."),
        ({"name": "Asthma", "code": "J45.9"}, "Choose which system this code is from."),
        ({"name": "Asthma", "code_system": ICD}, "Give the code"),
        ({"name": "Asthma", "code_system": ICD, "code": "hello"}, "does not look like a code"),
        ({"name": "Asthma", "code_system": "http://snomed.info/sct", "code": "J45.9"}, "does not look like"),
    ],
)
def test_an_error_stands_in_words_beside_the_field(alice, clinic, june, form, sentence):
    answer = alice.post(base(june) + "condition/add/", form, headers=HTMX)
    assert answer.status_code == 422
    assert sentence in words(answer)


def test_a_row_is_reached_under_its_own_sort_only(alice, clinic, june):
    alice.post(base(june) + "condition/add/", {"name": "Asthma"})
    row = only(clinic, Condition)
    assert alice.post(base(june) + f"pregnancy/{row.pk}/", {"version": "1"}).status_code == 404
    assert alice.post(base(june) + f"allergy/{row.pk}/end/", {}).status_code == 404
    assert only(clinic, Condition).name == "Asthma"


def test_who_may_not_edit_adds_nothing(bob, theo, charlie, stranger, clinic, june):
    for client in (bob, theo, charlie, stranger):
        assert client.post(base(june) + "pregnancy/add/", {}).status_code == 404
    desk = factories.actor(factories.member(clinic, role="front_desk", first="Ben"))
    with tenancy.organization(clinic.pk):
        with pytest.raises(NotPermitted):
            actions.add_condition(by=desk, patient_id=june.pk, details=ConditionDetails(name="Asthma"))
        assert not Condition.objects.exists()


def test_a_code_without_a_system_cannot_be_stored(alice, clinic, june):
    alice.post(base(june) + "condition/add/", {"name": "Asthma"})
    with pytest.raises(IntegrityError, match="condition_code_has_a_system"), tenancy.organization(clinic.pk):
        Condition.objects.update(code="J45.9")


def test_markup_is_text(alice, clinic, june):
    alice.post(base(june) + "condition/add/", {"name": "<script>alert(1)</script>"})
    for address in (base(june), f"/patients/{june.pk}/"):
        page = words(alice.get(address))
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page
