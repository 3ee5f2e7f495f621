"""The command palette: patients, pages and actions, as far as one may use them."""

import html
import re

import pytest

from betony.clinic.patients.tests import factories
from betony.clinic.workspace import rules
from betony.kit import tenancy
from betony.kit.audit.models import AuditEvent


@pytest.fixture
def june(clinic):
    with tenancy.organization(clinic.pk):
        return factories.patient(clinic, first_name="June", last_name="Hartley", email="june@example.com")


def found(client, typed="", patient=""):
    """Return the answer as {group: [(words, address, how it opens)]}."""
    page = client.get("/palette/", {"q": typed, "patient": patient}).content.decode()
    groups = re.split(r'role="group" aria-label="', page)[1:]
    return {
        one.split('"')[0]: [
            (plain(words), address, opens)
            for address, opens, words in re.findall(
                r'data-url="([^"]*)" data-opens="([^"]*)">(.*?)</div>\s', one, flags=re.DOTALL
            )
        ]
        for one in groups
    }


def plain(markup):
    without = re.sub(r'<svg.*?</svg>|<span class="face.*?</span>|<[^>]+>', " ", markup, flags=re.DOTALL)
    return " ".join(html.unescape(without).split())


def labels(groups, name):
    return [words for words, _address, _opens in groups.get(name, [])]


def test_nothing_typed_offers_the_pages_one_may_open(alice, theo):
    assert labels(found(alice), "Pages")[:3] == ["Patients", "Settings", "All notices"]
    assert "Users" in labels(found(alice), "Pages")
    assert "Users" not in labels(found(theo), "Pages")
    assert "Patients" not in found(alice)


@pytest.mark.parametrize("typed", ["june", "HART", "jun har", "june@ex", "1980-04-03"])
def test_a_patient_is_found_by_part_of_a_name_email_or_birthday(alice, june, typed):
    assert found(alice, typed)["Patients"] == [("June Hartley 3 Apr 1980", f"/patients/{june.pk}/", "page")]


def test_one_letter_lists_no_patients(alice, june):
    assert "Patients" not in found(alice, "j")


def test_one_answer_is_one_event_with_whom_it_named(alice, clinic, june):
    found(alice, "june")
    found(alice, "settings")
    with tenancy.organization(clinic.pk):
        event = AuditEvent.objects.get(action="workspace.palette_shown")
    assert event.patient_ids == [june.pk]


def menu(client, patient):
    page = client.get(f"/patients/{patient.pk}/actions/").content.decode()
    return [plain(one) for one in re.findall(r'role="menuitem"[^>]*>(.*?)</(?:a|button)>', page)]


def test_what_can_be_done_for_the_patient_one_is_at_is_what_the_menu_offers(alice, bob, theo, june):
    for client in (alice, bob, theo):
        assert labels(found(client, patient=june.pk), "This patient") == menu(client, june)
    assert "Health record" in menu(alice, june)
    assert "Health record" not in menu(bob, june)
    assert found(alice, "edi", june.pk)["This patient"] == [
        ("Edit profile", f"/patients/{june.pk}/profile/", "dialog")
    ]


def test_who_may_see_no_patients_finds_none(charlie, june):
    groups = found(charlie, "june", june.pk)
    assert "Patients" not in groups
    assert "This patient" not in groups


def test_another_organization_finds_nobody(stranger, june):
    assert "Patients" not in found(stranger, "june")


@pytest.mark.parametrize("patient", ["", "nobody", "'; drop table", "0192f0c1-2a53-7782-9b89-18c229320815"])
def test_a_strange_patient_is_no_error(alice, patient):
    assert "Pages" in found(alice, patient=patient)


def test_markup_in_a_name_stays_text(alice, clinic):
    with tenancy.organization(clinic.pk):
        factories.patient(clinic, first_name="<b>Bold</b>", last_name="Castle")
    assert "<b>Bold" not in alice.get("/palette/", {"q": "castle"}).content.decode()


def test_nothing_found_says_so(alice):
    page = alice.get("/palette/", {"q": "qqqqqq"}).content.decode()
    assert "Nothing found. Try part of a name" in page


def test_strangers_are_asked_to_sign_in(visitor):
    assert visitor.get("/palette/").status_code == 302


def test_every_page_has_the_button_and_a_patients_page_says_whose_it_is(alice, june):
    page = alice.get(f"/patients/{june.pk}/").content.decode()
    assert 'aria-label="Go to"' in page
    assert f'data-patient="{june.pk}"' in page


@pytest.mark.parametrize("size", [1, 6])
def test_an_answer_takes_the_same_queries_however_many_it_finds(
    alice, clinic, size, django_assert_max_num_queries
):
    with tenancy.organization(clinic.pk):
        for number in range(size):
            factories.patient(clinic, first_name=f"Hana{number}", last_name="Castle")
    found(alice, "castle")
    with django_assert_max_num_queries(12):
        assert len(found(alice, "castle")["Patients"]) == size


@pytest.mark.parametrize(
    ("label", "typed", "expected"),
    [
        ("Edit profile", "", True), ("Edit profile", "pro", True), ("Edit profile", "prof ed", True),
        ("Edit profile", "file", False), ("Délégation", "dele", True), ("Users", "user s", False),
    ],
)  # fmt: skip
def test_typed_words_begin_words_of_the_label(label, typed, expected):
    assert rules.matches(label, typed) is expected
