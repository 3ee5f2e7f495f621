"""Whoever was shown stands in the trail, once for some minutes where a page asks again by itself."""

import pytest
from django.urls import reverse

from betony.clinic.patients.tests import factories
from betony.clinic.prescriptions import access
from betony.clinic.prescriptions.models import LinkCandidate, PatientLink
from betony.clinic.prescriptions.tests import cast, worker
from betony.kit import clock, tenancy
from betony.kit.audit.models import AuditEvent

pytestmark = pytest.mark.slow

BACKGROUND = {"HX-Request": "true", "X-Betony-Background": "1"}


@pytest.fixture
def home(settled, carol):
    return settled


@pytest.fixture
def mia(home, carol):
    """Mia, who may be the person at the dispensary to whom Carol is linked."""
    patient = home.patient(first_name="Mia", email="mia@example.com")
    with tenancy.organization(home.pk):
        theirs = PatientLink.objects.get(patient=carol)
        link = PatientLink.objects.create(
            organization_id=home.pk, dispensary_id=theirs.dispensary_id, patient=patient, state="question",
            reason="first_name_differs", created_at=clock.now(),
        )  # fmt: skip
        LinkCandidate.objects.create(
            organization_id=home.pk, link=link, remote_id=theirs.remote_id, first_name="Carol",
            last_name="Castle", email="mia@example.com", seen_at=clock.now(),
        )  # fmt: skip
    return patient


def events(home, action):
    with tenancy.organization(home.pk):
        return list(AuditEvent.objects.filter(action=f"prescriptions.{action}").order_by("id"))


def look(home, page, *ids, name="Alice", headers=BACKGROUND):
    address = reverse(f"fullscript:{page}", args=ids)
    return factories.signed_in(home.members[name]).get(address, headers=headers)


@pytest.mark.parametrize("page", ["show_panel", "show_history"])
def test_asking_in_the_background_is_reading_and_is_told_once(home, carol, page):
    for _ in range(3):
        assert look(home, page, carol.pk).status_code == 200
    assert [one.patient_ids for one in events(home, "history_shown")] == [[carol.pk]]


def test_a_colleague_who_reads_the_same_is_told_too(home, carol):
    look(home, "show_panel", carol.pk)
    look(home, "show_panel", carol.pk, name="Bob")
    assert [one.actor_role for one in events(home, "history_shown")] == ["owner", "front_desk"]


@pytest.mark.parametrize(("page", "action"), [("show_link", "link_shown"), ("open_writer", "writer_shown")])
def test_whoever_is_named_as_linked_here_is_told_with_the_patient(home, carol, mia, page, action):
    shown = look(home, page, mia.pk).content.decode()
    assert "linked to Carol Castle here" in shown
    assert set(events(home, action)[-1].patient_ids) == {carol.pk, mia.pk}


def test_so_they_are_in_the_list_of_patients_to_confirm(home, carol, mia):
    look(home, "confirm_patients", headers={})
    assert set(events(home, "questions_shown")[-1].patient_ids) == {carol.pk, mia.pk}


def test_somebody_of_the_same_name_is_named_as_well(home, carol, mia):
    """Two patients of one name are two people; the second must not pass for the first."""
    with tenancy.organization(home.pk):
        type(mia).objects.filter(pk=mia.pk).update(first_name="Carol")
    assert "linked to Carol Castle here" in look(home, "show_link", mia.pk).content.decode()


def test_how_a_prescription_stands_is_told_once_while_it_is_asked_every_second(home, carol):
    saved = cast.save(home, cast.draft(home, carol))
    for _ in range(3):
        look(home, "show_outcome", saved.pk)
    worker.work()
    look(home, "show_outcome", saved.pk)
    assert len(events(home, "outcome_shown")) == 1


def test_how_a_prescription_stands_is_read_without_its_products(home, carol, django_assert_num_queries):
    saved = cast.save(home, cast.draft(home, carol))
    with tenancy.organization(home.pk), django_assert_num_queries(2):
        access.prescription_state(by=home.actor("Bob"), prescription_id=saved.pk)


def test_a_colleagues_draft_does_not_say_how_it_stands(home, carol):
    draft = cast.draft(home, carol)
    assert look(home, "show_outcome", draft.pk, name="Nina").status_code == 404
    assert look(home, "show_outcome", draft.pk).status_code == 200
