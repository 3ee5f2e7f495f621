"""Cancelling and writing again what never reached the dispensary: here at once, and nothing goes out (story 5.10)."""

import pytest

from betony.clinic.accounts.models import Membership
from betony.clinic.patients.models import Consent, Patient
from betony.clinic.prescriptions import agreement, failures, rules, words
from betony.clinic.prescriptions.actions import recalling, revoking, sending, writing
from betony.clinic.prescriptions.dispensary import parsing
from betony.clinic.prescriptions.exchange import importing
from betony.clinic.prescriptions.models import (
    Acknowledgement,
    DispensaryPractitioner,
    Prescription,
    PrescriptionChange,
)
from betony.clinic.prescriptions.tests import cast, unsent, worker
from betony.kit import clock, tenancy
from betony.kit.actor import NotPermitted
from betony.kit.audit import trail
from betony.kit.audit.models import AuditEvent

pytestmark = pytest.mark.slow

SEND = "POST /api/clinic/patients/*/treatment_plans"
LOOK = "GET /api/clinic/metadata"
WHY = "Written for the wrong patient"


@pytest.fixture
def home(settled, carol):
    return settled


def cancel(home, prescription, name="Alice"):
    return cast.inside(home, recalling.cancel, by=home.actor(name), prescription=prescription, why=WHY)


def write_again(home, prescription, name="Alice"):
    return cast.inside(home, recalling.write_again, by=home.actor(name), prescription=prescription)


def said_of(home, prescription):
    """Return who cancelled it, and why, as pages show it."""
    with tenancy.organization(home.pk):
        found = Prescription.objects.prefetch_related("changes").get(pk=prescription.pk)
        change = words.cancellation(found)
        return (change.asked_by_name, change.why, words.why_cancelled(found))


UNSENT = [unsent.waiting, unsent.not_sent]
UNKNOWN = [unsent.lost, unsent.given_up]


@pytest.mark.parametrize("begun", UNSENT)
def test_cancelled_it_is_never_sent_and_says_who_and_why(home, carol, begun):
    prescription = begun(home, carol)
    before = prescription.state
    cancel(home, prescription)
    worker.work()
    found = cast.now(home, prescription)
    assert (found.state, found.reason, home.there.plans) == ("cancelled", "", [])
    assert found.cancelled_at is not None
    assert said_of(home, prescription) == ("Alice Archer", WHY, "")
    with tenancy.organization(home.pk):
        event = AuditEvent.objects.get(action="prescriptions.prescription_cancelled")
        assert (event.changes["state"], event.reason) == ([before, "cancelled"], WHY)
        assert not agreement.unsent(home.actor("Alice")).exists()


@pytest.mark.parametrize("begun", UNSENT)
def test_written_again_it_is_a_draft_that_says_the_same(home, carol, begun):
    prescription = begun(home, carol)
    draft = write_again(home, prescription)
    with tenancy.organization(home.pk):
        item, before = draft.items.get(), prescription.items.get()
        assert (draft.state, draft.message, draft.revises_id) == ("draft", "Take it slowly", None)
        for name in ("variant_id", "product_id", "amount", "frequency", "time_of_day", "quantity", "price"):
            assert getattr(item, name) == getattr(before, name), name
    assert cast.now(home, prescription).state == "cancelled"
    name, why, sentence = said_of(home, prescription)
    assert (name, why, sentence) == (
        "Alice Archer",
        rules.WRITTEN_AGAIN,
        "It was written again before it was sent.",
    )
    cast.save(home, draft)
    worker.work()
    assert cast.now(home, draft).state == "sent"
    assert [one["metadata"]["id"] for one in home.there.plans] == [str(draft.pk)]


@pytest.mark.parametrize("begun", UNKNOWN)
def test_what_may_have_arrived_is_neither_cancelled_nor_written_again(home, carol, begun):
    prescription = begun(home, carol)
    for act in (cancel, write_again):
        with pytest.raises(failures.MayHaveArrived):
            act(home, prescription)
    assert cast.now(home, prescription).state == prescription.state


def test_once_that_is_known_it_can_be(home, carol):
    prescription = unsent.given_up(home, carol)
    home.there.plans.clear()
    home.server.trouble("refused", on=SEND, status=422, body={"error": '["variant is discontinued"]'})
    cast.inside(home, writing.try_again, by=home.actor("Alice"), prescription=prescription)
    worker.work()
    cancel(home, prescription)
    assert cast.now(home, prescription).state == "cancelled"


@pytest.mark.parametrize("act", [cancel, write_again])
def test_a_second_click_changes_nothing(home, carol, act):
    prescription = unsent.not_sent(home, carol)
    first, second = act(home, prescription), act(home, prescription)
    assert first == second
    with tenancy.organization(home.pk):
        assert PrescriptionChange.objects.count() == 1
        assert AuditEvent.objects.filter(action="prescriptions.prescription_cancelled").count() == 1
        assert Prescription.objects.filter(state="draft").count() == (1 if act is write_again else 0)


def test_of_two_who_act_the_second_finds_it_cancelled(home, carol):
    home.delegate(practitioner="Alice", to="Amir")
    cast.connect(home, "Amir")
    prescription = unsent.not_sent(home, carol)
    write_again(home, prescription)
    assert cancel(home, prescription, "Amir").state == "cancelled"
    with pytest.raises(failures.IsCancelled):
        write_again(home, prescription, "Amir")


def test_an_unfinished_prescription_of_ones_own_comes_first(home, carol):
    prescription = unsent.not_sent(home, carol)
    magnesium = home.server.add_product("Magnesium")
    mine = cast.draft(home, carol, row=magnesium)
    with pytest.raises(failures.UnfinishedDraft):
        write_again(home, prescription)
    assert cast.now(home, prescription).state == "not_sent"
    cast.inside(home, writing.discard_draft, by=home.actor("Alice"), prescription=mine)
    assert write_again(home, prescription).state == "draft"


def test_a_colleagues_unfinished_prescription_is_no_hindrance(home, carol):
    cast.connect(home, "Nina")
    prescription = unsent.not_sent(home, carol)
    cast.draft(home, carol, "Nina")
    assert write_again(home, prescription).state == "draft"


def test_what_was_sent_meanwhile_is_not_cancelled_without_asking_there(home, carol):
    prescription = unsent.waiting(home, carol)
    worker.work()
    assert cast.now(home, prescription).state == "sent"
    for act in (cancel, write_again):
        with pytest.raises(failures.PrescriptionChangedMeanwhile):
            act(home, prescription)


def test_it_is_done_whole_or_not_at_all(home, carol, monkeypatch):
    prescription = unsent.not_sent(home, carol)
    recorded = trail.record

    def fail(*, action, **values):
        if action == "prescriptions.prescription_cancelled":
            raise RuntimeError("the trail is full")
        recorded(action=action, **values)

    monkeypatch.setattr(trail, "record", fail)
    for act in (cancel, write_again):
        with pytest.raises(RuntimeError):
            act(home, prescription)
    assert cast.now(home, prescription).state == "not_sent"
    with tenancy.organization(home.pk):
        assert not Prescription.objects.filter(state="draft").exists()
        assert not PrescriptionChange.objects.exists()


def test_what_was_told_of_it_is_settled(home, carol, published):
    prescription = unsent.not_sent(home, carol)
    published.clear()
    cancel(home, prescription)
    assert [type(one).__name__ for one in published] == ["PrescriptionMovedOn"]
    waits = unsent.waiting(home, carol)
    published.clear()
    cancel(home, waits)
    assert published == []


def test_without_a_connection_it_can_be_cancelled_and_not_written_again(home, carol):
    prescription = cast.save(home, cast.draft(home, carol))
    cast.inside(home, revoking.disconnect, by=home.actor("Alice"))
    with pytest.raises(failures.NobodyConnected):
        write_again(home, prescription)
    cancel(home, prescription)
    assert cast.now(home, prescription).state == "cancelled"


def test_one_of_another_dispensary_can_be_cancelled_and_not_written_again(home, carol):
    prescription = cast.save(home, cast.draft(home, carol))
    cast.inside(home, revoking.disconnect, by=home.actor("Alice"))
    other = home.server.add_clinic("Larkspur Dispensary")
    alice = other.add_practitioner("Alice", "Archer", home.members["Alice"].user.email)
    cast.connect(home, at=other, person=alice)
    with pytest.raises(failures.BelongsElsewhere):
        write_again(home, prescription)
    cancel(home, prescription)
    assert cast.now(home, prescription).state == "cancelled"


def test_for_a_patient_who_refused_sharing_it_can_be_cancelled_and_not_written_again(home, carol):
    prescription = unsent.not_sent(home, carol)
    with tenancy.organization(home.pk):
        Patient.objects.filter(pk=carol.pk).update(shares_with_dispensary=Consent.REFUSED)
    with pytest.raises(failures.PatientCannotBeShared):
        write_again(home, prescription)
    assert cast.now(home, prescription).state == "not_sent"
    cancel(home, prescription)


def test_only_its_author_and_who_may_write_for_its_prescriber_may(home, carol):
    cast.connect(home, "Nina")
    cast.connect(home, "Amir")
    prescription = unsent.not_sent(home, carol)
    for name in ("Nina", "Amir"):
        for act in (cancel, write_again):
            with pytest.raises(failures.NotYours):
                act(home, prescription, name)
    with pytest.raises(NotPermitted):
        cancel(home, prescription, "Bob")
    home.delegate(practitioner="Alice", to="Amir")
    draft = write_again(home, prescription, "Amir")
    assert draft.written_by_name == "Amir Archer"
    assert said_of(home, prescription)[0] == "Amir Archer"


@pytest.mark.parametrize("how", ["left the clinic", "removed there"])
def test_when_nobody_may_write_for_its_prescriber_any_more_a_practitioner_ends_it(home, carol, how):
    prescription = unsent.not_sent(home, carol)
    if how == "left the clinic":
        Membership.objects.filter(pk=home.members["Alice"].pk).update(is_active=False)
    else:
        with tenancy.organization(home.pk):
            DispensaryPractitioner.objects.filter(email=home.members["Alice"].user.email).update(
                removed_at=clock.now()
            )
    with pytest.raises(failures.NotYours):
        cancel(home, prescription, "Amir")
    cancel(home, prescription, "Nina")
    assert said_of(home, prescription)[0] == "Nina Archer"


def test_reasons_for_warnings_go_along_for_who_gave_them(home, carol):
    home.delegate(practitioner="Alice", to="Amir")
    cast.connect(home, "Amir")
    prescription = unsent.not_sent(home, carol)
    with tenancy.organization(home.pk):
        for name, digest in (("Alice", "a"), ("Amir", "b")):
            Acknowledgement.objects.create(
                organization_id=home.pk, prescription=prescription, digest=digest, finding_key=digest,
                product_name="Zinc", severity="severe", left="Zinc", right="Warfarin", text="It is severe.",
                reason="Discussed", acknowledged_by=home.members[name], acknowledged_at=clock.now(),
            )  # fmt: skip
    draft = write_again(home, prescription)
    with tenancy.organization(home.pk):
        assert [one.digest for one in draft.acknowledgements.all()] == ["a"]
        assert prescription.acknowledgements.count() == 2


@pytest.mark.parametrize("way", ["news", "answer"])
def test_what_arrives_after_it_was_cancelled_here_is_cancelled_there(home, carol, way):
    """A worker that was believed dead was still sending it."""
    prescription = unsent.waiting(home, carol)
    with tenancy.organization(home.pk):
        parcel = sending.begin(prescription_id=prescription.pk)
    cast.inside(
        home, sending.note_waits, by=home.actor("Alice"), prescription_id=prescription.pk, reason="x",
        never_arrived=True,
    )  # fmt: skip
    cancel(home, prescription)
    plan = home.there.write_plan(
        home.there.patients[0], home.there.practitioners[0], [], source="api",
        metadata={"id": parcel.plan.metadata_id},
    )  # fmt: skip
    if way == "news":
        with tenancy.working_for(home.pk):
            importing.import_plan(home.pk, plan["id"])
    else:
        with tenancy.organization(home.pk):
            sending.note_sent(
                by=home.actor("Alice"), prescription_id=prescription.pk, plan=parsing.plan(plan)
            )
    assert cast.now(home, prescription).state == "sent"
    worker.work()
    assert plan["state"] == "cancelled"
    assert cast.now(home, prescription).state == "cancelled"
    assert "reached Fullscript all the same" in said_of(home, prescription)[2]


def test_what_arrives_and_was_cancelled_there_too_stays_cancelled(home, carol):
    prescription = unsent.waiting(home, carol)
    cancel(home, prescription)
    plan = home.there.write_plan(
        home.there.patients[0], home.there.practitioners[0], [], source="api",
        metadata={"id": str(prescription.pk)},
    )  # fmt: skip
    home.there.cancel_plan(plan)
    with tenancy.working_for(home.pk):
        importing.import_plan(home.pk, plan["id"])
    found = cast.now(home, prescription)
    assert (found.state, found.remote_id) == ("cancelled", plan["id"])
    with tenancy.organization(home.pk):
        assert PrescriptionChange.objects.filter(is_automatic=True).count() == 0


def test_cancelling_or_writing_again_and_sending_at_the_same_moment_is_one_or_the_other(at_once):
    home = cast.house()
    cast.connect(home)
    cast.write_as(home, "Alice")
    carol = home.patient()
    cast.link(home, carol)
    worker.work()
    for number in range(8):
        saved = cast.save(home, cast.draft(home, carol))
        act = (cancel, write_again)[number % 2]
        results = at_once(lambda act=act, saved=saved: act(home, saved), worker.work)
        refused = [one for one in results if isinstance(one, Exception)]
        worker.work()
        now = cast.now(home, saved)
        marks = [one["metadata"]["id"] for one in home.there.plans]
        assert marks.count(str(saved.pk)) == (1 if refused else 0), number
        assert now.state == ("sent" if refused else "cancelled"), number
        assert {type(one) for one in refused} <= {
            failures.MayHaveArrived,
            failures.PrescriptionChangedMeanwhile,
        }
        with tenancy.organization(home.pk):
            drafts = Prescription.objects.filter(state="draft")
            assert drafts.count() == (1 if act is write_again and not refused else 0)
            drafts.delete()


def test_two_users_and_a_double_click_at_the_same_moment_end_in_one_of_them(at_once):
    home = cast.house()
    for name in ("Alice", "Amir"):
        cast.connect(home, name)
    home.delegate(practitioner="Alice", to="Amir")
    cast.write_as(home, "Alice")
    carol = home.patient()
    cast.link(home, carol)
    worker.work()
    for number in range(4):
        prescription = unsent.not_sent(home, carol)
        results = at_once(
            lambda one=prescription: write_again(home, one),
            lambda one=prescription: write_again(home, one),
            lambda one=prescription: cancel(home, one, "Amir"),
            lambda one=prescription: write_again(home, one, "Amir"),
        )
        refused = [one for one in results if isinstance(one, Exception)]
        assert {type(one) for one in refused} <= {failures.IsCancelled}, number
        assert cast.now(home, prescription).state == "cancelled"
        with tenancy.organization(home.pk):
            assert prescription.changes.count() == 1
            drafts = Prescription.objects.filter(state="draft")
            assert drafts.count() <= 1
            drafts.delete()
