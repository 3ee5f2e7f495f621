"""Each member chooses the columns of the list and how high its rows are; it stays so for them alone."""

import re

import pytest

from betony.clinic.patients.models import ListView
from betony.clinic.patients.tests import factories
from betony.kit import tenancy
from betony.kit.audit.models import AuditEvent

USUAL = ["Name", "Born", "Email", "Mobile", "Practitioner", "Actions"]


@pytest.fixture
def june(clinic):
    with tenancy.organization(clinic.pk):
        return factories.patient(
            clinic, first_name="June", last_name="Hartley", city="Ithaca", region="NY", sex="female",
            home_phone="+16075550100",
        )  # fmt: skip


def heads(page):
    """The names at the head of the table."""
    head = re.search(r"<thead>(.*?)</thead>", page, re.DOTALL)
    assert head is not None
    found = re.findall(r"<th[^>]*>(.*?)</th>", head[1], re.DOTALL)
    return [re.sub(r"<[^>]+>", "", one).strip() for one in found]


def choose(client, *columns, rows="compact", address="/patients/view/"):
    return client.post(address, {"rows": rows, "columns": list(columns)})


def test_at_first_the_usual_columns_stand_in_compact_rows(alice, june):
    page = alice.get("/patients/").text
    assert heads(page) == USUAL
    assert "rows-comfortable" not in page


def test_what_is_chosen_stays_and_is_only_ones_own(alice, clinic, june):
    bob = factories.signed_in(factories.member(clinic, first="Bob", role="front_desk"))
    answer = choose(
        alice, "place", "sex", "home", rows="comfortable", address="/patients/view/?q=june&sort=-born"
    )
    assert answer["Location"] == "/patients/?q=june&sort=-born"
    for page in (alice.get("/patients/").text, alice.get("/patients/?q=june").text):
        assert heads(page) == ["Name", "Home phone", "Sex", "City", "Actions"]
        assert "rows-comfortable" in page
        for words in ("Ithaca, NY", "Female", "(607) 555-0100"):
            assert words in page
        assert "14 Mar" not in page
    assert heads(bob.get("/patients/").text) == USUAL
    choose(alice)
    assert heads(alice.get("/patients/").text) == ["Name", "Actions"]
    with tenancy.organization(clinic.pk):
        assert ListView.objects.count() == 1
        assert AuditEvent.objects.filter(action="patients.list_view_chosen").count() == 2


def test_choosing_the_same_again_changes_and_tells_nothing(alice, clinic):
    choose(alice, "born")
    choose(alice, "born")
    with tenancy.organization(clinic.pk):
        assert AuditEvent.objects.filter(action="patients.list_view_chosen").count() == 1


@pytest.mark.parametrize("values", [{"rows": "huge"}, {"rows": "compact", "columns": ["password"]}, {}])
def test_what_cannot_be_chosen_is_refused(alice, clinic, values):
    answer = alice.post("/patients/view/", values)
    assert answer.status_code == (200 if not values else 422)
    with tenancy.organization(clinic.pk):
        assert not ListView.objects.exists()


def test_it_is_a_dialog_and_without_javascript_a_page(alice, june):
    dialog = alice.get("/patients/view/?q=june", headers={"HX-Request": "true"}).text
    assert "<dialog" in dialog
    assert 'action="/patients/view/?q=june"' in dialog
    page = alice.get("/patients/view/?q=june").text
    assert "<h1>Columns and rows</h1>" in page
    assert 'href="/patients/?q=june"' in page
