"""**View** of what was not sent: **Cancel prescription** and **Change**, or why neither is there (story 5.10)."""

import json

import pytest

from betony.clinic.patients.tests import factories
from betony.clinic.prescriptions.actions import recalling, writing
from betony.clinic.prescriptions.exchange import importing
from betony.clinic.prescriptions.models import Prescription
from betony.clinic.prescriptions.tests import cast, changes, unsent, worker
from betony.kit import tenancy
from betony.kit.ui.testing import HTMX

pytestmark = pytest.mark.slow

MAY_HAVE_IT = "Fullscript may already have it"


@pytest.fixture
def home(settled, carol):
    return settled


def view(browser, prescription):
    return browser.get(f"/fullscript/prescriptions/{prescription.pk}/").content.decode()


@pytest.mark.parametrize("begun", [unsent.waiting, unsent.not_sent])
def test_what_never_arrived_can_be_cancelled_and_changed(home, carol, alice, begun):
    prescription = begun(home, carol)
    shown = view(alice, prescription)
    assert "Cancel prescription" in shown
    assert ">Change<" in shown
    assert MAY_HAVE_IT not in shown
    for name in ("Bob", "Nina", "Olga"):
        shown = view(factories.signed_in(home.members[name]), prescription)
        assert "Cancel prescription" not in shown
        assert ">Change<" not in shown


@pytest.mark.parametrize(
    ("begun", "then"),
    [
        (unsent.lost, "sent again only if it is not there"),
        (unsent.given_up, "Try again: it is looked up first"),
    ],
)
def test_what_may_have_arrived_says_why_neither_is_there(home, carol, alice, begun, then):
    prescription = begun(home, carol)
    shown = view(alice, prescription)
    assert "Cancel prescription" not in shown
    assert ">Change<" not in shown
    assert MAY_HAVE_IT in shown
    assert then in shown
    assert MAY_HAVE_IT not in view(factories.signed_in(home.members["Bob"]), prescription)


def test_the_dialog_says_that_nothing_went_out_and_it_leaves_what_waits(home, carol, alice):
    prescription = unsent.not_sent(home, carol)
    address = f"/fullscript/prescriptions/{prescription.pk}/cancel/"
    asked = alice.get(address, headers=HTMX).content.decode()
    assert "It has not reached Fullscript" in asked
    assert "can no longer order" not in asked
    bare = alice.post(address, {"why": " ", "version": prescription.version}, headers=HTMX)
    assert (bare.status_code, "Say why" in bare.content.decode()) == (422, True)
    done = alice.post(address, {"why": "A mistake", "version": prescription.version}, headers=HTMX)
    assert done.status_code == 204
    assert json.loads(done["HX-Trigger"])["toast"]["message"] == "The prescription was cancelled."
    assert "Nothing is waiting" in alice.get("/fullscript/waiting/").content.decode()
    shown = view(alice, prescription)
    assert "Alice Archer" in shown
    assert "A mistake" in shown
    assert "discontinued" not in shown
    again = alice.post(address, {"why": "A mistake", "version": prescription.version}, headers=HTMX)
    assert json.loads(again["HX-Trigger"])["toast"]["message"] == "The prescription was cancelled."


def test_change_leads_into_the_writer_with_the_same_products(home, carol, alice):
    prescription = unsent.not_sent(home, carol)
    address = f"/fullscript/prescriptions/{prescription.pk}/change/"
    for _click in range(2):
        assert alice.post(address).url == f"/fullscript/writer/{carol.pk}/"
    shown = alice.get(f"/fullscript/writer/{carol.pk}/", headers=HTMX).content.decode()
    for words in ("Zinc Picolinate 30 mg", "Take it slowly", "Save Prescription", "Discard draft"):
        assert words in shown, words
    assert "It was written again before it was sent." in view(alice, prescription)
    panel = alice.get(f"/fullscript/patients/{carol.pk}/panel/").content.decode()
    assert "It was written again before it was sent." in panel


def test_a_refusal_is_said_and_nothing_changes(home, carol, alice):
    prescription = unsent.not_sent(home, carol)
    cast.draft(home, carol, row=home.server.add_product("Magnesium"))
    answer = alice.post(f"/fullscript/prescriptions/{prescription.pk}/change/", headers=HTMX)
    assert "You have an unfinished prescription" in json.loads(answer["HX-Trigger"])["toast"]["message"]
    assert cast.now(home, prescription).state == "not_sent"


def test_what_was_sent_while_the_dialog_was_open_is_shown_as_it_stands(home, carol, alice):
    prescription = unsent.waiting(home, carol)
    address = f"/fullscript/prescriptions/{prescription.pk}/cancel/"
    worker.work()
    answer = alice.post(address, {"why": "A mistake", "version": prescription.version}, headers=HTMX)
    assert answer.status_code == 422
    assert "changed in the meantime" in answer.content.decode()
    assert "can no longer order" in answer.content.decode()
    assert cast.now(home, prescription).state == "sent"


def test_the_writer_that_waits_says_that_a_colleague_cancelled_it(home, carol, alice):
    prescription = unsent.waiting(home, carol)
    cast.inside(home, recalling.cancel, by=home.actor("Alice"), prescription=prescription, why="A mistake")
    shown = alice.get(f"/fullscript/prescriptions/{prescription.pk}/outcome/", headers=HTMX).content.decode()
    assert "cancelled before it was sent" in shown
    assert "can no longer order" not in shown


def test_who_cancelled_what_was_sent_and_why_stands_there_too(home, carol, sent, alice):
    changes.cancel(home, sent)
    worker.work()
    shown = view(alice, sent)
    assert "It upset her stomach" in shown
    assert "Cancelled" in shown
    plan = home.there.write_plan(home.there.patients[0], home.there.practitioners[0], [])
    home.there.cancel_plan(plan)
    with tenancy.working_for(home.pk):
        importing.import_plan(home.pk, plan["id"])
    with tenancy.organization(home.pk):
        there = Prescription.objects.get(remote_id=plan["id"])
    assert "at Fullscript" in view(alice, there)


def test_in_the_writer_cancelling_leads_back_to_it(home, carol, alice):
    prescription = unsent.not_sent(home, carol)
    address = f"/fullscript/prescriptions/{prescription.pk}/cancel/"
    answer = alice.post(
        address, {"why": "A mistake", "version": prescription.version, "from": "writer"}, headers=HTMX
    )
    assert answer.url == f"/fullscript/writer/{carol.pk}/"


def test_a_prescription_that_is_tried_again_is_cancelled_no_more_once_it_is_on_its_way(home, carol, alice):
    prescription = unsent.not_sent(home, carol)
    cast.inside(home, writing.try_again, by=home.actor("Alice"), prescription=prescription)
    home.server.trouble("lost", on="POST /api/clinic/patients/*/treatment_plans")
    worker.work()
    answer = alice.post(
        f"/fullscript/prescriptions/{prescription.pk}/cancel/",
        {"why": "A mistake", "version": prescription.version}, headers=HTMX,
    )  # fmt: skip
    assert (
        "Fullscript may already have this prescription"
        in json.loads(answer["HX-Trigger"])["toast"]["message"]
    )
