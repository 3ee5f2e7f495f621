"""The pages that lead through a change and a cancellation (story 5.10)."""

import dataclasses

import pytest

from betony.clinic.patients.tests import factories
from betony.clinic.prescriptions import jobs, queries
from betony.clinic.prescriptions.actions import writing
from betony.clinic.prescriptions.models import (
    Prescription,
    PrescriptionChange,
)
from betony.clinic.prescriptions.tests import cast, changes, worker
from betony.kit import tenancy

pytestmark = pytest.mark.slow


@pytest.fixture
def home(settled, carol):
    return settled


def test_pages_offer_it_to_who_may_and_show_what_was_ordered(home, sent):
    home.there.place_order(changes.there(home))
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
    assert "Nothing has been ordered" in asked
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
