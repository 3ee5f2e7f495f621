"""The list as a file: as filtered, without formulas, audited, for those who may, and never too much."""

import csv
import io

import pytest

from betony.clinic.accounts.permissions import PERMISSIONS
from betony.clinic.patients import export
from betony.clinic.patients.models import PatientTag, Tag
from betony.clinic.patients.tests import factories
from betony.kit import tenancy
from betony.kit.audit.models import AuditEvent

pytestmark = pytest.mark.slow

FORMULA = '=HYPERLINK("https://evil.example")'


@pytest.fixture
def june(clinic):
    with tenancy.organization(clinic.pk):
        june = factories.patient(
            clinic, first_name="June", last_name="Hartley", preferred_name="Junie",
            email="june@example.com", mobile_phone="+16075550142",
        )  # fmt: skip
        tag = Tag.objects.create(organization=clinic, name=FORMULA)
        PatientTag.objects.create(organization=clinic, patient=june, tag=tag)
        return june


def table(answer):
    """Return the file's rows."""
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline="")))


def test_the_file_holds_the_list_as_it_is_filtered_sorted_and_chosen(alice, clinic, june):
    with tenancy.organization(clinic.pk):
        factories.patient(clinic, first_name="Ann", last_name="Hartley", email="")
        factories.patient(clinic, first_name="Gone", last_name="Hartley", is_active=False)
        factories.patient(clinic, first_name="Omar", last_name="Reyes")
    alice.post("/patients/view/", {"rows": "compact", "columns": ["email", "mobile"]})
    answer = alice.post("/patients/export/?q=hartley&sort=-name")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert 'attachment; filename="patients-' in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]
    assert table(answer) == [
        ["Last name", "First name", "Preferred name", "Email", "Mobile", "Tags", "Status"],
        ["Hartley", "June", "Junie", "june@example.com", "(607) 555-0142", f"'{FORMULA}", "active"],
        ["Hartley", "Ann", "", "", "", "", "active"],
    ]


def test_no_cell_is_a_formula(alice, clinic):
    with tenancy.organization(clinic.pk):
        factories.patient(
            clinic, first_name="=1+1", last_name="@SUM(A1)", preferred_name="-2", email="+a@example.com",
            mobile_phone="+442079460018",
        )  # fmt: skip
    (_, row) = table(alice.post("/patients/export/"))
    assert row[:3] == ["'@SUM(A1)", "'=1+1", "'-2"]
    assert all(not cell.startswith(("=", "+", "-", "@")) for cell in row)


def test_one_event_names_everybody_in_the_file(alice, clinic, june):
    with tenancy.organization(clinic.pk):
        other = factories.patient(clinic)
    alice.post("/patients/export/")
    with tenancy.organization(clinic.pk):
        event = AuditEvent.objects.get(action="patients.list_exported")
    assert sorted(event.patient_ids) == sorted([june.pk, other.pk])


@pytest.mark.parametrize("role", ["clinical_staff", "front_desk", "biller", "auditor"])
def test_who_may_not_export_sees_no_button_and_gets_nothing(clinic, june, role):
    client = factories.signed_in(factories.member(clinic, first="Bob", role=role))
    assert "Export CSV" not in client.get("/patients/").text
    assert client.post("/patients/export/").status_code in (403, 404)
    with tenancy.organization(clinic.pk):
        assert not AuditEvent.objects.filter(action="patients.list_exported").exists()


def test_owners_and_practitioners_may_export():
    may = {role.value for role, allowed in PERMISSIONS.items() if "patients.export" in allowed}
    assert may == {"owner", "practitioner"}


def test_more_than_a_file_holds_is_refused_with_a_way_out(alice, clinic, june, monkeypatch):
    monkeypatch.setattr(export, "MOST_EXPORTED", 1)
    with tenancy.organization(clinic.pk):
        factories.patient(clinic)
    answer = alice.post("/patients/export/?status=active", follow=True)
    assert "A file holds at most 1 patients. Narrow the list" in answer.text
    assert answer.redirect_chain == [("/patients/?status=active", 302)]
    assert len(table(alice.post("/patients/export/?q=june"))) == 2
    assert "Nobody is on this list" in alice.post("/patients/export/?q=nobody", follow=True).text


def test_a_long_file_is_read_in_batches(alice, clinic, monkeypatch):
    monkeypatch.setattr(export, "ROWS_AT_ONCE", 2)
    with tenancy.organization(clinic.pk):
        for number in range(5):
            factories.patient(clinic, last_name=f"Row{number}", email=f"row{number}@example.com")
    rows = table(alice.post("/patients/export/?sort=name"))
    assert [row[0] for row in rows[1:]] == [f"Row{number}" for number in range(5)]


def test_it_never_looks_into_another_clinic(alice, clinic, june):
    elsewhere = factories.organization(name="Elsewhere", slug="elsewhere")
    with tenancy.organization(elsewhere.pk):
        factories.patient(elsewhere, last_name="Hidden")
    assert [row[0] for row in table(alice.post("/patients/export/?status=all"))[1:]] == ["Hartley"]


def test_a_reading_by_address_alone_exports_nothing(alice, june):
    assert alice.get("/patients/export/").status_code == 405
