"""What went to somebody who was unlinked too late: it can be cancelled there, and no more goes to them (story 4.4)."""

import importlib

import pytest
from django.db import connection

from betony.clinic.prescriptions import failures, history, queries, rules
from betony.clinic.prescriptions.actions import changing, linking, unlinking
from betony.clinic.prescriptions.exchange import importing
from betony.clinic.prescriptions.models import PatientLink, Prescription
from betony.clinic.prescriptions.tests import cast, changes, worker
from betony.kit import tenancy

pytestmark = pytest.mark.slow


@pytest.fixture
def home(settled, carol):
    return settled


def unlink(home, patient, name="Nina"):
    link = cast.link_of(home, patient)
    return cast.inside(home, unlinking.unlink, by=home.actor(name), link=link)


def link_to(home, patient, row, how="confirmed"):
    with tenancy.organization(home.pk):
        by = home.actor("Alice")
        return linking.keep_link(
            by=by, patient=patient, dispensary=queries.current_dispensary(by), remote_id=row["id"],
            remote_name="Carol Castle", how=how,
        )  # fmt: skip


def somebody_else(home):
    return home.there.add_patient("Carol", "Castle", "the.right.carol@example.com")


def test_the_prescription_keeps_whose_it_is_there(home, carol, sent):
    assert cast.now(home, sent).remote_patient_id == home.there.patients[0]["id"]
    plan = home.there.write_plan(home.there.patients[0], home.there.practitioners[0], [])
    with tenancy.working_for(home.pk):
        importing.import_plan(home.pk, plan["id"])
    with tenancy.organization(home.pk):
        assert {one.remote_patient_id for one in history.prescriptions(carol.pk)} == {
            home.there.patients[0]["id"]
        }


@pytest.mark.parametrize("is_linked_anew", [True, False])
def test_after_unlinking_a_change_is_refused_and_a_cancellation_goes(home, carol, sent, is_linked_anew):
    draft = changes.begin(home, sent)
    unlink(home, carol)
    if is_linked_anew:
        link_to(home, carol, somebody_else(home))
        worker.work()
    with pytest.raises(failures.ReachedAnother):
        changes.begin(home, sent)
    with pytest.raises(failures.ReachedAnother):
        changes.save(home, draft, message="For the right Carol alone")
    change = changes.cancel(home, sent)
    worker.work()
    assert cast.now(home, change).state == "done"
    assert changes.there(home)["state"] == "cancelled"
    assert "For the right Carol alone" not in str(home.there.plans)


def test_a_change_that_waits_when_a_colleague_unlinks_is_not_sent(home, carol, sent):
    change = changes.revise(home, sent)
    unlink(home, carol)
    before = home.server.calls.total()
    worker.work()
    refused = cast.now(home, change)
    assert (refused.state, refused.reason) == ("not_sent", rules.REACHED_ANOTHER)
    assert home.server.calls.total() == before
    with pytest.raises(failures.ReachedAnother):
        cast.inside(home, changing.try_change_again, by=home.actor("Alice"), change=change)


def test_a_change_is_not_made_when_the_plan_turns_out_to_be_somebody_elses(home, carol, sent):
    change = changes.revise(home, sent)
    changes.there(home)["patient"] = {"id": somebody_else(home)["id"]}
    worker.work()
    assert (cast.now(home, change).state, cast.now(home, change).reason) == (
        "not_sent",
        rules.REACHED_ANOTHER,
    )
    assert changes.calls(home, "PATCH") == 0


def test_a_change_that_had_arrived_before_is_found_and_done(home, carol, sent):
    change = changes.revise(home, sent)
    home.server.trouble("lost", on="PATCH *")
    worker.work()
    unlink(home, carol)
    worker.work()
    assert cast.now(home, change).state == "done"
    assert changes.calls(home, "PATCH") == 1


def test_linked_again_everything_goes_on(home, carol, sent):
    ended = unlink(home, carol)
    cast.inside(home, unlinking.link_again, by=home.actor("Alice"), link=ended)
    change = changes.revise(home, sent)
    worker.work()
    assert cast.now(home, change).state == "done"


def test_a_link_that_only_receives_is_the_same_person(home, carol, sent):
    """As after a merge: the prescription went by the other record's link."""
    with tenancy.organization(home.pk):
        PatientLink.objects.current().filter(patient=carol).update(is_for_writing=False)
    link_to(home, carol, somebody_else(home), how="created")
    change = changes.revise(home, sent)
    worker.work()
    assert cast.now(home, change).state == "done"


def test_the_page_offers_to_cancel_and_no_more_and_the_checkout_stays_shut(home, carol, sent, alice):
    address = f"/fullscript/prescriptions/{sent.pk}/"
    before = alice.get(address).content.decode()
    for words in ("In-office checkout", "Cancel prescription", f"{sent.pk}/change/"):
        assert words in before, words
    unlink(home, carol)
    shown = alice.get(address).content.decode()
    assert "reached somebody at Fullscript who is not linked to this patient" in shown
    assert "Cancel prescription" in shown
    assert "In-office checkout" not in shown
    assert f"{sent.pk}/change/" not in shown
    answer = alice.post(f"{address}checkout/")
    assert answer.status_code == 409
    assert "can only be cancelled" in answer.content.decode()
    assert not [name for name in home.server.calls if "in_office_checkout" in name]


def test_what_was_here_before_this_was_kept_is_filled_in(home, carol, sent):
    """As the migration does it: by the link that brought it, or by whom the patient was linked to when it was sent."""
    migration = importlib.import_module("betony.clinic.prescriptions.migrations.0011_whom_it_reached")
    first = home.there.patients[0]
    brought = home.there.write_plan(first, home.there.practitioners[0], [])
    with tenancy.working_for(home.pk):
        importing.import_plan(home.pk, brought["id"])
    unlink(home, carol)
    second = somebody_else(home)
    link_to(home, carol, second)
    later = cast.save(home, cast.draft(home, carol))
    worker.work()
    with tenancy.organization(home.pk):
        Prescription.including_hidden.update(remote_patient_id="")
        with connection.cursor() as cursor:
            cursor.execute(migration.WHOSE)
            cursor.execute(migration.WHOM)
        found = dict(Prescription.including_hidden.values_list("remote_id", "remote_patient_id"))
    assert found == {
        cast.now(home, sent).remote_id: first["id"],
        brought["id"]: first["id"],
        cast.now(home, later).remote_id: second["id"],
    }
