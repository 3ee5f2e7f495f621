"""Refused sharing, a death, an inactive patient: looked at again before anything new goes out (story 4.3)."""

from typing import Any

import pytest

from betony.clinic.patients.models import Consent, Patient
from betony.clinic.prescriptions import failures, rules, words
from betony.clinic.prescriptions.actions import changing, emails, writing
from betony.clinic.prescriptions.models import PatientLink
from betony.clinic.prescriptions.tests import cast, changes, worker
from betony.kit import tenancy

pytestmark = pytest.mark.slow

SEND = "POST /api/clinic/patients/*/treatment_plans"
NEW = "carol.castle@example.com"
ENDS: list[Any] = [
    pytest.param({"shares_with_dispensary": Consent.REFUSED}, rules.PATIENT_REFUSED_SHARING, id="refused sharing"),
    pytest.param({"deceased_date": "2026-11-01"}, rules.PATIENT_DECEASED, id="deceased"),
    pytest.param({"is_active": False}, rules.PATIENT_INACTIVE, id="inactive"),
]  # fmt: skip


@pytest.fixture
def home(settled, carol):
    return settled


def record(home, patient, fields):
    """What the front desk saves in the profile meanwhile."""
    with tenancy.organization(home.pk):
        Patient.objects.filter(pk=patient.pk).update(**fields)


@pytest.mark.parametrize(("fields", "reason"), ENDS)
def test_what_waits_for_a_linked_patient_is_not_sent_and_says_why(home, carol, saved, fields, reason):
    record(home, carol, fields)
    assert not worker.work().failed
    refused = cast.now(home, saved)
    assert (refused.state, refused.reason) == ("not_sent", reason)
    assert words.reason(refused).endswith(".")
    assert (home.there.plans, home.there.mails) == ([], [])


@pytest.mark.parametrize(("fields", "reason"), ENDS)
def test_what_may_have_arrived_is_looked_up_all_the_same(home, carol, saved, fields, reason):
    home.server.trouble("lost", on=SEND)
    worker.work()
    record(home, carol, fields)
    worker.work()
    assert cast.now(home, saved).state == "sent"
    assert len(home.there.plans) == 1


@pytest.mark.parametrize(("fields", "reason"), ENDS)
def test_what_had_not_arrived_is_looked_up_and_then_not_sent(home, carol, saved, fields, reason):
    home.server.trouble("slow", on=SEND)
    worker.work()
    record(home, carol, fields)
    worker.work()
    assert (cast.now(home, saved).state, cast.now(home, saved).reason) == ("not_sent", reason)
    assert home.there.plans == []


@pytest.mark.parametrize(("fields", "reason"), ENDS)
def test_a_change_that_waits_is_not_sent(home, carol, sent, fields, reason):
    change = changes.revise(home, sent)
    record(home, carol, fields)
    worker.work()
    refused = cast.now(home, change)
    assert (refused.state, refused.reason) == ("not_sent", reason)
    assert words.of_change(refused)["reason"].endswith(".")
    assert changes.calls(home, "PATCH") == 0
    with pytest.raises(failures.PatientCannotBeShared):
        cast.inside(home, changing.try_change_again, by=home.actor("Alice"), change=change)


@pytest.mark.parametrize(("fields", "reason"), ENDS)
def test_a_cancellation_still_goes(home, carol, sent, fields, reason):
    record(home, carol, fields)
    change = changes.cancel(home, sent)
    worker.work()
    assert cast.now(home, change).state == "done"
    assert cast.now(home, sent).state == "cancelled"


@pytest.mark.parametrize(("fields", "reason"), ENDS)
def test_a_change_is_neither_begun_nor_saved(home, carol, sent, fields, reason):
    draft = changes.begin(home, sent)
    record(home, carol, fields)
    with pytest.raises(failures.PatientCannotBeShared) as raised:
        changes.begin(home, sent)
    assert raised.value.reason == reason
    with pytest.raises(failures.PatientCannotBeShared):
        changes.save(home, draft, message="other words")


@pytest.mark.parametrize(("fields", "reason"), ENDS)
def test_the_email_there_is_not_updated(home, carol, fields, reason):
    record(home, carol, {"email": NEW, "email_key": NEW})
    link = cast.link_of(home, carol)
    cast.inside(home, emails.ask_for_update, by=home.actor("Alice"), link=link)
    record(home, carol, fields)
    worker.work()
    found = cast.link_of(home, carol)
    assert (found.email_update_asked_at, found.email_update_refused) == (None, reason)
    assert words.email_refusal(found).endswith(".")
    assert home.there.patients[0]["email"] == "carol@example.com"
    with pytest.raises(failures.PatientCannotBeShared):
        cast.inside(home, emails.ask_for_update, by=home.actor("Alice"), link=link)
    with pytest.raises(failures.PatientCannotBeShared):
        cast.inside(home, emails.give_another, by=home.actor("Alice"), link=link, email="third@example.com")


def test_once_that_has_changed_it_can_be_tried_again(home, carol, saved):
    record(home, carol, {"is_active": False})
    worker.work()
    record(home, carol, {"is_active": True})
    cast.inside(home, writing.try_again, by=home.actor("Alice"), prescription=saved)
    worker.work()
    assert cast.now(home, saved).state == "sent"


def test_a_patient_who_is_being_set_up_says_why_in_the_readers_language(home):
    omar = home.patient(first_name="Omar", email="omar@example.com")
    waiting = cast.save(home, cast.draft(home, omar))
    record(home, omar, {"shares_with_dispensary": Consent.REFUSED})
    worker.work()
    with tenancy.organization(home.pk):
        link = PatientLink.objects.current().get(patient=omar)
    assert (link.state, link.reason) == ("failed", rules.PATIENT_REFUSED_SHARING)
    assert words.link_reason(link).endswith(".")
    assert cast.now(home, waiting).reason == rules.PATIENT_REFUSED_SHARING
