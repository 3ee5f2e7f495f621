"""The draft: its products, its message, saving it once, and who may."""

import pytest

from betony.clinic.patients.models import Patient
from betony.clinic.prescriptions import failures, queries
from betony.clinic.prescriptions.actions import revoking, writing
from betony.clinic.prescriptions.models import Prescription, PrescriptionItem
from betony.clinic.prescriptions.tests import cast, worker
from betony.kit import tenancy
from betony.kit.actor import NotPermitted


@pytest.fixture
def home(settled, carol):
    return settled


def items_of(home, prescription):
    with tenancy.organization(home.pk):
        return [one.product_name for one in prescription.items.order_by("position")]


def test_the_first_product_begins_the_draft_and_the_next_join_it(home, carol):
    first = cast.draft(home, carol)
    second = cast.draft(home, carol, row=home.server.add_product("Magnesium"))
    assert first.pk == second.pk
    assert items_of(home, first) == ["Zinc Picolinate 30 mg", "Magnesium"]
    with tenancy.organization(home.pk):
        assert queries.draft_of(home.actor("Alice"), carol.pk).pk == first.pk


def test_the_same_product_twice_is_noticed(home, carol):
    cast.draft(home, carol)
    with pytest.raises(failures.AlreadyOnPrescription):
        cast.draft(home, carol)


def test_a_product_that_cannot_be_had_is_not_added(home, carol):
    gone = cast.product(home, status="discontinued")
    with tenancy.organization(home.pk), pytest.raises(failures.CannotBeOrdered):
        writing.add_product(by=home.actor("Alice"), patient=carol, product=gone, directions=cast.DIRECTIONS)


def test_products_are_changed_moved_and_taken_off(home, carol):
    draft = cast.draft(home, carol)
    cast.draft(home, carol, row=home.server.add_product("Magnesium"))
    by = home.actor("Alice")
    with tenancy.organization(home.pk):
        zinc, magnesium = draft.items.order_by("position")
        writing.move_product(by=by, item=magnesium, direction="up")
        writing.change_product(by=by, item=zinc, directions=writing.Directions(amount="3", quantity=4))
    assert items_of(home, draft) == ["Magnesium", "Zinc Picolinate 30 mg"]
    with tenancy.organization(home.pk):
        changed = PrescriptionItem.objects.get(pk=zinc.pk)
        assert (changed.amount, changed.quantity, changed.frequency) == ("3", 4, "")
        writing.remove_product(by=by, item=magnesium)
        writing.remove_product(by=by, item=magnesium)
        with pytest.raises(failures.ChangedMeanwhile):
            writing.change_product(by=by, item=magnesium, directions=cast.DIRECTIONS)
        with pytest.raises(failures.ChangedMeanwhile):
            writing.move_product(by=by, item=magnesium, direction="up")
    assert items_of(home, draft) == ["Zinc Picolinate 30 mg"]


def test_saving_hands_it_over_once(home, carol):
    draft = cast.draft(home, carol)
    saved = cast.save(home, draft, message="See you in March")
    again = cast.save(home, draft, message="another click")
    assert (saved.state, again.state, again.message) == ("waiting", "waiting", "See you in March")
    assert (saved.prescriber_name, saved.written_by_name) == ("Alice Archer", "Alice Archer")
    with tenancy.organization(home.pk):
        with pytest.raises(failures.NotADraft):
            writing.write_message(by=home.actor("Alice"), prescription=draft, message="late")
        with pytest.raises(failures.NotADraft):
            writing.discard_draft(by=home.actor("Alice"), prescription=draft)
    worker.work()
    assert home.there.plans[0]["personal_message"] == "See you in March"


def test_nothing_is_saved_without_a_product_a_practitioner_or_a_connection(home, carol):
    draft = cast.draft(home, carol)
    by = home.actor("Alice")
    with tenancy.organization(home.pk):
        item = draft.items.get()
        writing.remove_product(by=by, item=item)
        with pytest.raises(failures.NothingToSend):
            writing.save_prescription(by=by, prescription=draft, message="")
    cast.draft(home, carol)
    cast.connect(home)
    with pytest.raises(failures.NotAllowedAsPractitioner):
        cast.save(home, draft)
    with tenancy.organization(home.pk):
        revoking.disconnect(by=by)
    with pytest.raises(failures.NobodyConnected):
        cast.save(home, draft)
    assert cast.now(home, draft).state == "draft"


def test_a_patient_who_became_inactive_keeps_the_draft_unsent(home, carol):
    draft = cast.draft(home, carol)
    with tenancy.organization(home.pk):
        Patient.objects.filter(pk=carol.pk).update(is_active=False)
    with pytest.raises(failures.PatientCannotBeShared):
        cast.save(home, draft)


def test_a_draft_of_an_old_dispensary_never_goes_to_the_new_one(home, carol):
    draft = cast.draft(home, carol)
    with tenancy.organization(home.pk):
        revoking.disconnect(by=home.actor("Alice"))
    other = home.server.add_clinic("Larkspur Dispensary")
    alice = other.add_practitioner("Alice", "Archer", home.members["Alice"].user.email)
    cast.connect(home, at=other, person=alice)
    cast.write_as(home, "Alice")
    with pytest.raises(failures.CannotDo, match="no longer connected"):
        cast.save(home, draft)
    new = cast.draft(home, carol)
    assert new.pk != draft.pk
    with tenancy.organization(home.pk):
        assert queries.draft_of(home.actor("Alice"), carol.pk).pk == new.pk


def test_who_helps_writes_for_who_delegated_and_both_names_are_kept(home, carol):
    home.delegate(practitioner="Nina", to="Amir")
    cast.connect(home, "Amir")
    cast.write_as(home, "Amir", "Nina")
    saved = cast.save(home, cast.draft(home, carol, "Amir"), "Amir")
    assert (saved.prescriber_name, saved.written_by_name) == ("Nina Archer", "Amir Archer")
    worker.work()
    nina = next(one for one in home.there.practitioners if one["first_name"] == "Nina")
    assert home.there.plans[0]["practitioner"] == {"id": nina["id"]}


def test_a_delegation_that_ended_ends_writing_at_once(home, carol):
    delegation = home.delegate(practitioner="Nina", to="Amir")
    cast.connect(home, "Amir")
    cast.write_as(home, "Amir", "Nina")
    draft = cast.draft(home, carol, "Amir")
    with tenancy.organization(home.pk):
        type(delegation).objects.filter(pk=delegation.pk).update(ended_at=delegation.started_at)
    with pytest.raises(failures.NotAllowedAsPractitioner):
        cast.save(home, draft, "Amir")


@pytest.mark.parametrize("name", ["Bob", "Theo", "Olga"])
def test_the_desk_billers_and_auditors_cannot_write(home, carol, name):
    cast.connect(home, name)
    with pytest.raises(NotPermitted):
        cast.draft(home, carol, name)


def test_two_authors_have_a_draft_each(home, carol):
    cast.connect(home, "Nina")
    cast.write_as(home, "Nina")
    mine, ninas = cast.draft(home, carol), cast.draft(home, carol, "Nina")
    assert mine.pk != ninas.pk
    with tenancy.organization(home.pk):
        writing.discard_draft(by=home.actor("Alice"), prescription=mine)
        assert list(Prescription.objects.all()) == [ninas]
