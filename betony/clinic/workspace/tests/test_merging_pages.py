"""The pages of merging: finding the other one, comparing, merging, following old addresses, undoing."""

import datetime
import json
import re

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from betony.clinic.accounts.models import User
from betony.clinic.health_record import actions as health
from betony.clinic.health_record.details import AllergyDetails, MedicationDetails
from betony.clinic.health_record.models import Allergy
from betony.clinic.patients.models import ConsentSubject, Patient, PatientMerge
from betony.clinic.patients.tests import factories
from betony.kit import tenancy
from betony.kit.audit.models import AuditEvent
from betony.kit.ui.testing import words

pytestmark = pytest.mark.slow


@pytest.fixture
def june(clinic):
    return person(clinic, first_name="June", last_name="Hartley", email="june@example.com")


@pytest.fixture
def margaret(clinic):
    return person(clinic, first_name="Margaret", last_name="Hall", email="margaret@example.com")


def person(clinic, **fields):
    with tenancy.organization(clinic.pk):
        return factories.patient(clinic, **fields)


def allergic(clinic, patient, substance="Penicillin"):
    by = factories.actor(factories.member(clinic, first=f"Ada{substance}"))
    with tenancy.organization(clinic.pk):
        return health.add_allergy(by=by, patient_id=patient.pk, details=AllergyDetails(substance=substance))


def compare(kept, merged):
    return f"/patients/{kept.pk}/merge/{merged.pk}/"


def press(client, kept, merged, **typed):
    page = words(client.get(compare(kept, merged)))
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    said = {"seen": seen[1] if seen else "", "reason": "Entered twice", "is_one_person": "on", **typed}
    return client.post(compare(kept, merged), said, follow=True)


def merged(client, kept, other):
    press(client, kept, other)
    with tenancy.organization(kept.organization_id):
        return PatientMerge.objects.latest("id")


def test_the_menu_leads_to_it(alice, june):
    page = words(alice.get(f"/patients/{june.pk}/actions/"))
    assert "Merge with another patient" in page


def test_front_desk_and_biller_do_not_merge(bob, theo, june, margaret):
    for client in (bob, theo):
        assert "Merge with another patient" not in words(client.get(f"/patients/{june.pk}/actions/"))
        for address in (compare(june, margaret), f"/patients/{june.pk}/merge/", "/patients/merges/"):
            assert client.get(address).status_code == 404
        assert client.post(compare(june, margaret), {"reason": "x"}).status_code == 404


def test_others_find_nothing_there(charlie, stranger, visitor, june, margaret):
    for address in (compare(june, margaret), f"/patients/{june.pk}/merge/"):
        assert charlie.get(address).status_code == 404
        assert stranger.get(address).status_code == 404
        assert visitor.get(address).status_code == 302


def test_who_looks_alike_is_offered_first(alice, clinic, june, margaret):
    twin = person(clinic, first_name="Jun", last_name="Hartley")
    page = words(alice.get(f"/patients/{june.pk}/merge/"))
    assert compare(june, twin) in page
    assert "similar name and the same date of birth" in page


def test_the_other_one_is_found_by_name(alice, june, margaret):
    page = words(alice.get(f"/patients/{june.pk}/merge/?q=hall"))
    assert compare(june, margaret) in page
    assert compare(june, june) not in page


def test_of_many_found_the_rest_stands_on_further_pages(alice, clinic, june):
    for number in range(30):
        person(clinic, first_name=f"Number {number:02}", last_name="Twin", email=f"t{number}@example.com")
    here, found = f"/patients/{june.pk}/merge/?q=twin", []
    while here:
        page = words(alice.get(here))
        found.append(sorted(set(re.findall(r"Number (\d\d)", page))))
        onwards = re.search(r'rel="next" href="([^"]+)"', page)
        here = f"/patients/{june.pk}/merge/{onwards[1].replace('&amp;', '&')}" if onwards else ""
    assert [len(one) for one in found] == [12, 12, 6]
    assert [one for names in found for one in names] == [f"{number:02}" for number in range(30)]


def test_the_comparison_says_what_differs_what_moves_and_what_is_doubtful(alice, clinic, june, margaret):
    with tenancy.organization(clinic.pk):
        Patient.objects.filter(pk=margaret.pk).update(date_of_birth=datetime.date(1981, 4, 3))
    allergic(clinic, margaret)
    page = words(alice.get(compare(june, margaret)))
    for text in (
        "Merge Margaret Hall into June Hartley", "This record stays", "This record is merged and hidden",
        "margaret@example.com", "1 allergy", "Different dates of birth: 3 April 1980 and 3 April 1981.",
        "What differs",
        "I have compared both records: this is one person",
    ):  # fmt: skip
        assert text in page, text


def test_merging_moves_everything_and_says_so(alice, clinic, june, margaret):
    allergic(clinic, margaret)
    page = words(press(alice, june, margaret))
    assert "Margaret Hall was merged into June Hartley. You can undo it until" in page
    assert "Merged records" in page
    assert "Penicillin" in page


def test_a_reason_and_a_look_are_asked_for(alice, clinic, june, margaret):
    with tenancy.organization(clinic.pk):
        Patient.objects.filter(pk=margaret.pk).update(date_of_birth=datetime.date(1981, 4, 3))
    response = alice.post(compare(june, margaret), {"seen": "1.1", "choice-email": "merged"})
    page = words(response)
    assert response.status_code == 422
    assert "Confirm that you have compared them, or go back." in page
    assert re.search(r'id="choice-email-merged"[^>]* checked', page)
    with tenancy.organization(clinic.pk):
        assert not PatientMerge.objects.exists()


def test_what_was_changed_while_looking_is_shown_again(alice, clinic, june, margaret):
    with tenancy.organization(clinic.pk):
        Patient.objects.filter(pk=june.pk).update(version=4)
    response = alice.post(
        compare(june, margaret), {"seen": "1.1", "reason": "Entered twice", "is_one_person": "on"}
    )
    assert "was changed while you were looking" in words(response)
    assert 'name="seen" value="4.1"' in words(response)


def test_the_second_click_is_told_and_led_to_the_kept_record(alice, june, margaret):
    press(alice, june, margaret)
    page = words(press(alice, june, margaret))
    assert "has already merged Margaret Hall into June Hartley" in page


def test_old_addresses_lead_somewhere_useful(alice, clinic, june, margaret):
    merged(alice, june, margaret)
    page = words(alice.get(f"/patients/{margaret.pk}/"))
    assert "Merged into June Hartley" in page
    assert f'href="/patients/{june.pk}/"' in page
    assert "No allergies recorded" not in page
    followed = alice.get(f"/patients/{margaret.pk}/health-record/", follow=True)
    assert followed.redirect_chain[-1][0] == f"/patients/{june.pk}/health-record/"
    assert "This is now June Hartley&#x27;s record." in words(followed)
    for address in ("profile/", "merge/"):
        response = alice.get(f"/patients/{margaret.pk}/{address}")
        assert response.headers["Location"] == f"/patients/{june.pk}/{address}"


def test_writing_from_a_page_opened_before_is_refused_and_loses_nothing(alice, clinic, june, margaret):
    merged(alice, june, margaret)
    typed = {"substance": "Latex", "reaction": "rash", "severity": "severe"}
    address = f"/patients/{margaret.pk}/health-record/allergy/add/"
    plain = alice.post(address, typed)
    assert plain.status_code == 409
    for text in (
        "Margaret Hall was merged into June Hartley in the meantime",
        "Latex",
        f"/patients/{june.pk}/",
    ):
        assert text in words(plain), text
    in_dialog = alice.post(address, typed, headers={"HX-Request": "true"})
    toast = json.loads(in_dialog.headers["HX-Trigger"])["toast"]
    assert (in_dialog.status_code, in_dialog.headers["HX-Reswap"]) == (422, "none")
    assert toast["url"] == f"/patients/{june.pk}/"
    with tenancy.organization(clinic.pk):
        assert not Allergy.objects.exists()


def test_a_page_that_polls_is_told_once(alice, june, margaret):
    merged(alice, june, margaret)
    response = alice.get(f"/patients/{margaret.pk}/actions/", headers={"HX-Request": "true"})
    assert (response.status_code, response.headers["HX-Reswap"]) == (286, "none")


def test_a_profile_saved_from_before_the_merge_is_not_overwritten_unseen(alice, clinic, june, margaret):
    press(alice, june, margaret, **{"choice-email": "merged"})
    response = alice.post(
        f"/patients/{june.pk}/profile/",
        {
            "version": "1", "first_name": "June", "last_name": "Hartley", "email": "june@example.com",
            "date_of_birth": "1980-04-03", "sex": "unknown", "preferred_name": "Junie",
            **dict.fromkeys(ConsentSubject.values, "not_asked"),
        },
    )  # fmt: skip
    assert "Somebody else changed this profile" in words(response)
    assert 'value="margaret@example.com"' in words(response)
    assert 'value="Junie"' in words(response)


def test_undoing_shows_what_goes_back_and_what_stays(alice, clinic, june, margaret):
    allergic(clinic, margaret)
    done = merged(alice, june, margaret)
    allergic(clinic, june, "Latex")
    address = f"/patients/{june.pk}/merges/{done.pk}/undo/"
    page = words(alice.get(address))
    for text in (
        "Goes back to Margaret Hall",
        "1 allergy",
        "Stays with June Hartley",
        "Added since the merge:",
    ):
        assert text in page, text
    assert alice.post(address, {"reason": ""}).status_code == 422
    page = words(alice.post(address, {"reason": "Mother and daughter"}, follow=True))
    assert "Margaret Hall and June Hartley are two patients again." in page
    assert "Hall, Margaret" in words(alice.get("/patients/"))


def test_after_thirty_days_undoing_is_refused_in_words(alice, june, margaret):
    done = merged(alice, june, margaret)
    with time_machine.travel(done.merged_at + datetime.timedelta(days=31), tick=False):
        alice.force_login(
            User.objects.get(email__startswith="alice"),
            backend="allauth.account.auth_backends.AuthenticationBackend",
        )
        assert "Undo merge" not in words(alice.get(f"/patients/{june.pk}/"))
        page = words(alice.post(f"/patients/{june.pk}/merges/{done.pk}/undo/", {"reason": "x"}, follow=True))
    assert "A merge can be undone for thirty days, and those have passed." in page


def test_the_list_of_merges(alice, stranger, june, margaret):
    merged(alice, june, margaret)
    page = words(alice.get("/patients/merges/"))
    assert "Margaret Hall" in page
    assert "Undo merge" in page
    assert "Margaret Hall" not in words(stranger.get("/patients/merges/"))
    assert "Merged patients" in words(alice.get("/settings/profile/"))


def test_looking_is_in_the_trail_with_both_ids(alice, clinic, june, margaret):
    alice.get(compare(june, margaret))
    with tenancy.organization(clinic.pk):
        event = AuditEvent.objects.get(action="patients.merge_previewed")
    assert set(event.patient_ids) == {june.pk, margaret.pk}


def test_markup_in_a_name_stays_text(alice, clinic, june):
    other = person(clinic, first_name="<b>Mar", last_name="Hall</b>")
    page = words(alice.get(compare(june, other)))
    assert "&lt;b&gt;Mar" in page
    assert "<b>Mar" not in page


def test_as_many_queries_however_many_rows(alice, clinic, june, margaret):
    def taken(act):
        with CaptureQueriesContext(connection) as seen:
            act()
        return len(seen)

    def filled(number, first):
        kept, other = (
            person(clinic, first_name=first, email=f"{first}@x.example"),
            person(clinic, first_name=f"{first}e"),
        )
        by = factories.actor(factories.member(clinic, first=first))
        with tenancy.organization(clinic.pk):
            for turn in range(number):
                details = AllergyDetails(substance=f"Pollen {turn}")
                health.add_allergy(by=by, patient_id=other.pk, details=details)
                pill = MedicationDetails(kind="medication", name=f"Pill {turn}")
                health.add_medication(by=by, patient_id=other.pk, details=pill)
        return kept, other

    few, many = filled(1, "Ann"), filled(12, "Bea")
    for pair in (few, many):
        alice.get(compare(*pair))
    assert taken(lambda: alice.get(compare(*few))) == taken(lambda: alice.get(compare(*many)))
    assert taken(lambda: press(alice, *few)) == taken(lambda: press(alice, *many))
