"""Whoever is refused is told so: in a toast or above the draft, without a script on the page that comes next."""

import html
import json

import pytest
from django.urls import reverse

from betony.clinic.prescriptions import failures
from betony.clinic.prescriptions.actions import changing, writing
from betony.clinic.prescriptions.models import PatientLink, Prescription
from betony.clinic.prescriptions.tests import cast, worker
from betony.kit import tenancy
from betony.kit.jobs import testing

pytestmark = pytest.mark.slow

SENTENCE = "Something is known against it since."


@pytest.fixture
def home(settled, carol):
    return settled


@pytest.fixture
def refused(home, carol):
    """A prescription that was not sent."""
    saved = cast.save(home, cast.draft(home, carol))
    with tenancy.organization(home.pk):
        Prescription.objects.filter(pk=saved.pk).update(state="not_sent", reason="The address is wrong")
    return saved


def address(page, record):
    return reverse(f"fullscript:{page}", args=[record.pk])


def refuse(monkeypatch, module, action, error=failures.NewWarning):
    def refusing(**arguments):
        raise error(SENTENCE)

    monkeypatch.setattr(module, action, refusing)


def toasts(answer):
    """Return what an answer to htmx says in toasts."""
    detail = json.loads(answer.headers.get("HX-Trigger", "{}")).get("toast", {})
    return [one["message"] for one in detail.get("several", [detail]) if one]


def test_trying_again_is_refused_in_a_toast(alice, refused, monkeypatch):
    refuse(monkeypatch, writing, "try_again")
    answer = alice.post(address("try_prescription_again", refused), headers={"HX-Request": "true"})
    assert toasts(answer) == [SENTENCE]
    assert "prescriptions:changed" in json.loads(answer.headers["HX-Trigger"])


def test_trying_again_is_refused_on_the_page_that_comes_next(alice, refused, monkeypatch):
    refuse(monkeypatch, writing, "try_again")
    answer = alice.post(address("try_prescription_again", refused), follow=True)
    assert answer.redirect_chain == [(address("show_prescription", refused), 302)]
    assert SENTENCE in answer.content.decode()


def test_a_prescription_that_is_not_saved_stands_there_with_why_without_a_script_too(
    home, carol, alice, monkeypatch
):
    draft = cast.draft(home, carol)
    refuse(monkeypatch, writing, "save_prescription")
    for headers in ({}, {"HX-Request": "true"}):
        answer = alice.post(address("save_prescription", draft), {"message": "Dear Carol"}, headers=headers)
        assert answer.status_code == 422
        assert SENTENCE in answer.content.decode()
        assert "Dear Carol" in answer.content.decode()


def test_discarding_is_refused_in_the_writer_without_a_script_too(home, carol, alice, monkeypatch):
    draft = cast.draft(home, carol)
    refuse(monkeypatch, writing, "discard_draft")
    answer = alice.post(address("discard_draft", draft), {"from": "writer"}, follow=True)
    assert answer.redirect_chain == [(address("open_writer", carol), 302)]
    assert SENTENCE in answer.content.decode()
    part = alice.post(address("discard_draft", draft), {"from": "writer"}, headers={"HX-Request": "true"})
    assert part.status_code == 422
    assert SENTENCE in part.content.decode()


@pytest.mark.parametrize("action", ["change_product", "move_product", "remove_product"])
def test_so_is_what_it_refuses_of_a_product(home, carol, alice, monkeypatch, action):
    item = cast.inside(home, cast.draft(home, carol).items.get)
    refuse(monkeypatch, writing, action)
    answer = alice.post(address(action, item), {"change-quantity": 1}, follow=True)
    assert SENTENCE in answer.content.decode()
    part = alice.post(address(action, item), {"change-quantity": 1}, headers={"HX-Request": "true"})
    assert part.status_code == 422
    assert SENTENCE in part.content.decode()


def test_so_is_a_change_that_is_refused(home, sent, alice, monkeypatch):
    draft = cast.inside(home, changing.begin_change, by=home.actor("Alice"), prescription=sent)
    refuse(monkeypatch, changing, "save_change")
    answer = alice.post(address("save_prescription", draft), follow=True)
    assert SENTENCE in answer.content.decode()


def test_a_practitioner_who_cannot_be_chosen_is_told_without_a_script_too(home, carol, alice):
    chosen = {"practitioner": "not one of them"}
    answer = alice.post(address("choose_practitioner", carol), chosen, follow=True)
    sentence = "That practitioner is not on the list any more. Choose again."
    assert sentence in html.unescape(answer.content.decode())
    part = alice.post(address("choose_practitioner", carol), chosen, headers={"HX-Request": "true"})
    # Back in its place: the page that would have come next takes the whole dialog.
    assert (part.status_code, part.headers["HX-Retarget"]) == (422, "#writer-who")


def test_the_buttons_of_the_patients_page_do_not_leave_it(home, carol, alice, refused):
    draft = cast.draft(home, carol)
    shown = alice.get(address("show_panel", carol), headers={"HX-Request": "true"}).content.decode()
    for page, record in (("try_prescription_again", refused), ("discard_draft", draft)):
        assert f'hx-post="{address(page, record)}" hx-swap="none"' in shown


def test_trying_again_on_the_patients_page_says_so_and_has_it_drawn_again(alice, refused):
    answer = alice.post(address("try_prescription_again", refused), headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert toasts(answer) == ["It is being tried again."]
    assert "prescriptions:changed" in json.loads(answer.headers["HX-Trigger"])


def test_trying_again_in_view_stays_in_view_and_leads_back_to_where_one_came_from(alice, refused):
    answer = alice.post(
        address("try_prescription_again", refused), {"from": "writer"},
        headers={"HX-Request": "true", "HX-Target": "dialog-host"},
    )  # fmt: skip
    shown = answer.content.decode()
    assert "Waiting to send" in shown
    assert "Back to the writer" in shown
    assert toasts(answer) == ["It is being tried again."]


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "htmx"])
def test_discarding_on_the_patients_page_opens_no_writer_and_creates_nobody(home, alice, headers):
    omar = home.patient(first_name="Omar", email="omar@example.com")
    draft = cast.draft(home, omar)
    with tenancy.organization(home.pk):
        PatientLink.objects.filter(patient=omar).delete()
    before = len(testing.queued())
    answer = alice.post(address("discard_draft", draft), headers=headers)
    if headers:
        assert (answer.status_code, toasts(answer)) == (204, ["The draft is discarded."])
    else:
        assert answer.headers["Location"] == reverse("workspace:patient", args=[omar.pk])
    with tenancy.organization(home.pk):
        assert not Prescription.objects.filter(pk=draft.pk).exists()
    assert len(testing.queued()) == before
    worker.work()
    assert [one for one in home.there.patients if one["email"] == "omar@example.com"] == []


def test_discarding_in_the_writer_stays_there(home, carol, alice):
    answer = alice.post(
        address("discard_draft", cast.draft(home, carol)), {"from": "writer"}, headers={"HX-Request": "true"}
    )
    assert "Search for a product and add it." in answer.content.decode()


def test_what_was_cancelled_is_not_said_to_be_not_sent(home, sent, alice):
    with tenancy.organization(home.pk):
        Prescription.objects.filter(pk=sent.pk).update(state="cancelled")
    shown = alice.get(address("show_outcome", sent), headers={"HX-Request": "true"}).content.decode()
    assert "The prescription was cancelled." in shown
    assert "Not sent" not in shown
