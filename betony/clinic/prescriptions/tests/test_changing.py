"""Changing and cancelling what was sent: made once, upon what was seen, and only by who may (story 5.10)."""

import dataclasses

import pytest

from betony.clinic.patients.tests import factories
from betony.clinic.prescriptions import failures, jobs, queries
from betony.clinic.prescriptions.actions import changing, revoking, writing
from betony.clinic.prescriptions.models import (
    DispensaryPractitioner,
    Prescription,
    PrescriptionChange,
    PrescriptionVersion,
)
from betony.clinic.prescriptions.tests import cast, worker
from betony.kit import tenancy


@pytest.fixture
def home(connected, carol):
    worker.work()
    return connected


@pytest.fixture
def sent(home, carol):
    """A prescription of two zinc a day, as the dispensary has it."""
    saved = cast.save(home, cast.draft(home, carol), message="Take it slowly")
    worker.work()
    return cast.now(home, saved)


@pytest.fixture
def magnesium(home):
    return home.server.add_product("Magnesium")


def begin(home, prescription, name="Alice"):
    return cast.inside(home, changing.begin_change, by=home.actor(name), prescription=prescription)


def save(home, draft, name="Alice", message="Take it slowly"):
    return cast.inside(home, changing.save_change, by=home.actor(name), draft=draft, message=message)


def revise(home, prescription, name="Alice", **directions):
    """Change the first product's directions and press **Save change**."""
    draft = begin(home, prescription, name)
    with tenancy.organization(home.pk):
        item = draft.items.get()
        wanted = dataclasses.replace(cast.DIRECTIONS, **(directions or {"quantity": 5}))
        writing.change_product(by=home.actor(name), item=item, directions=wanted)
    return save(home, draft, name)


def cancel(home, prescription, name="Alice", version=None, why="It upset her stomach"):
    return cast.inside(
        home, changing.ask_to_cancel, by=home.actor(name), prescription=prescription,
        version=version or cast.now(home, prescription).version, why=why,
    )  # fmt: skip


def there(home):
    return home.there.plans[0]


def items(home, prescription):
    with tenancy.organization(home.pk):
        return [
            (one.product_name, one.quantity)
            for one in Prescription.objects.get(pk=prescription.pk).items.order_by("position")
        ]


def calls(home, method):
    return sum(n for key, n in home.server.calls.items() if key.startswith(f"{method} /api/clinic/treatment"))


def test_a_change_counts_once_the_dispensary_has_accepted_it(home, sent):
    change = revise(home, sent)
    assert (change.state, items(home, sent)) == ("waiting", [("Zinc Picolinate 30 mg", 2)])
    assert there(home)["recommendations"][0]["units_to_purchase"] == 2
    worker.work()
    assert cast.now(home, change).state == "done"
    assert items(home, sent) == [("Zinc Picolinate 30 mg", 5)]
    assert there(home)["recommendations"][0]["units_to_purchase"] == 5
    assert len(home.there.plans) == 1


def test_products_and_message_are_changed_together_and_what_it_said_before_is_kept(home, sent, magnesium):
    draft = begin(home, sent)
    with tenancy.organization(home.pk):
        writing.add_product(
            by=home.actor("Alice"), patient=sent.patient, product=cast.product(home, magnesium),
            directions=cast.DIRECTIONS,
        )  # fmt: skip
        writing.remove_product(by=home.actor("Alice"), item=draft.items.get(product_name__startswith="Zinc"))
    save(home, draft, message="With water")
    worker.work()
    assert items(home, sent) == [("Magnesium", 2)]
    assert cast.now(home, sent).message == there(home)["personal_message"] == "With water"
    with tenancy.organization(home.pk):
        version = PrescriptionVersion.objects.get()
        assert (version.message, version.replaced_by_name) == ("Take it slowly", "Alice Archer")
        assert [one["product_name"] for one in version.items] == ["Zinc Picolinate 30 mg"]
        assert not Prescription.objects.filter(state="draft").exists()


def test_a_message_can_be_taken_back(home, sent):
    save(home, begin(home, sent), message="")
    worker.work()
    assert cast.now(home, sent).message == ""


def test_a_cancellation_needs_a_reason_and_is_made_once(home, sent):
    change = cancel(home, sent)
    assert cast.now(home, sent).state == "sent"
    worker.work()
    found = cast.now(home, sent)
    assert (found.state, cast.now(home, change).state) == ("cancelled", "done")
    assert found.cancelled_at is not None
    assert there(home)["state"] == "cancelled"
    assert items(home, sent) == [("Zinc Picolinate 30 mg", 2)]


@pytest.mark.parametrize("kind", ["lost", "half"])
@pytest.mark.parametrize("what", [revise, cancel])
def test_after_a_lost_answer_it_is_not_made_twice(home, sent, kind, what):
    change = what(home, sent)
    home.server.trouble(kind, on="PATCH *", times=1)
    worker.work()
    assert cast.now(home, change).state == "waiting"
    worker.work()
    assert cast.now(home, change).state == "done"
    assert calls(home, "PATCH") == 1


@pytest.mark.parametrize("what", [revise, cancel])
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
    change = revise(home, sent)
    body = {"error": '["Recommendations[1] variant is discontinued"]'}
    home.server.trouble("refused", on="PATCH *", status=422, body=body)
    worker.work()
    refused = cast.now(home, change)
    assert (refused.state, refused.reason) == ("not_sent", "Recommendations[1] variant is discontinued")
    assert items(home, sent) == [("Zinc Picolinate 30 mg", 2)]


def test_after_the_last_try_it_is_not_sent_and_can_be_tried_again(home, sent):
    change = revise(home, sent)
    home.server.trouble("down", on="* /api/clinic/treatment_plans/*", times=999)
    worker.work_until_given_up()
    assert cast.now(home, change).state == "not_sent"
    home.server.well_again()
    cast.inside(home, changing.try_change_again, by=home.actor("Alice"), change=change)
    worker.work()
    assert cast.now(home, change).state == "done"
    assert items(home, sent) == [("Zinc Picolinate 30 mg", 5)]


def test_what_was_changed_there_meanwhile_is_never_overwritten(home, sent):
    change = revise(home, sent)
    plan = there(home)
    home.there.touch(plan, recommendations=[dict(plan["recommendations"][0], units_to_purchase=9)])
    worker.work()
    refused = cast.now(home, change)
    assert (refused.state, refused.reason) == ("not_sent", "changed_there")
    assert there(home)["recommendations"][0]["units_to_purchase"] == 9
    assert items(home, sent) == [("Zinc Picolinate 30 mg", 9)]


def test_being_opened_there_meanwhile_is_no_change(home, sent):
    change = revise(home, sent)
    home.there.touch(there(home), opened_at="2026-11-21T10:00:00.000Z")
    worker.work()
    assert cast.now(home, change).state == "done"


def test_a_change_of_what_was_cancelled_there_is_void(home, sent):
    change = revise(home, sent)
    home.there.cancel_plan(there(home))
    worker.work()
    assert (cast.now(home, change).state, cast.now(home, change).reason) == ("not_sent", "cancelled_there")
    assert cast.now(home, sent).state == "cancelled"


@pytest.mark.parametrize(("what", "state"), [(revise, "not_sent"), (cancel, "done")])
def test_news_of_a_cancellation_settles_what_waits(home, sent, what, state):
    change = what(home, sent)
    home.there.cancel_plan(there(home))
    jobs.synchronize(organization_id=home.pk)
    with tenancy.working_for(home.pk):
        from betony.clinic.prescriptions.exchange import importing

        importing.import_plan(home.pk, there(home)["id"])
    assert cast.now(home, change).state == state
    assert calls(home, "PATCH") == 0


def test_while_one_waits_nobody_asks_for_another(home, sent):
    revise(home, sent)
    for ask in (begin, revise, cancel):
        with pytest.raises(failures.ChangeWaits):
            ask(home, sent)


def test_of_two_users_the_second_is_told(home, sent, carol):
    cast.connect(home, "Amir")
    home.delegate(practitioner="Alice", to="Amir")
    first, second = begin(home, sent), begin(home, sent, "Amir")
    with tenancy.organization(home.pk):
        for name, draft, quantity in (("Alice", first, 5), ("Amir", second, 7)):
            wanted = dataclasses.replace(cast.DIRECTIONS, quantity=quantity)
            writing.change_product(by=home.actor(name), item=draft.items.get(), directions=wanted)
    save(home, first)
    with pytest.raises(failures.ChangeWaits):
        save(home, second, "Amir")
    worker.work()
    with pytest.raises(failures.PrescriptionChangedMeanwhile):
        save(home, second, "Amir")
    assert items(home, sent) == [("Zinc Picolinate 30 mg", 5)]


def test_a_cancellation_upon_what_has_changed_is_told(home, sent):
    seen = cast.now(home, sent).version
    home.there.place_order(there(home))
    jobs.synchronize(organization_id=home.pk)
    worker.work()
    with pytest.raises(failures.PrescriptionChangedMeanwhile):
        cancel(home, sent, version=seen)


def test_two_clicks_make_one_change(at_once):
    home = cast.house()
    cast.connect(home)
    cast.write_as(home, "Alice")
    carol = home.patient()
    cast.link(home, carol)
    worker.work()
    sent = cast.save(home, cast.draft(home, carol))
    worker.work()
    results = at_once(*[lambda: cancel(home, cast.now(home, sent))] * 3)
    refused = [one for one in results if isinstance(one, Exception)]
    assert len(refused) == 2
    assert {type(one) for one in refused} <= {failures.ChangeWaits, failures.PrescriptionChangedMeanwhile}
    worker.work()
    assert calls(home, "PATCH") == 1


def test_only_who_may_prescribe_for_the_prescriber_changes(home, sent):
    cast.connect(home, "Nina")
    cast.connect(home, "Amir")
    for name in ("Nina", "Amir"):
        with pytest.raises(failures.NotAllowedAsPractitioner):
            begin(home, sent, name)
        with pytest.raises(failures.NotAllowedAsPractitioner):
            cancel(home, sent, name)
    home.delegate(practitioner="Alice", to="Amir")
    assert cancel(home, sent, "Amir").asked_by_name == "Amir Archer"


def test_rights_are_looked_at_again_before_sending(home, sent):
    change = revise(home, sent)
    with tenancy.organization(home.pk):
        DispensaryPractitioner.objects.update(removed_at=sent.written_at)
    worker.work()
    assert (cast.now(home, change).state, cast.now(home, change).reason) == ("not_sent", "prescriber_removed")
    assert calls(home, "PATCH") == 0


def test_nothing_changed_is_nothing_sent(home, sent):
    draft = begin(home, sent)
    with pytest.raises(failures.NothingChanged):
        save(home, draft)


def test_an_ordinary_draft_comes_first(home, sent, carol):
    cast.draft(home, carol)
    with pytest.raises(failures.UnfinishedDraft):
        begin(home, sent)


def test_a_change_begun_twice_is_one_draft_and_is_never_sent_as_a_new_prescription(home, sent):
    draft = begin(home, sent)
    assert begin(home, sent) == draft
    with pytest.raises(failures.NotADraft):
        cast.save(home, draft)
    cast.inside(home, writing.discard_draft, by=home.actor("Alice"), prescription=draft)
    assert cast.now(home, sent).state == "sent"


def test_a_reset_ends_the_changes_that_wait(home, sent):
    change = revise(home, sent)
    cast.inside(home, revoking.disconnect, by=home.actor("Alice"))
    assert (cast.now(home, change).state, cast.now(home, change).reason) == ("not_sent", "disconnected")


def test_without_a_connection_it_waits_and_goes_once_there_is_one(home, sent):
    change = revise(home, sent)
    home.server.revoke_all()
    worker.work()
    assert (cast.now(home, change).state, cast.now(home, change).reason) == ("waiting", "not_connected")
    cast.connect(home)
    worker.work()
    assert cast.now(home, change).state == "done"


def test_changes_made_there_are_versions_here(home, sent):
    plan = there(home)
    home.there.touch(plan, recommendations=[dict(plan["recommendations"][0], units_to_purchase=4)])
    jobs.synchronize(organization_id=home.pk)
    worker.work()
    with tenancy.organization(home.pk):
        version = PrescriptionVersion.objects.get()
    assert (version.items[0]["quantity"], version.replaced_by_name) == (2, "")
    assert items(home, sent) == [("Zinc Picolinate 30 mg", 4)]


def test_being_read_back_unchanged_makes_no_version(home, sent):
    home.there.touch(there(home), opened_at="2026-11-21T10:00:00.000Z")
    jobs.synchronize(organization_id=home.pk)
    worker.work()
    with tenancy.organization(home.pk):
        assert not PrescriptionVersion.objects.exists()


def test_the_dispensarys_answer_never_undoes_newer_news(home, sent):
    """The answer to our change arrives after news of what happened since."""
    change = revise(home, sent)

    def meanwhile():
        plan = there(home)
        home.there.touch(plan, recommendations=[dict(plan["recommendations"][0], units_to_purchase=8)])
        with tenancy.working_for(home.pk):
            from betony.clinic.prescriptions.exchange import importing

            importing.import_plan(home.pk, plan["id"])

    home.server.meanwhile(meanwhile, on="PATCH *")
    worker.work()
    assert cast.now(home, change).state == "done"
    assert items(home, sent) == [("Zinc Picolinate 30 mg", 8)]


def test_pages_offer_it_to_who_may_and_show_what_was_ordered(home, sent):
    home.there.place_order(there(home))
    jobs.synchronize(organization_id=home.pk)
    worker.work()
    view = f"/fullscript/prescriptions/{sent.pk}/"
    shown = factories.signed_in(home.members["Alice"]).get(view).content.decode()
    for words in ("Already ordered", "R100000001", "Cancel prescription", ">Change<"):
        assert words in shown
    for name in ("Bob", "Nina", "Olga"):
        shown = factories.signed_in(home.members[name]).get(view).content.decode()
        assert "Cancel prescription" not in shown


def test_the_pages_lead_through_a_change_and_a_cancellation(home, sent):
    browser = factories.signed_in(home.members["Alice"])
    root = f"/fullscript/prescriptions/{sent.pk}/"
    assert browser.post(f"{root}change/").status_code == 302
    shown = browser.get(
        f"/fullscript/writer/{sent.patient_id}/", headers={"HX-Request": "true"}
    ).content.decode()
    assert "Changing the prescription of" in shown
    assert "Save change" in shown
    with tenancy.organization(home.pk):
        draft = Prescription.objects.get(state="draft")
        writing.change_product(
            by=home.actor("Alice"), item=draft.items.get(),
            directions=dataclasses.replace(cast.DIRECTIONS, quantity=6),
        )  # fmt: skip
    saved = browser.post(
        f"/fullscript/prescriptions/{draft.pk}/save/", {"message": "Take it slowly"},
        headers={"HX-Request": "true"},
    )  # fmt: skip
    assert "Change waiting to send" in saved.content.decode()
    shown = browser.get(root).content.decode()
    assert "Change waiting to send" in shown
    assert ">Change<" not in shown
    worker.work()
    asked = browser.get(f"{root}cancel/", headers={"HX-Request": "true"}).content.decode()
    assert "Nothing was ordered" in asked
    version = cast.now(home, sent).version
    bare = browser.post(f"{root}cancel/", {"why": "", "version": version}, headers={"HX-Request": "true"})
    assert bare.status_code == 422
    assert "Say why" in bare.content.decode()
    done = browser.post(
        f"{root}cancel/", {"why": "Not tolerated", "version": version}, headers={"HX-Request": "true"}
    )
    assert done.status_code == 204
    assert "Cancellation waiting to send" in browser.get("/fullscript/waiting/").content.decode()
    worker.work()
    shown = browser.get(root).content.decode()
    assert "Cancelled" in shown
    assert "1 earlier version" in shown
    with tenancy.organization(home.pk):
        assert PrescriptionChange.objects.get(kind="cancel").why == "Not tolerated"
        assert queries.latest_change(sent.pk).kind == "cancel"
