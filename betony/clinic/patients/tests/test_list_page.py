"""The list of patients: what it shows, to whom, and with how many queries."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from betony.clinic.patients import queries, rules
from betony.clinic.patients.models import PatientTag, Tag
from betony.clinic.patients.tests import factories
from betony.kit import tenancy
from betony.kit.audit.models import AuditEvent

pytestmark = pytest.mark.slow

MARKUP = "<script>alert(1)</script>"


@pytest.fixture
def june(clinic):
    with tenancy.organization(clinic.pk):
        return factories.patient(
            clinic, first_name="June", last_name="Hartley", preferred_name="Junie",
            date_of_birth=datetime.date(1979, 3, 14), email="june.hartley@example.com",
            mobile_phone="+16075550142",
        )  # fmt: skip


def listed(client, address="/patients/"):
    """Return the names a list shows, in their order."""
    page = client.get(address).content.decode()
    return re.findall(r'<button[^>]*aria-label="Actions for ([^"]+)"', page)


def test_the_list_shows_who_is_active_with_how_to_reach_them(alice, clinic, june):
    with tenancy.organization(clinic.pk):
        factories.patient(clinic, first_name="Gone", last_name="Away", is_active=False)
    page = alice.get("/patients/").content.decode()
    for words in ("Hartley, June", "14 Mar 1979", "june.hartley@example.com", "(607) 555-0142", "1 active"):
        assert words in page
    assert "Away" not in page
    assert listed(alice, "/patients/?status=inactive") == ["Gone Away"]
    assert listed(alice, "/patients/?status=all") == ["Gone Away", "June Hartley"]


def test_one_reading_of_the_list_is_one_event_with_the_ids_shown(alice, clinic, june):
    alice.get("/patients/")
    with tenancy.organization(clinic.pk):
        event = AuditEvent.objects.get(action="patients.list_shown")
    assert event.patient_ids == [june.pk]


@pytest.mark.parametrize(
    "text",
    ["june", "HARTLEY, June", "junie", "hart jun", "hartley@ex", "607 555 0142", "(607) 555-01", "0142",
     "1979/03/14", "1979-03-14", "14 March 1979", "hartley 1979-03-14", "14/03/1979"],
)  # fmt: skip
def test_a_search_finds_by_any_part(alice, clinic, june, text):
    with tenancy.organization(clinic.pk):
        factories.patient(clinic)
    page = alice.get("/patients/", {"q": text}).content.decode()
    assert "Actions for June Hartley" in page
    assert "Carol Castle" not in page


@pytest.mark.parametrize("text", ["junebug", "1980-03-14", "june castle", "999", "%", "'", "<b>"])
def test_a_search_that_matches_nobody_says_so(alice, june, text):
    assert "Nobody found" in alice.get("/patients/", {"q": text}).content.decode()


def test_what_many_have_is_found_by_walking_the_list(clinic):
    with tenancy.organization(clinic.pk):
        for number in range(45):
            factories.patient(clinic, first_name=f"Ann{number}", email=f"ann{number}@post.example")
        factories.patient(clinic)
        assert queries.search(rules.read_search("post.ex"), most=10) is None
        assert queries.listed(clinic.pk, queries.Listing(search="post.ex")).count() == 45
        assert queries.listed(clinic.pk, queries.Listing(search="post.ex ann44")).count() == 1
        assert queries.listed(clinic.pk, queries.Listing(search="an")).count() == 45


def test_a_broad_search_is_exact_beyond_what_is_gathered(clinic, monkeypatch):
    monkeypatch.setattr(queries, "MOST_GATHERED", 2)
    with tenancy.organization(clinic.pk):
        for name in ("Anna", "Anne", "Änny", "Bert"):
            factories.patient(clinic, first_name=name, last_name=f"Xe'{name}")
        found = queries.listed(clinic.pk, queries.Listing(search="ann xean"))
        assert sorted(one.first_name for one in found) == ["Anna", "Anne", "Änny"]
        short = queries.listed(clinic.pk, queries.Listing(search="xe"))
        assert short.count() == 4


def test_filters_by_tag_and_practitioner_stay_in_the_address(alice, clinic, june):
    with tenancy.organization(clinic.pk):
        other = factories.patient(clinic, primary_practitioner=factories.practitioner(clinic))
        tag = Tag.objects.create(organization=clinic, name="fatigue program")
        PatientTag.objects.create(organization=clinic, patient=june, tag=tag)
        practitioner_id = other.primary_practitioner_id
    assert listed(alice, f"/patients/?tag={tag.pk}") == ["June Hartley"]
    assert listed(alice, f"/patients/?practitioner={practitioner_id}") == ["Carol Castle"]
    page = alice.get(f"/patients/?tag={tag.pk}&q=june").content.decode()
    assert f'value="{tag.pk}" selected' in page
    assert f"tag={tag.pk}" in re.findall(r'class="sort" href="([^"]+)"', page)[0]


@pytest.mark.parametrize(
    "query", ["tag=x", "practitioner=1", "status=x", "sort=password", "after=zzz", "q=%00"]
)
def test_an_address_that_makes_no_sense_shows_the_list(alice, june, query):
    assert alice.get(f"/patients/?{query}").status_code == 200


@pytest.mark.parametrize(
    ("sort", "first"),
    [("name", "Zoë Ámos"), ("born", "Zoë Ámos"), ("email", "Ab Zed"), ("nonsense", "Zoë Ámos")],
)
def test_columns_sort_both_ways(alice, clinic, sort, first):
    with tenancy.organization(clinic.pk):
        factories.patient(clinic, first_name="Zoë", last_name="Ámos", email="z@example.com")
        factories.patient(clinic, first_name="Ab", last_name="Zed", date_of_birth=datetime.date(1990, 1, 1))
    there = listed(alice, f"/patients/?sort={sort}")
    back = listed(alice, f"/patients/?sort=-{sort}")
    assert there[0] == first
    assert back == (there if sort == "nonsense" else there[::-1])


def test_chips_tell_shared_and_missing_emails(alice, clinic):
    with tenancy.organization(clinic.pk):
        for name in ("Priya", "Mia"):
            factories.patient(clinic, first_name=name, last_name="Raman", email="raman.family@example.com")
        factories.patient(clinic, first_name="Harold", last_name="Pike")
    page = alice.get("/patients/").content.decode()
    assert page.count("shared email") == 2
    assert page.count("no email") == 1


def test_htmx_gets_only_the_results(alice, june):
    answer = alice.get("/patients/", headers={"HX-Request": "true", "HX-Target": "patients-results"})
    page = answer.content.decode()
    assert "Hartley, June" in page
    assert "<html" not in page


@pytest.mark.parametrize("patients", [3, 12])
def test_the_list_takes_the_same_queries_however_long_it_is(alice, clinic, patients):
    with tenancy.organization(clinic.pk):
        practitioner = factories.practitioner(clinic)
        tag = Tag.objects.create(organization=clinic, name="fatigue program")
        for number in range(patients):
            one = factories.patient(
                clinic, last_name=f"Castle {number}", primary_practitioner=practitioner, email="c@example.com"
            )
            PatientTag.objects.create(organization=clinic, patient=one, tag=tag)
    alice.get("/patients/")
    with CaptureQueriesContext(
        connection,
    ) as taken:
        assert len(listed(alice)) == patients
    own = [one for one in taken.captured_queries if "clinic_p" in one["sql"] or "audit" in one["sql"]]
    assert len(own) == 9, [one["sql"][:90] for one in own]


def test_markup_in_names_is_text(alice, clinic):
    with tenancy.organization(clinic.pk):
        person = factories.patient(
            clinic, first_name=MARKUP, last_name=MARKUP, preferred_name=MARKUP, email=MARKUP
        )
        tag = Tag.objects.create(organization=clinic, name=MARKUP)
        PatientTag.objects.create(organization=clinic, patient=person, tag=tag)
    page = alice.get("/patients/", {"q": MARKUP}).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_who_may_not_see_patients_finds_nothing_there(charlie, visitor, stranger, june):
    assert charlie.get("/patients/").status_code == 404
    assert visitor.get("/patients/").status_code == 302
    assert listed(stranger) == []
    assert "No patients yet" in stranger.get("/patients/").content.decode()


def test_the_biller_sees_the_list_but_adds_nobody(theo, june):
    page = theo.get("/patients/").content.decode()
    assert "Hartley, June" in page
    assert "Add Patient" not in page
    assert theo.get("/patients/add/").status_code == 404
