"""Billers and auditors connect like everybody (story 2.8), and see their connection where others have the writer."""

import html

import pytest
from django.urls import reverse

from betony.clinic.patients.tests import factories
from betony.clinic.prescriptions import menu
from betony.clinic.prescriptions.models import Connection, Prescription
from betony.clinic.prescriptions.tests import cast
from betony.kit import tenancy
from betony.kit.audit.models import AuditEvent
from betony.kit.ui.testing import HTMX

pytestmark = pytest.mark.slow


@pytest.fixture
def home(settled, carol, sent):
    return settled


def words(answer):
    return html.unescape(answer.content.decode())


def fullscript(home, carol, name):
    """Return the entry **Fullscript** of the patient's actions."""
    (entry,) = cast.inside(home, menu.entries, actor=home.actor(name), patient_id=carol.pk)
    return entry


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("Nina", "open_writer"), ("Amir", "open_writer"), ("Bob", "open_writer"),
        ("Theo", "show_connection"), ("Olga", "show_connection"),
    ],
)  # fmt: skip
def test_fullscript_opens_what_the_role_has(home, carol, name, page):
    entry = fullscript(home, carol, name)
    assert (entry.url, entry.opens) == (reverse("fullscript:connect_user", args=[carol.pk]), "new_tab")
    cast.connect(home, name)
    entry = fullscript(home, carol, name)
    assert (entry.url, entry.opens) == (reverse(f"fullscript:{page}", args=[carol.pk]), "dialog")
    answer = factories.signed_in(home.members[name]).get(entry.url, headers=HTMX)
    assert answer.status_code == 200
    assert "Reset Option" in words(answer)
    assert "Reset User" in words(answer)


def test_a_biller_is_told_to_whom_they_are_connected_and_nothing_of_what_is_prescribed(home, carol):
    cast.connect(home, "Theo")
    shown = words(
        factories.signed_in(home.members["Theo"]).get(fullscript(home, carol, "Theo").url, headers=HTMX)
    )
    assert "You have been connected to Meadowlark Dispensary since" in shown
    assert "Your role does not see what is prescribed." in shown
    assert home.zinc["name"] not in shown
    with tenancy.organization(home.pk):
        event = AuditEvent.objects.get(action="prescriptions.connection_shown")
    assert (event.patient_ids, event.actor_role) == ([carol.pk], "biller")


def test_an_auditor_sees_the_history_beside_it_and_no_way_into_a_writer(home, carol):
    cast.connect(home, "Olga")
    browser = factories.signed_in(home.members["Olga"])
    shown = words(browser.get(fullscript(home, carol, "Olga").url, headers=HTMX))
    assert home.zinc["name"] in shown
    assert "from=writer" not in shown
    assert "/fullscript/writer/" not in shown.replace(f"/fullscript/writer/{carol.pk}/history/", "")
    with tenancy.organization(home.pk):
        sent = Prescription.objects.get(state="sent")
    view = words(browser.get(reverse("fullscript:show_prescription", args=[sent.pk]), headers=HTMX))
    assert "Back to the writer" not in view


def test_without_a_script_it_is_a_page(home, carol):
    cast.connect(home, "Theo")
    browser = factories.signed_in(home.members["Theo"])
    assert "<main" in words(browser.get(reverse("fullscript:show_connection", args=[carol.pk])))
    asked = words(browser.get(reverse("fullscript:reset_user")))
    assert "<main" in asked
    assert "Keep connection" in asked


def test_who_is_connected_already_is_led_to_it(home, carol):
    cast.connect(home, "Theo")
    answer = factories.signed_in(home.members["Theo"]).get(
        reverse("fullscript:connect_user", args=[carol.pk])
    )
    assert answer.headers["Location"] == reverse("fullscript:show_connection", args=[carol.pk])


def test_a_biller_can_disconnect(home):
    cast.connect(home, "Theo")
    factories.signed_in(home.members["Theo"]).post(reverse("fullscript:reset_user"), headers=HTMX)
    with tenancy.organization(home.pk):
        assert not Connection.objects.live().filter(membership=home.members["Theo"]).exists()


def come_back(home, name, carol):
    state, code = cast.consent(home, name, return_to=str(carol.pk))
    browser = factories.signed_in(home.members[name])
    session = browser.session
    session["fullscript_browser"] = cast.BROWSER
    session.save()
    return words(browser.get(reverse("fullscript:complete_connection"), {"state": state, "code": code}))


def test_the_landing_page_leads_back_to_the_patient_one_set_out_from(home, carol):
    landed = come_back(home, "Nina", carol)
    assert "Return to Patients" in landed
    assert f'href="{reverse("workspace:patient", args=[carol.pk])}"' in landed
    assert "Return to Carol Castle" in landed
    assert "You can now write prescriptions" in landed
    with tenancy.organization(home.pk):
        assert AuditEvent.objects.get(action="prescriptions.connection_shown").patient_ids == [carol.pk]


def test_who_cannot_write_is_not_told_that_they_can(home, carol):
    landed = come_back(home, "Theo", carol)
    assert "Fullscript is connected." in landed
    assert "You can now write prescriptions" not in landed


def test_a_patient_who_is_gone_meanwhile_is_no_trouble(home, carol):
    with tenancy.organization(home.pk):
        type(carol).objects.filter(pk=carol.pk).update(
            merged_into=home.patient(first_name="Kept"), is_active=False
        )
    landed = come_back(home, "Nina", carol)
    assert "Fullscript is connected." in landed
    assert "Carol" not in landed
