"""What may harm is said before it is sent, and nothing severe is sent without a reason (story 5.4)."""

from datetime import timedelta

import pytest
import time_machine

from betony.clinic.accounts import permissions
from betony.clinic.health_record import actions as health_record
from betony.clinic.health_record.details import AllergyDetails, ConditionDetails, Ending, MedicationDetails
from betony.clinic.health_record.models import MedicationStatement
from betony.clinic.patients.tests import factories
from betony.clinic.prescriptions import failures, queries
from betony.clinic.prescriptions.actions import acknowledging, changing, substances, writing
from betony.clinic.prescriptions.models import Prescription
from betony.clinic.prescriptions.tests import cast, changes, warned, worker
from betony.clinic.prescriptions.views import parts
from betony.kit import clock, tenancy
from betony.kit.audit.models import AuditEvent
from betony.kit.jobs import testing
from betony.kit.ui.testing import HTMX, words

pytestmark = pytest.mark.slow


@pytest.fixture
def home(connected, carol):
    return warned.stock(connected, carol)


def test_something_severe_is_not_saved_without_a_reason(home, carol):
    draft = cast.draft(home, carol, row=home.wort)
    with pytest.raises(failures.MustBeAcknowledged, match="1 severe warning needs a reason"):
        warned.save(home, draft)
    assert cast.now(home, draft).state == "draft"
    [digest] = warned.digests(home, carol)
    for empty in ("", "   ", "\n"):
        with pytest.raises(failures.MustBeAcknowledged):
            warned.save(home, draft, **{digest: empty})
    with pytest.raises(failures.MustBeAcknowledged):
        warned.save(home, draft, **{"0" * 64: "a reason for something else"})
    assert testing.queued() == []
    assert warned.acknowledged(home) == []


def test_with_a_reason_it_is_sent_and_who_when_what_and_why_are_kept(home, carol):
    draft = cast.draft(home, carol, row=home.wort)
    [digest] = warned.digests(home, carol)
    assert warned.save(home, draft, **{digest: " INR is checked\n weekly "}).state == "waiting"
    [kept] = warned.acknowledged(home)
    assert (kept.reason, kept.acknowledged_by_name, kept.severity) == (
        "INR is checked weekly", "Alice Archer", "severe",
    )  # fmt: skip
    assert (kept.left, kept.right, kept.product_name) == (
        warned.WORT,
        "Warfarin 5 mg (Warfarin)",
        "Quiet Mood",
    )
    assert "warfarin" in kept.text
    assert kept.source
    assert kept.source_date
    assert kept.source_url.startswith("https://")
    assert kept.acknowledged_by_id == home.members["Alice"].pk
    with tenancy.organization(home.pk):
        event = AuditEvent.objects.get(action="prescriptions.warning_acknowledged")
    assert (event.reason, event.patient_ids, event.subject_id) == (kept.reason, [carol.pk], draft.pk)
    assert event.changes["warning"] == [None, kept.finding_key]
    worker.work()
    assert len(home.there.plans) == 1


def test_what_is_not_severe_is_shown_and_asks_for_nothing(home, carol):
    warned.take(home, carol, "Atorvastatin 20 mg")
    draft = cast.draft(home, carol, row=home.niacin)
    [shown] = warned.against(home, carol)["warnings"]
    assert (shown["finding"].severity, shown["field"]) == ("moderate", None)
    assert warned.save(home, draft).state == "waiting"


def test_a_medication_added_after_the_check_asks_at_saving(home, carol):
    """Another tab adds it between the check and the press: the save checks again in its own transaction."""
    draft = cast.draft(home, carol, row=home.wort)
    [first] = warned.digests(home, carol)
    warned.take(home, carol, "Sertraline 50 mg")
    with pytest.raises(failures.MustBeAcknowledged, match="1 severe warning"):
        warned.save(home, draft, **{first: "INR is checked"})
    assert cast.now(home, draft).state == "draft"
    first_again, second = sorted(warned.digests(home, carol), key=lambda one: one != first)
    assert first_again == first
    assert warned.save(home, draft, **{first: "INR is checked", second: "Tapering off"}).state == "waiting"
    assert {one.reason for one in warned.acknowledged(home)} == {"INR is checked", "Tapering off"}


def test_a_medication_ended_meanwhile_asks_no_more_and_its_reason_goes(home, carol):
    draft = cast.draft(home, carol, row=home.wort)
    [digest] = warned.digests(home, carol)
    by = home.actor("Alice")
    cast.inside(home, acknowledging.acknowledge, by=by, prescription=draft, reasons={digest: "weekly INR"})
    with tenancy.organization(home.pk):
        row = MedicationStatement.objects.get()
        health_record.end_medication(
            by=by, patient_id=carol.pk, entry_id=row.pk, ending=Ending(), is_error=False
        )
    assert warned.save(home, draft).state == "waiting"
    assert warned.acknowledged(home) == []


def test_reasons_are_kept_as_they_are_typed_and_can_be_taken_back(home, carol, alice):
    draft = cast.draft(home, carol, row=home.wort)
    [digest] = warned.digests(home, carol)
    address = f"/fullscript/prescriptions/{draft.pk}/reasons/"
    for reason in ("first", "second", "second", ""):
        form = {f"reason-{digest}": reason, "reason-x": "y"}
        assert alice.post(address, form, headers=HTMX).status_code == 200
        assert [one.reason for one in warned.acknowledged(home)] == ([reason] if reason else [])
    with tenancy.organization(home.pk):
        kept = AuditEvent.objects.filter(action__startswith="prescriptions.")
        said = list(kept.filter(action__contains="warning_ack").values_list("reason", flat=True))
        assert kept.filter(action="prescriptions.reason_taken_back").count() == 1
    assert sorted(said) == ["first", "second"]


def test_another_clinic_and_another_author_reach_no_reasons(home, carol):
    draft = cast.draft(home, carol, row=home.wort)
    address = f"/fullscript/prescriptions/{draft.pk}/reasons/"
    stranger = cast.house(name="Harbour", country="CA")
    for member in (home.members["Nina"], home.members["Bob"], stranger.members["Alice"]):
        assert factories.signed_in(member).post(address, {}).status_code == 404


def test_other_words_are_another_warning(home, carol, monkeypatch):
    draft = cast.draft(home, carol, row=home.wort)
    [digest] = warned.digests(home, carol)
    with tenancy.organization(home.pk):
        row = MedicationStatement.objects.get()
        details = MedicationDetails(kind="medication", name="Jantoven 2.5 mg")
        health_record.amend_medication(
            by=home.actor("Alice"), patient_id=carol.pk, entry_id=row.pk, seen_version=1, details=details
        )
    with pytest.raises(failures.MustBeAcknowledged):
        warned.save(home, draft, **{digest: "INR is checked"})
    assert warned.digests(home, carol) != [digest]


def test_an_allergy_and_a_pregnancy_are_checked(home, carol):
    by = home.actor("Alice")
    cast.inside(
        home, health_record.add_allergy, by=by, patient_id=carol.pk,
        details=AllergyDetails(substance="Niacin", severity="mild"),
    )  # fmt: skip
    cast.inside(
        home, health_record.add_condition, by=by, patient_id=carol.pk,
        details=ConditionDetails(name="Pregnancy"),
    )  # fmt: skip
    cast.draft(home, carol, row=home.niacin)
    draft = cast.draft(home, carol, row=home.wort)
    kinds = {one["finding"].kind for one in warned.against(home, carol)["warnings"]}
    assert {"allergy", "condition", "drug"} <= kinds
    with pytest.raises(failures.MustBeAcknowledged):
        warned.save(home, draft)


def test_what_was_prescribed_earlier_is_checked_while_it_may_be_taken(home, carol):
    earlier = cast.draft(home, carol, row=home.wort)
    warned.save(home, earlier, **dict.fromkeys(warned.digests(home, carol), "INR is checked"))
    worker.work()
    again = home.server.add_product("Calm Evening", ingredients=[warned.WORT])
    with tenancy.organization(home.pk):
        from betony.clinic.prescriptions.models import KnownSubstance

        KnownSubstance.objects.create(
            environment="us",
            product_id=again["id"],
            origin="search",
            key="w",
            name=warned.WORT,
            seen_at=clock.now(),
        )
    cast.draft(home, carol, row=again)
    rights = {one["finding"].right.label for one in warned.against(home, carol)["warnings"]}
    assert "Quiet Mood" in rights
    with tenancy.organization(home.pk):
        Prescription.objects.filter(pk=earlier.pk).update(state="cancelled", cancelled_at=clock.now())
    rights = {one["finding"].right.label for one in warned.against(home, carol)["warnings"]}
    assert "Quiet Mood" not in rights


def test_trying_again_asks_when_a_warning_came_up_meanwhile(home, carol):
    draft = cast.draft(home, carol, row=home.niacin)
    warned.save(home, draft)
    home.server.trouble("refused", on="POST /api/clinic/patients/*", status=422, body={"error": "no"})
    worker.work()
    assert cast.now(home, draft).state == "not_sent"
    cast.inside(
        home, health_record.add_allergy, by=home.actor("Alice"), patient_id=carol.pk,
        details=AllergyDetails(substance="Niacin"),
    )  # fmt: skip
    with pytest.raises(failures.NewWarning, match="come up since"):
        cast.inside(home, writing.try_again, by=home.actor("Alice"), prescription=draft)
    assert cast.now(home, draft).state == "not_sent"


def test_whoever_writes_may_see_the_record():
    writers = [one for one in permissions.PERMISSIONS.values() if "prescriptions.write" in one]
    assert writers
    assert all("health_record.view" in one for one in writers)


@pytest.mark.parametrize("size", [1, 12])
def test_the_check_takes_a_fixed_number_of_queries(home, carol, size, django_assert_max_num_queries):
    for number in range(size):
        warned.take(home, carol, f"Medicine {number}")
        row = home.server.add_product(f"Product {number}", ingredients=[f"Thing {number}"])
        cast.draft(home, carol, row=row)
    with tenancy.organization(home.pk):
        by = home.actor("Alice")
        with django_assert_max_num_queries(10):
            assert len(parts.draft(by, carol)["items"]) == size


def test_the_check_asks_nobody(home, carol, alice):
    cast.draft(home, carol, row=home.wort)
    home.server.trouble("down", times=99)
    before = home.server.calls.total()
    assert "Severe" in words(alice.get(f"/fullscript/writer/{carol.pk}/", headers=HTMX))
    assert home.server.calls.total() == before


def test_an_old_course_is_over(home, carol):
    first = cast.draft(home, carol, row=home.niacin)
    warned.save(home, first)
    worker.work()
    with time_machine.travel(clock.now() + timedelta(days=400)):
        cast.connect(home)
        cast.write_as(home, "Alice")
        cast.draft(home, carol, row=home.niacin)
        assert [one["finding"].kind for one in warned.against(home, carol)["warnings"]] == []
    with tenancy.organization(home.pk):
        assert queries.draft_of(home.actor("Alice"), carol.pk) is not None


def test_a_change_of_what_was_sent_is_checked_like_a_new_one(home, carol):
    """What was acknowledged once counts for its change; what comes up since is asked, and stands with it."""
    sent = cast.draft(home, carol, row=home.wort)
    [first] = warned.digests(home, carol)
    warned.save(home, sent, **{first: "INR is checked"})
    worker.work()
    warned.take(home, carol, "Sertraline 50 mg")
    by = home.actor("Alice")
    draft = cast.inside(home, changing.begin_change, by=by, prescription=cast.now(home, sent))
    cast.inside(home, writing.change_product, by=by, item=cast.inside(home, draft.items.get),
                directions=writing.Directions(amount="1", quantity=3))  # fmt: skip
    shown = {one["finding"].right.label for one in warned.against(home, carol)["warnings"]}
    assert "Quiet Mood" not in shown
    with pytest.raises(failures.MustBeAcknowledged, match="1 severe"):
        cast.inside(home, changing.save_change, by=by, draft=draft, message="")
    [second] = [one for one in warned.digests(home, carol) if one != first]
    cast.inside(home, changing.save_change, by=by, draft=draft, message="", reasons={second: "Tapering off"})
    assert {(one.prescription_id, one.reason) for one in warned.acknowledged(home)} == {
        (sent.pk, "INR is checked"), (sent.pk, "Tapering off"),
    }  # fmt: skip


def test_a_change_tried_again_asks_when_a_warning_came_up_meanwhile(home, carol, sent):
    change = changes.revise(home, sent)
    home.server.trouble("refused", on="PATCH *", status=422, body={"error": "no"})
    worker.work()
    assert cast.now(home, change).state == "not_sent"
    cast.inside(
        home, health_record.add_allergy, by=home.actor("Alice"), patient_id=carol.pk,
        details=AllergyDetails(substance="Zinc"),
    )  # fmt: skip
    with tenancy.organization(home.pk):
        substances.keep_description(environment="us", product_id=home.zinc["id"], text="With zinc.")
    with pytest.raises(failures.NewWarning):
        cast.inside(home, changing.try_change_again, by=home.actor("Alice"), change=change)
    assert cast.now(home, change).state == "not_sent"
