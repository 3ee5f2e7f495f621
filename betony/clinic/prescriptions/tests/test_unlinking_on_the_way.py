"""A prescription on its way while somebody unlinks: whatever reaches the wrong person is taken back (story 4.4)."""

from uuid import UUID

import pytest

from betony.clinic.prescriptions import failures, history, queries
from betony.clinic.prescriptions.actions import linking, revoking, unlinking
from betony.clinic.prescriptions.exchange import importing
from betony.clinic.prescriptions.models import PatientLink, PrescriptionChange
from betony.clinic.prescriptions.tests import cast, worker
from betony.kit import tenancy
from betony.kit.audit.models import AuditEvent

pytestmark = pytest.mark.slow

SEND = "POST /api/clinic/patients/*/treatment_plans"
LOOK = "GET /api/clinic/metadata"


@pytest.fixture
def home(settled, carol):
    return settled


def on_the_way(home, patient):
    link = cast.link_of(home, patient)
    with tenancy.organization(home.pk):
        return {one.pk for one in queries.on_the_way(link)}


def unlink(home, patient, name="Alice"):
    """Press **Unlink** in a dialog that was drawn this moment."""
    link, seen = cast.link_of(home, patient), on_the_way(home, patient)
    return cast.inside(home, unlinking.unlink, by=home.actor(name), link=link, seen=seen)


def settle(home):
    """Let every job have its tries."""
    for _ in range(4):
        worker.work()


def living(home):
    """Return the plans at the dispensary that a patient could order from."""
    return [one for one in home.there.plans if one["state"] == "active"]


def change_of(home, prescription):
    with tenancy.organization(home.pk):
        return PrescriptionChange.objects.filter(prescription=prescription).first()


@pytest.mark.parametrize("kind", [None, "lost", "half"])
def test_what_arrives_after_the_patient_was_unlinked_is_cancelled_there(home, carol, saved, kind):
    if kind is not None:
        home.server.trouble(kind, on=SEND)
    home.server.meanwhile(lambda: unlink(home, carol), on=SEND)
    settle(home)
    (plan,) = home.there.plans
    taken_back, change = cast.now(home, saved), change_of(home, saved)
    assert (plan["state"], taken_back.state, taken_back.remote_id) == ("cancelled", "cancelled", plan["id"])
    assert (change.state, change.kind, change.is_automatic) == ("done", "cancel", True)
    assert change.asked_by_id == home.members["Alice"].pk
    with tenancy.organization(home.pk):
        event = AuditEvent.objects.get(action="prescriptions.patient_unlinked")
        assert event.changes["on_the_way"] == [str(saved.pk)]


@pytest.mark.parametrize("kind", ["down", "slow"])
def test_what_never_arrived_is_looked_up_and_waits_for_the_right_person(home, carol, saved, kind):
    home.server.trouble(kind, on=SEND)
    worker.work()
    unlink(home, carol)
    settle(home)
    waiting = cast.now(home, saved)
    assert (waiting.state, waiting.reason) == ("waiting", "patient_not_linked")
    assert home.there.plans == []
    assert home.server.calls[LOOK] >= 1


def test_what_had_not_begun_is_not_sent_after_unlinking(home, carol, saved):
    assert on_the_way(home, carol) == set()
    unlink(home, carol)
    settle(home)
    assert home.there.plans == []
    assert cast.now(home, saved).state == "waiting"


def test_a_dialog_that_did_not_know_of_it_unlinks_nothing(home, carol, saved):
    home.server.trouble("down", on=SEND)
    worker.work()
    link = cast.link_of(home, carol)
    with pytest.raises(failures.OnTheWayDiffers):
        cast.inside(home, unlinking.unlink, by=home.actor("Alice"), link=link)
    assert cast.link_of(home, carol) == link


def test_a_dialog_that_said_so_of_what_has_arrived_since_unlinks_nothing(home, carol, saved):
    home.server.trouble("down", on=SEND)
    worker.work()
    link, seen = cast.link_of(home, carol), on_the_way(home, carol)
    worker.work()
    assert cast.now(home, saved).state == "sent"
    with pytest.raises(failures.OnTheWayDiffers):
        cast.inside(home, unlinking.unlink, by=home.actor("Alice"), link=link, seen=seen)
    assert cast.link_of(home, carol) == link


def test_a_worker_that_was_killed_before_the_answer_is_made_up_for_by_the_news(home, carol, saved):
    home.server.trouble("lost", on=SEND)
    worker.work()
    unlink(home, carol)
    with tenancy.working_for(home.pk):
        importing.import_plan(home.pk, home.there.plans[0]["id"])
    settle(home)
    assert living(home) == []
    assert cast.now(home, saved).state == "cancelled"


def test_a_reset_in_between_leaves_the_taking_back_to_a_colleagues_connection(home, carol, saved):
    cast.connect(home, "Nina")

    def meanwhile():
        cast.inside(home, revoking.disconnect, by=home.actor("Alice"))
        unlink(home, carol, "Nina")

    home.server.meanwhile(meanwhile, on=SEND)
    settle(home)
    assert living(home) == []
    assert cast.now(home, saved).state == "cancelled"


def test_with_nobody_connected_the_taking_back_waits_for_whoever_connects(home, carol, saved):
    def meanwhile():
        unlink(home, carol)
        cast.inside(home, revoking.disconnect, by=home.actor("Alice"))

    home.server.meanwhile(meanwhile, on=SEND)
    settle(home)
    change = change_of(home, saved)
    assert (change.state, change.reason) == ("waiting", "not_connected")
    cast.connect(home, "Nina")
    settle(home)
    assert living(home) == []
    assert cast.now(home, saved).state == "cancelled"


def test_a_reset_does_not_give_the_taking_back_up(home, carol, saved):
    cast.connect(home, "Nina")
    home.server.meanwhile(lambda: unlink(home, carol), on=SEND)
    home.server.trouble("down", on="PATCH *", times=100)
    settle(home)
    cast.inside(home, revoking.disconnect, by=home.actor("Alice"))
    assert change_of(home, saved).state == "waiting"
    home.server.well_again()
    settle(home)
    assert living(home) == []


def test_it_does_not_go_to_the_next_person_after_it_reached_the_wrong_one(home, carol, saved):
    other = home.there.add_patient("Carol", "Castle", "carol.castle@example.com")
    home.server.trouble("lost", on=SEND)

    def meanwhile():
        ended = unlink(home, carol)
        with tenancy.organization(home.pk):
            linking.keep_link(
                by=home.actor("Alice"), patient=carol, dispensary=ended.dispensary, remote_id=other["id"],
                remote_name="Carol Castle", how="confirmed",
            )  # fmt: skip

    home.server.meanwhile(meanwhile, on=SEND)
    settle(home)
    (plan,) = home.there.plans
    assert (plan["patient"]["id"] != other["id"], plan["state"]) == (True, "cancelled")
    assert cast.now(home, saved).state == "cancelled"


def test_linked_again_before_the_answer_it_stays_where_it_belongs(home, carol, saved):
    def meanwhile():
        ended = unlink(home, carol)
        cast.inside(home, unlinking.link_again, by=home.actor("Alice"), link=ended)

    home.server.meanwhile(meanwhile, on=SEND)
    settle(home)
    assert len(living(home)) == 1
    assert cast.now(home, saved).state == "sent"
    assert change_of(home, saved) is None


def test_the_right_chart_of_the_person_there_does_not_get_it(home, carol, saved):
    twin = home.patient(first_name="Carola", email="carola@example.com")

    def meanwhile():
        ended = unlink(home, carol)
        with tenancy.organization(home.pk):
            linking.keep_link(
                by=home.actor("Alice"), patient=twin, dispensary=ended.dispensary, remote_id=ended.remote_id,
                remote_name="Carola", how="matched",
            )  # fmt: skip

    home.server.trouble("lost", on=SEND)
    home.server.meanwhile(meanwhile, on=SEND)
    settle(home)
    assert living(home) == []
    with tenancy.organization(home.pk):
        assert not history.prescriptions(twin.pk)


def test_what_was_cancelled_there_already_needs_no_taking_back(home, carol, saved):
    def meanwhile():
        unlink(home, carol)
        home.there.cancel_plan(home.there.plans[0])

    home.server.trouble("lost", on=SEND)
    home.server.meanwhile(meanwhile, on=SEND)
    settle(home)
    assert cast.now(home, saved).state == "cancelled"
    assert change_of(home, saved) is None


def test_unlinking_and_sending_at_the_same_moment_leave_nothing_with_the_wrong_person(at_once):
    home = cast.house()
    cast.connect(home)
    cast.write_as(home, "Alice")
    for number in range(8):
        carol = home.patient(first_name=f"Carol{number}", email=f"carol{number}@example.com")
        cast.link(home, carol)
        worker.work()
        saved = cast.save(home, cast.draft(home, carol))
        asked: list[UUID] = []

        def undo(patient=carol, told=asked):
            while cast.link_of(home, patient) is not None:
                told[:] = on_the_way(home, patient)
                link = cast.link_of(home, patient)
                try:
                    cast.inside(home, unlinking.unlink, by=home.actor("Alice"), link=link, seen=set(told))
                except failures.OnTheWayDiffers:
                    continue

        results = at_once(undo, worker.work)
        assert [one for one in results if isinstance(one, Exception)] == []
        settle(home)
        now = cast.now(home, saved)
        # Sent before anybody unlinked, or never sent, or taken back; what the dialog spoke of never stays there.
        assert now.state in (("cancelled", "waiting") if asked else ("sent", "waiting")), (number, asked)
        assert len(living(home)) <= number + 1
        with tenancy.organization(home.pk):
            assert not PatientLink.objects.current().filter(patient=carol).exists()
