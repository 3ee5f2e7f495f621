"""Changing and cancelling what was sent: made once, and upon what was seen (story 5.10)."""

import pytest

from betony.clinic.prescriptions import failures, jobs
from betony.clinic.prescriptions.actions import changing, revoking, writing
from betony.clinic.prescriptions.models import (
    Prescription,
    PrescriptionVersion,
)
from betony.clinic.prescriptions.tests import cast, changes, worker
from betony.kit import tenancy

pytestmark = pytest.mark.slow


@pytest.fixture
def home(settled, carol):
    return settled


@pytest.fixture
def magnesium(home):
    return home.server.add_product("Magnesium")


def test_a_change_counts_once_the_dispensary_has_accepted_it(home, sent):
    change = changes.revise(home, sent)
    assert (change.state, changes.items(home, sent)) == ("waiting", [("Zinc Picolinate 30 mg", 2)])
    assert changes.there(home)["recommendations"][0]["units_to_purchase"] == 2
    worker.work()
    assert cast.now(home, change).state == "done"
    assert changes.items(home, sent) == [("Zinc Picolinate 30 mg", 5)]
    assert changes.there(home)["recommendations"][0]["units_to_purchase"] == 5
    assert len(home.there.plans) == 1


def test_products_and_message_are_changed_together_and_what_it_said_before_is_kept(home, sent, magnesium):
    draft = changes.begin(home, sent)
    with tenancy.organization(home.pk):
        writing.add_product(
            by=home.actor("Alice"), patient=sent.patient, product=cast.product(home, magnesium),
            directions=cast.DIRECTIONS,
        )  # fmt: skip
        writing.remove_product(by=home.actor("Alice"), item=draft.items.get(product_name__startswith="Zinc"))
    changes.save(home, draft, message="With water")
    worker.work()
    assert changes.items(home, sent) == [("Magnesium", 2)]
    assert cast.now(home, sent).message == changes.there(home)["personal_message"] == "With water"
    with tenancy.organization(home.pk):
        version = PrescriptionVersion.objects.get()
        assert (version.message, version.replaced_by_name) == ("Take it slowly", "Alice Archer")
        assert [one["product_name"] for one in version.items] == ["Zinc Picolinate 30 mg"]
        assert not Prescription.objects.filter(state="draft").exists()


def test_a_message_can_be_taken_back(home, sent):
    changes.save(home, changes.begin(home, sent), message="")
    worker.work()
    assert cast.now(home, sent).message == ""


def test_a_cancellation_needs_a_reason_and_is_made_once(home, sent):
    change = changes.cancel(home, sent)
    assert cast.now(home, sent).state == "sent"
    worker.work()
    found = cast.now(home, sent)
    assert (found.state, cast.now(home, change).state) == ("cancelled", "done")
    assert found.cancelled_at is not None
    assert changes.there(home)["state"] == "cancelled"
    assert changes.items(home, sent) == [("Zinc Picolinate 30 mg", 2)]


@pytest.mark.parametrize("kind", ["lost", "half"])
@pytest.mark.parametrize("what", [changes.revise, changes.cancel])
def test_after_a_lost_answer_it_is_not_made_twice(home, sent, kind, what):
    change = what(home, sent)
    home.server.trouble(kind, on="PATCH *", times=1)
    worker.work()
    assert cast.now(home, change).state == "waiting"
    worker.work()
    assert cast.now(home, change).state == "done"
    assert changes.calls(home, "PATCH") == 1


@pytest.mark.parametrize("what", [changes.revise, changes.cancel])
@pytest.mark.parametrize(
    "trouble",
    [
        {"kind": "down"}, {"kind": "slow"}, {"kind": "garbage"}, {"kind": "half"},
        {"kind": "refused", "status": 500}, {"kind": "refused", "status": 429},
    ],
    ids=lambda one: f"{one['kind']} {one.get('status', '')}",
)  # fmt: skip
def test_what_passes_is_waited_for(home, sent, what, trouble):
    change = what(home, sent)
    home.server.trouble(on="* /api/clinic/treatment_plans/*", times=2, **trouble)
    worker.work()
    waits = cast.now(home, change)
    assert (waits.state, waits.reason) == ("waiting", "fullscript_not_answering")
    for _ in range(3):
        worker.work()
    assert cast.now(home, change).state == "done"


def test_a_refusal_is_said_in_the_dispensarys_words_and_the_prescription_stays(home, sent):
    change = changes.revise(home, sent)
    body = {"error": '["Recommendations[1] variant is discontinued"]'}
    home.server.trouble("refused", on="PATCH *", status=422, body=body)
    worker.work()
    refused = cast.now(home, change)
    assert (refused.state, refused.reason) == ("not_sent", "Recommendations[1] variant is discontinued")
    assert changes.items(home, sent) == [("Zinc Picolinate 30 mg", 2)]


def test_after_the_last_try_it_is_not_sent_and_can_be_tried_again(home, sent):
    change = changes.revise(home, sent)
    home.server.trouble("down", on="* /api/clinic/treatment_plans/*", times=999)
    worker.work_until_given_up()
    assert cast.now(home, change).state == "not_sent"
    home.server.well_again()
    cast.inside(home, changing.try_change_again, by=home.actor("Alice"), change=change)
    worker.work()
    assert cast.now(home, change).state == "done"
    assert changes.items(home, sent) == [("Zinc Picolinate 30 mg", 5)]


def test_what_was_changed_there_meanwhile_is_never_overwritten(home, sent):
    change = changes.revise(home, sent)
    plan = changes.there(home)
    home.there.touch(plan, recommendations=[dict(plan["recommendations"][0], units_to_purchase=9)])
    worker.work()
    refused = cast.now(home, change)
    assert (refused.state, refused.reason) == ("not_sent", "changed_there")
    assert changes.there(home)["recommendations"][0]["units_to_purchase"] == 9
    assert changes.items(home, sent) == [("Zinc Picolinate 30 mg", 9)]


def test_being_opened_there_meanwhile_is_no_change(home, sent):
    change = changes.revise(home, sent)
    home.there.touch(changes.there(home), opened_at="2026-11-21T10:00:00.000Z")
    worker.work()
    assert cast.now(home, change).state == "done"


def test_a_change_of_what_was_cancelled_there_is_void(home, sent):
    change = changes.revise(home, sent)
    home.there.cancel_plan(changes.there(home))
    worker.work()
    assert (cast.now(home, change).state, cast.now(home, change).reason) == ("not_sent", "cancelled_there")
    assert cast.now(home, sent).state == "cancelled"


@pytest.mark.parametrize(("what", "state"), [(changes.revise, "not_sent"), (changes.cancel, "done")])
def test_news_of_a_cancellation_settles_what_waits(home, sent, what, state):
    change = what(home, sent)
    home.there.cancel_plan(changes.there(home))
    jobs.synchronize(organization_id=home.pk)
    with tenancy.working_for(home.pk):
        from betony.clinic.prescriptions.exchange import importing

        importing.import_plan(home.pk, changes.there(home)["id"])
    assert cast.now(home, change).state == state
    assert changes.calls(home, "PATCH") == 0


def test_nothing_changed_is_nothing_sent(home, sent):
    draft = changes.begin(home, sent)
    with pytest.raises(failures.NothingChanged):
        changes.save(home, draft)


def test_an_ordinary_draft_comes_first(home, sent, carol):
    cast.draft(home, carol)
    with pytest.raises(failures.UnfinishedDraft):
        changes.begin(home, sent)


def test_a_change_begun_twice_is_one_draft_and_is_never_sent_as_a_new_prescription(home, sent):
    draft = changes.begin(home, sent)
    assert changes.begin(home, sent) == draft
    with pytest.raises(failures.NotADraft):
        cast.save(home, draft)
    cast.inside(home, writing.discard_draft, by=home.actor("Alice"), prescription=draft)
    assert cast.now(home, sent).state == "sent"


def test_a_reset_ends_the_changes_that_wait(home, sent):
    change = changes.revise(home, sent)
    cast.inside(home, revoking.disconnect, by=home.actor("Alice"))
    assert (cast.now(home, change).state, cast.now(home, change).reason) == ("not_sent", "disconnected")


def test_without_a_connection_it_waits_and_goes_once_there_is_one(home, sent):
    change = changes.revise(home, sent)
    home.server.revoke_all()
    worker.work()
    assert (cast.now(home, change).state, cast.now(home, change).reason) == ("waiting", "not_connected")
    cast.connect(home)
    worker.work()
    assert cast.now(home, change).state == "done"


def test_changes_made_there_are_versions_here(home, sent):
    plan = changes.there(home)
    home.there.touch(plan, recommendations=[dict(plan["recommendations"][0], units_to_purchase=4)])
    jobs.synchronize(organization_id=home.pk)
    worker.work()
    with tenancy.organization(home.pk):
        version = PrescriptionVersion.objects.get()
    assert (version.items[0]["quantity"], version.replaced_by_name) == (2, "")
    assert changes.items(home, sent) == [("Zinc Picolinate 30 mg", 4)]


def test_being_read_back_unchanged_makes_no_version(home, sent):
    home.there.touch(changes.there(home), opened_at="2026-11-21T10:00:00.000Z")
    jobs.synchronize(organization_id=home.pk)
    worker.work()
    with tenancy.organization(home.pk):
        assert not PrescriptionVersion.objects.exists()


def test_the_dispensarys_answer_never_undoes_newer_news(home, sent):
    """The answer to our change arrives after news of what happened since."""
    change = changes.revise(home, sent)

    def meanwhile():
        plan = changes.there(home)
        home.there.touch(plan, recommendations=[dict(plan["recommendations"][0], units_to_purchase=8)])
        with tenancy.working_for(home.pk):
            from betony.clinic.prescriptions.exchange import importing

            importing.import_plan(home.pk, plan["id"])

    home.server.meanwhile(meanwhile, on="PATCH *")
    worker.work()
    assert cast.now(home, change).state == "done"
    assert changes.items(home, sent) == [("Zinc Picolinate 30 mg", 8)]
