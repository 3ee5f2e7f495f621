"""What pages say of a link that stands: **Unlink** and what is on its way, **Email for Fullscript** and **Change**."""

import json

import pytest

from betony.clinic.patients.models import Patient
from betony.clinic.patients.tests import factories
from betony.clinic.prescriptions import jobs
from betony.clinic.prescriptions.actions import emails
from betony.clinic.prescriptions.tests import cast, worker
from betony.kit import tenancy
from betony.kit.ui.testing import HTMX

pytestmark = pytest.mark.slow

SEND = "POST /api/clinic/patients/*/treatment_plans"
PATCH = "PATCH /api/clinic/patients/*"
NEW = "carol.castle@example.com"


@pytest.fixture
def home(settled, carol):
    jobs.match_patient.queue(organization_id=settled.pk, patient_id=carol.pk)
    worker.work()
    return settled


def panel(browser, carol):
    return browser.get(f"/fullscript/patients/{carol.pk}/panel/").content.decode()


def test_the_dialog_says_what_is_on_its_way_and_unlinks_knowing_it(home, carol, alice):
    saved = cast.save(home, cast.draft(home, carol))
    home.server.trouble("down", on=SEND)
    worker.work()
    address = f"/fullscript/links/{cast.link_of(home, carol).pk}/unlink/"
    shown = alice.get(address, headers=HTMX).content.decode()
    assert "On the way to Carol Castle now" in shown
    assert "Zinc Picolinate 30 mg" in shown
    assert alice.post(address, {"on_the_way": str(saved.pk)}, headers=HTMX).status_code == 204
    assert cast.link_of(home, carol) is None


@pytest.mark.parametrize("seen", ["", "not-an-id", "018f0000-0000-7000-8000-000000000000"])
def test_a_dialog_that_is_out_of_date_is_drawn_again_and_says_so(home, carol, alice, seen):
    saved = cast.save(home, cast.draft(home, carol))
    home.server.trouble("down", on=SEND)
    worker.work()
    address = f"/fullscript/links/{cast.link_of(home, carol).pk}/unlink/"
    answer = alice.post(address, {"on_the_way": seen}, headers=HTMX)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "Nothing was unlinked" in shown
    assert str(saved.pk) in shown
    assert cast.link_of(home, carol) is not None


def test_view_says_why_it_was_taken_back(home, carol, alice):
    saved = cast.save(home, cast.draft(home, carol))
    link = cast.link_of(home, carol)
    address = f"/fullscript/links/{link.pk}/unlink/"
    home.server.meanwhile(lambda: alice.post(address, {"on_the_way": str(saved.pk)}), on=SEND)
    home.server.trouble("down", on="PATCH *", times=50)
    worker.work()
    shown = alice.get(f"/fullscript/prescriptions/{saved.pk}/").content.decode()
    assert "Cancellation waiting to send" in shown
    assert "reached somebody else there and is taken back" in shown
    assert "Asked for by" not in shown
    home.server.well_again()
    worker.work()
    shown = alice.get(f"/fullscript/prescriptions/{saved.pk}/").content.decode()
    assert "Cancelled" in shown
    assert "reached somebody else there and is taken back" in shown


def test_the_panel_names_the_email_and_offers_to_change_it(home, carol, alice):
    shown = panel(alice, carol)
    assert "Email for Fullscript: carol@example.com" in shown
    assert "change-email/" in shown
    assert "change-email/" not in panel(factories.signed_in(home.members["Olga"]), carol)


def test_what_the_dispensary_refuses_is_said_beside_the_field(home, carol, alice):
    home.there.add_patient("Somebody", "Else", NEW)
    address = f"/fullscript/links/{cast.link_of(home, carol).pk}/change-email/"
    assert "carol@example.com" in alice.get(address).content.decode()
    assert alice.post(address, {"email": NEW}, headers=HTMX).status_code == 204
    worker.work()
    assert "It was not updated at Fullscript: Email has already been taken" in panel(alice, carol)
    shown = alice.get(address).content.decode()
    assert "It was not updated at Fullscript: Email has already been taken" in shown
    assert f'value="{NEW}"' in shown
    assert "aria-invalid" in shown


def test_the_email_fullscript_has_already_is_not_said_to_be_updated(home, carol, alice):
    link = cast.link_of(home, carol)
    address = f"/fullscript/links/{link.pk}/change-email/"
    answer = alice.post(address, {"email": carol.email}, headers=HTMX)
    assert json.loads(answer["HX-Trigger"])["toast"]["message"] == "Fullscript has this email."
    after = cast.link_of(home, carol)
    assert (after.email_update_asked_at, after.email_settled) == (None, link.email_settled)
    answer = alice.post(address, {"email": "carol.new@example.com"}, headers=HTMX)
    assert "is being updated" in json.loads(answer["HX-Trigger"])["toast"]["message"]


def test_an_email_of_another_patient_here_is_refused_beside_the_field(home, carol, alice):
    home.patient(first_name="Zoe", email="zoe@example.com")
    address = f"/fullscript/links/{cast.link_of(home, carol).pk}/change-email/"
    answer = alice.post(address, {"email": "Zoe@example.com"}, headers=HTMX)
    assert answer.status_code == 422
    assert "Another patient here goes by this email" in answer.content.decode()
    assert alice.post(address, {"email": "no email"}).status_code == 422
    assert cast.link_of(home, carol).email_for_fullscript == ""


def test_while_it_is_being_updated_no_other_change_is_offered(home, carol, alice):
    address = f"/fullscript/links/{cast.link_of(home, carol).pk}/change-email/"
    assert alice.post(address, {"email": NEW}).status_code == 302
    shown = panel(alice, carol)
    assert f"Updating the email at Fullscript to {NEW}" in shown
    assert "change-email/" not in shown


def test_unlinking_in_the_writer_leads_back_to_the_writer_which_says_it(home, carol, alice):
    address = f"/fullscript/links/{cast.link_of(home, carol).pk}/unlink/"
    answer = alice.post(address, {"from": "writer"}, headers=HTMX, follow=True)
    assert "Fullscript Prescription Writer" in answer.content.decode()
    assert "is no longer linked" in json.loads(answer["HX-Trigger"])["toast"]["message"]


def test_an_update_that_waits_for_a_connection_says_so(home, carol, alice):
    with tenancy.organization(home.pk):
        Patient.objects.filter(pk=carol.pk).update(email=NEW, email_key=NEW)
    link = cast.link_of(home, carol)
    cast.inside(home, emails.ask_for_update, by=home.actor("Alice"), link=link)
    assert f"Updating the email at Fullscript to {NEW}" in panel(alice, carol)
    home.server.revoke_all()
    worker.work()
    shown = panel(alice, carol)
    assert "Nobody is connected to Fullscript now." in shown
    assert "Updating the email" not in shown
