"""Open questions about who is who are told in one notice, and it settles with the last answer."""

import datetime

import pytest

from betony.clinic.patients.models import Patient
from betony.clinic.prescriptions.models import Dispensary, PatientLink
from betony.clinic.workspace.notices import actions, hearing, queries
from betony.clinic.workspace.notices.tests import told
from betony.kit import clock, tenancy

pytestmark = pytest.mark.slow


def test_two_hundred_people_to_confirm_make_one_notice_for_each_who_may_answer(home):
    told.ask_who_is_who(home, 12)
    for name in ("Alice", "Nina", "Amir", "Bob"):
        assert [one.kind for one in told.notices(home, name)] == ["to_confirm"]
    for name in ("Theo", "Olga"):
        assert told.notices(home, name) == []
    with tenancy.organization(home.pk):
        assert queries.facts(home.actor("Alice")).questions == 12


def test_people_to_confirm_ring_at_most_once_a_day(home, monkeypatch):
    told.ask_who_is_who(home, 1)
    (notice,) = told.notices(home)
    with tenancy.organization(home.pk):
        actions.mark_read(by=home.actor("Alice"), notice=notice)
    told.ask_who_is_who(home, 1)
    assert told.unread(home) == 0
    tomorrow = clock.now() + datetime.timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: tomorrow)
    hearing.link_question_asked(home.pk)
    assert told.unread(home) == 1


def test_people_to_confirm_settle_with_the_last_answer(home):
    told.ask_who_is_who(home, 2)
    with tenancy.organization(home.pk):
        first, second = PatientLink.objects.filter(state="question").order_by("pk")
        PatientLink.objects.filter(pk=first.pk).update(state="failed")
    hearing.link_question_answered(home.pk)
    assert told.unread(home) == 1
    with tenancy.organization(home.pk):
        PatientLink.objects.filter(pk=second.pk).update(state="failed")
    hearing.link_question_answered(home.pk)
    assert told.unread(home) == 0
    told.ask_who_is_who(home, 1)
    assert told.unread(home) == 1


@pytest.mark.parametrize(
    "meanwhile",
    [
        lambda link: PatientLink.objects.filter(pk=link.pk).update(state="linked", remote_id="r"),
        lambda link: PatientLink.objects.filter(pk=link.pk).update(ended_at=clock.now()),
        lambda link: PatientLink.objects.filter(pk=link.pk).update(is_for_writing=False),
        lambda link: Patient.objects.filter(pk=link.patient_id).update(is_active=False),
        lambda link: Dispensary.objects.update(ended_at=clock.now()),
        lambda link: None,
    ],
    ids=["linked", "unlinked", "only receives", "inactive", "dispensary let go of", "nothing"],
)
def test_the_bell_and_the_list_agree_on_who_is_to_be_confirmed(home, browser, meanwhile):
    told.ask_who_is_who(home, 1)
    with tenancy.organization(home.pk):
        meanwhile(PatientLink.objects.get(state="question"))
        said = queries.facts(home.actor("Alice")).questions
    listed = browser("Alice").get("/fullscript/patients-to-confirm/").text.count("data-question>")
    assert (listed, told.notices(home)[0].is_over) == (said, said == 0)


def test_somebody_inactive_need_not_be_confirmed(home):
    told.ask_who_is_who(home, 1)
    with tenancy.organization(home.pk):
        Patient.objects.filter(email__startswith="q0").update(is_active=False)
        assert queries.facts(home.actor("Alice")).questions == 0
    assert told.notices(home)[0].is_over
    hearing.keep_true(home.pk)
    assert told.unread(home) == 0
