"""Undoing a wrong link: what it brought leaves the chart's sight with a trace, and comes back (story 4.4)."""

import pytest
from django.http import Http404

from betony.clinic.patients.tests import factories
from betony.clinic.prescriptions import access, failures, history, jobs, queries
from betony.clinic.prescriptions.actions import linking, revoking, unlinking
from betony.clinic.prescriptions.exchange import importing
from betony.clinic.prescriptions.models import Order, PatientLink, Prescription
from betony.clinic.prescriptions.tests import cast, worker
from betony.kit import tenancy
from betony.kit.actor import NotPermitted
from betony.kit.audit.models import AuditEvent

pytestmark = pytest.mark.slow


def _history(home, carol):
    if carol is None:
        return
    worker.work()
    row = home.there.patients[0]
    home.theirs = home.there.write_plan(row, home.there.practitioners[0], [home.zinc["variants"][0]["id"]])
    home.there.place_order(home.theirs)
    jobs.import_patient.queue(organization_id=home.pk, patient_id=carol.pk)
    worker.work()
    home.ours = cast.save(home, cast.draft(home, carol))
    worker.work()


@pytest.fixture
def further():
    return _history


@pytest.fixture
def known(settled, carol):
    """Carol is linked; one prescription and its order came from there, one was written here and sent."""
    return settled


def unlink(home, patient, name="Alice"):
    link = cast.link_of(home, patient)
    with tenancy.organization(home.pk):
        return unlinking.unlink(by=home.actor(name), link=link)


def link_again(home, link, name="Alice"):
    with tenancy.organization(home.pk):
        return unlinking.link_again(by=home.actor(name), link=link)


def seen(home, patient):
    with tenancy.organization(home.pk):
        return (
            {one.remote_id for one in history.prescriptions(patient.pk)},
            {one.remote_id for one in history.orders(patient.pk)},
        )


def test_what_the_link_brought_leaves_sight_and_what_was_written_here_stays(known, carol):
    ours = cast.now(known, known.ours)
    order = known.there.orders[0]["id"]
    assert seen(known, carol) == ({known.theirs["id"], ours.remote_id}, {order})
    unlink(known, carol)
    assert seen(known, carol) == ({ours.remote_id}, set())
    with tenancy.organization(known.pk):
        hidden = Prescription.including_hidden.get(remote_id=known.theirs["id"])
        assert hidden.hidden_at is not None
        with pytest.raises(Http404):
            access.prescription(by=known.actor("Alice"), prescription_id=hidden.pk)
        with pytest.raises(Http404):
            access.prescription_state(by=known.actor("Alice"), prescription_id=hidden.pk)
        event = AuditEvent.objects.get(action="prescriptions.patient_unlinked")
        assert event.changes["hidden"] == [0, 1]
        assert event.patient_ids == [carol.pk]


def test_the_link_says_who_ended_it_and_why(known, carol):
    link = unlink(known, carol)
    with tenancy.organization(known.pk):
        kept = PatientLink.objects.get(pk=link.pk)
        assert (kept.ended_by_id, kept.end_reason) == (known.members["Alice"].pk, "undone")
        assert kept.candidates.get().answer == "different"
    assert cast.link_of(known, carol) is None


def test_undoing_twice_is_undoing_once(known, carol):
    link = unlink(known, carol)
    with tenancy.organization(known.pk):
        unlinking.unlink(by=known.actor("Nina"), link=link)
        assert PatientLink.objects.get(pk=link.pk).ended_by_id == known.members["Alice"].pk
        assert AuditEvent.objects.filter(action="prescriptions.patient_unlinked").count() == 1


def test_nothing_links_them_again_by_itself(known, carol):
    unlink(known, carol)
    jobs.match_patient.queue(organization_id=known.pk, patient_id=carol.pk)
    jobs.match_all.queue(organization_id=known.pk, dispensary_id=carol.pk, is_first=True)
    worker.work()
    assert cast.link_of(known, carol) is None
    by = known.actor("Alice")
    with tenancy.organization(known.pk):
        linking.ask_for_link(by=by, patient=carol, dispensary=queries.current_dispensary(by))
    worker.work()
    link = cast.link_of(known, carol)
    assert (link.state, link.reason) == ("failed", "email_is_anothers")
    with tenancy.organization(known.pk):
        assert link.candidates.get().answer == "different"


def test_whom_the_writer_created_is_not_found_again_by_our_mark(connected):
    worker.work()
    omar = connected.patient(first_name="Omar", email="omar@example.com")
    by = connected.actor("Alice")
    with tenancy.organization(connected.pk):
        dispensary = queries.current_dispensary(by)
        linking.ask_for_link(by=by, patient=omar, dispensary=dispensary)
    worker.work()
    unlink(connected, omar)
    connected.there.patients[0]["email"] = "somebody.else@example.com"
    with tenancy.organization(connected.pk):
        linking.ask_for_link(by=by, patient=omar, dispensary=dispensary)
    worker.work()
    assert cast.link_of(connected, omar).remote_id == connected.there.patients[1]["id"]
    assert len(connected.there.patients) == 2


def test_link_again_brings_everything_back(known, carol):
    before = seen(known, carol)
    link = unlink(known, carol)
    again = link_again(known, link)
    worker.work()
    assert (again.state, again.how, again.remote_id) == ("linked", "confirmed", link.remote_id)
    assert seen(known, carol) == before
    unlink(known, carol)
    assert known.theirs["id"] not in seen(known, carol)[0]


def test_a_link_at_a_dispensary_the_practice_has_left_is_not_made_again(known, carol):
    link = unlink(known, carol)
    with tenancy.organization(known.pk):
        revoking.disconnect(by=known.actor("Alice"))
    with pytest.raises(failures.DispensaryLeft):
        link_again(known, link)
    other = known.server.add_clinic("Larkspur Dispensary")
    alice = known.members["Alice"].user
    person = other.add_practitioner(alice.first_name, alice.last_name, alice.email)
    cast.connect(known, "Alice", at=other, person=person)
    with pytest.raises(failures.DispensaryLeft, match="no longer connected to"):
        link_again(known, link)
    with tenancy.organization(known.pk):
        assert Prescription.including_hidden.get(remote_id=known.theirs["id"]).hidden_at is not None
        assert link.candidates.get().answer == "different"


def test_link_again_is_offered_only_at_the_dispensary_of_the_link(known, carol):
    unlink(known, carol)
    panel = f"/fullscript/patients/{carol.pk}/panel/"
    browser = factories.signed_in(known.members["Alice"])
    assert "Link again" in browser.get(panel).content.decode()
    with tenancy.organization(known.pk):
        revoking.disconnect(by=known.actor("Alice"))
    cast.connect(known, "Alice", at=known.server.add_clinic("Larkspur Dispensary"))
    shown = browser.get(panel).content.decode()
    assert "is hidden" in shown
    assert "Link again" not in shown


def test_the_right_chart_gets_the_history_that_was_in_the_wrong_one(known, carol):
    link = unlink(known, carol)
    twin = known.patient(first_name="Carola", email="carola@example.com")
    with tenancy.organization(known.pk):
        linking.keep_link(
            by=known.actor("Alice"), patient=twin, dispensary=link.dispensary, remote_id=link.remote_id,
            remote_name="Carola", how="matched",
        )  # fmt: skip
    worker.work()
    order = known.there.orders[0]["id"]
    assert seen(known, twin) == ({known.theirs["id"]}, {order})
    assert seen(known, carol) == ({cast.now(known, known.ours).remote_id}, set())
    with pytest.raises(failures.LinkedToAnother):
        link_again(known, link)


def test_news_about_somebody_who_was_unlinked_reaches_nobody(known, carol):
    unlink(known, carol)
    known.there.cancel_plan(known.theirs)
    with tenancy.working_for(known.pk):
        importing.import_plan(known.pk, known.theirs["id"])
    with tenancy.organization(known.pk):
        assert Prescription.including_hidden.get(remote_id=known.theirs["id"]).state == "sent"
        assert Order.objects.count() == 0


def test_what_waits_does_not_go_to_the_person_who_was_unlinked(known, carol):
    unlink(known, carol)
    waiting = cast.save(known, cast.draft(known, carol))
    worker.work()
    assert (cast.now(known, waiting).state, cast.now(known, waiting).reason) == (
        "waiting",
        "patient_not_linked",
    )
    assert len(known.there.plans) == 2


@pytest.mark.parametrize("name", ["Bob", "Theo", "Olga"])
def test_only_those_who_prescribe_undo_a_link(known, carol, name):
    with pytest.raises(NotPermitted):
        unlink(known, carol, name)
    link = unlink(known, carol)
    with pytest.raises(NotPermitted):
        link_again(known, link, name)
