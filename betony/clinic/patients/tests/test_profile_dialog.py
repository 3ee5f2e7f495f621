"""Adding and changing a patient through the dialog, and through the plain page."""

import dataclasses
import datetime
import re

import pytest

from betony.clinic.patients import actions
from betony.clinic.patients.events import PatientSaved
from betony.clinic.patients.models import ConsentAnswer, Patient
from betony.clinic.patients.profile import Profile
from betony.clinic.patients.tests import factories
from betony.kit import events, tenancy
from betony.kit.audit.models import AuditEvent
from betony.kit.identifiers import uuid7
from betony.kit.ui.testing import words

pytestmark = pytest.mark.slow

HTMX = {"HX-Request": "true", "HX-Target": "dialog-host"}
MARKUP = "<script>alert(1)</script>"
NO_FREE_TEXT = {
    "email", "mobile_phone", "home_phone", "alternative_phone", "marital_status", "contact_method", "country",
    "time_zone", "postal_code",
}  # fmt: skip


def typed(**values):
    return {
        "new_id": str(uuid7()), "first_name": "June", "last_name": "Hartley", "date_of_birth": "1979/03/14",
        "sex": "female", "email_consent": "not_asked", "text_consent": "not_asked",
        "phone_consent": "not_asked", "portal_consent": "not_asked", "shares_with_dispensary": "not_asked",
        **values,
    }  # fmt: skip


@pytest.fixture
def june(clinic):
    return add(clinic, factories.member(clinic, first="Ada"))


def add(clinic, member, **values):
    with tenancy.organization(clinic.pk):
        known = Profile(first_name="June", last_name="Hartley", date_of_birth=datetime.date(1979, 3, 14))
        profile = dataclasses.replace(known, **values)
        return actions.add_patient(by=factories.actor(member), profile=profile, is_somebody_else=True)


def stored(clinic, **lookup):
    with tenancy.organization(clinic.pk):
        return Patient.objects.get(**lookup)


def reads(clinic, action):
    """The patients of each event of this name."""
    with tenancy.organization(clinic.pk):
        return list(AuditEvent.objects.filter(action=action).values_list("patient_ids", flat=True))


def test_the_button_brings_a_dialog_and_without_script_a_page(alice):
    dialog = words(alice.get("/patients/add/", headers=HTMX))
    assert '<dialog id="patient-profile"' in dialog
    assert "<html" not in dialog
    page = words(alice.get("/patients/add/"))
    assert "<html" in page
    for label in (
        "First name",
        "Last name",
        "Preferred name",
        "Email",
        "Date of birth",
        "Sex",
        "Mobile phone",
    ):
        assert re.search(rf"<label[^>]*>{label}</label>", page), label
    assert "Needed for Fullscript and the portal" in page


def test_only_names_and_birthday_are_required(alice, clinic):
    answer = alice.post("/patients/add/", typed(), headers=HTMX)
    assert answer.headers["HX-Redirect"] == "/patients/?q=June+Hartley"
    page = words(alice.get("/patients/?q=June+Hartley"))
    assert "June Hartley was added." in page
    assert "Actions for June Hartley" in page
    assert stored(clinic).date_of_birth == datetime.date(1979, 3, 14)


def test_without_script_saving_leads_back_to_the_list(alice, clinic):
    answer = alice.post("/patients/add/", typed())
    assert (answer.status_code, answer.headers["Location"]) == (302, "/patients/?q=June+Hartley")


def test_the_same_form_sent_twice_adds_one_patient(alice, clinic):
    form = typed()
    alice.post("/patients/add/", form)
    alice.post("/patients/add/", form)
    with tenancy.organization(clinic.pk):
        assert Patient.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("first_name", "", "Enter the first name."),
        ("date_of_birth", "03/04/1985", "Enter the date as year/month/day, like 1985/03/04."),
        ("date_of_birth", "1979-02-30", "Enter the date as year/month/day, like 1985/03/04."),
        ("date_of_birth", "2999/01/01", "The date of birth is in the future."),
        ("date_of_birth", "1779/01/01", "That is more than 130 years ago. Check the year."),
        ("email", "june at example", "Enter the email like name@example.com, or leave it empty."),
        ("mobile_phone", "call my mother", "Enter the phone number with its area code, like (607) 555-0142."),
        ("mobile_phone", "555-0142", "Enter the phone number with its area code, like (607) 555-0142."),
        ("deceased_date", "1970/01/01", "The date of death is before the date of birth."),
    ],
)
def test_an_error_stands_in_words_and_nothing_typed_is_lost(alice, clinic, field, value, sentence):
    answer = alice.post("/patients/add/", typed(occupation="Teacher", **{field: value}), headers=HTMX)
    page = words(answer)
    assert answer.status_code == 422
    assert sentence in page
    assert 'value="Teacher"' in page
    assert f'value="{value}"' in page or not value
    with tenancy.organization(clinic.pk):
        assert Patient.objects.count() == 0


@pytest.mark.parametrize(
    "text",
    ["1979/03/14", "1979-03-14", "1979-3-14", "14 March 1979", "March 14, 1979", "14/03/1979", "03/14/1979"],
)
def test_unambiguous_dates_are_read(alice, clinic, text):
    alice.post("/patients/add/", typed(date_of_birth=text))
    assert stored(clinic).date_of_birth == datetime.date(1979, 3, 14)


@pytest.mark.parametrize(
    ("text", "number"),
    [("(607) 555-0142", "+16075550142"), ("607.555.0142", "+16075550142"), ("+44 20 7946 0018", "+442079460018"),
     ("1-607-555-0142", "+16075550142"), ("6075550142 ext. 3", "+16075550142")],
)  # fmt: skip
def test_phones_are_taken_as_people_write_them(alice, clinic, text, number):
    alice.post("/patients/add/", typed(mobile_phone=text))
    patient = stored(clinic)
    assert (patient.mobile_phone, patient.mobile_phone_typed) == (number, text)


def test_somebody_who_looks_like_an_existing_patient_is_asked_about(alice, clinic, june):
    form = typed(last_name="Hartly", occupation="Teacher")
    answer = alice.post("/patients/add/", form, headers=HTMX)
    page = words(answer)
    assert answer.status_code == 422
    assert "This may be somebody you already have" in page
    assert f'href="/patients/{june.pk}/"' in page
    assert "similar name and the same date of birth" in page
    assert 'value="Teacher"' in page
    assert reads(clinic, "patients.look_alikes_shown") == [[june.pk]]
    alice.post("/patients/add/", form | {"save_anyway": "1"}, headers=HTMX)
    assert stored(clinic, last_name="Hartly").occupation == "Teacher"


def test_a_shared_email_is_told_after_saving(alice, clinic):
    add(clinic, factories.member(clinic, first="Ada"), first_name="Priya", email="raman@example.com")
    alice.post("/patients/add/", typed(first_name="Mia", email="Raman@Example.com", save_anyway="1"))
    assert "The email is shared with Priya Hartley." in words(alice.get("/patients/"))
    assert reads(clinic, "patients.shared_email_shown") == [[stored(clinic, first_name="Priya").pk]]


def test_changing_writes_what_was_and_what_is(alice, clinic, june):
    form = typed(city="Ithaca", email="june@example.com", text_consent="refused", tags="b, a", version="1")
    answer = alice.post(f"/patients/{june.pk}/profile/", form, headers=HTMX)
    assert answer.headers["HX-Redirect"] == f"/patients/{june.pk}/"
    patient = stored(clinic)
    assert (patient.city, patient.version, patient.text_consent) == ("Ithaca", 2, "refused")
    with tenancy.organization(clinic.pk):
        event = AuditEvent.objects.get(action="patients.patient_changed")
        assert event.changes["city"] == ["", "Ithaca"]
        assert event.changes["tags"] == [[], ["b", "a"]]
        assert ConsentAnswer.objects.get().answer == "refused"
    assert "The profile of June Hartley is saved." in words(alice.get(f"/patients/{june.pk}/"))


def test_saving_without_a_change_changes_nothing(alice, clinic, june):
    alice.post(f"/patients/{june.pk}/profile/", typed(version="1", sex="unknown"))
    assert stored(clinic).version == 1
    with tenancy.organization(clinic.pk):
        assert not AuditEvent.objects.filter(action="patients.patient_changed").exists()


def test_a_patient_who_has_a_practitioner_is_changed_too(alice, clinic):
    with tenancy.organization(clinic.pk):
        nina = factories.practitioner(clinic)
    june = add(clinic, factories.member(clinic, first="Ada"), primary_practitioner_id=nina.pk)
    form = typed(version="1", sex="unknown", email="new@example.com", primary_practitioner_id=str(nina.pk))
    answer = alice.post(f"/patients/{june.pk}/profile/", form, headers=HTMX)
    assert answer.headers.get("HX-Redirect") == f"/patients/{june.pk}/"
    assert stored(clinic).email == "new@example.com"


def test_a_second_click_on_save_is_no_conflict(alice, clinic, june):
    form = typed(version="1", sex="unknown", city="Ithaca", tags="a")
    answers = [alice.post(f"/patients/{june.pk}/profile/", form, headers=HTMX) for _click in range(2)]
    assert [answer.headers.get("HX-Redirect") for answer in answers] == [f"/patients/{june.pk}/"] * 2
    assert stored(clinic).version == 2


def test_of_two_people_editing_neither_overwrites_the_other(alice, bob, clinic, june):
    address = f"/patients/{june.pk}/profile/"
    bob.post(address, typed(version="1", city="Ithaca", sex="unknown", occupation="Nurse"))
    mine = typed(version="1", sex="unknown", occupation="Teacher", notes="Likes mornings")
    answer = alice.post(address, mine, headers=HTMX)
    page = words(answer)
    assert answer.status_code == 422
    assert "Bob Archer saved changes while this was open." in page
    assert 'value="Ithaca"' in page
    assert "Changed in the meantime to: Nurse. Yours is kept here" in page
    assert "Likes mornings" in page
    assert stored(clinic).occupation == "Nurse"
    again = mine | {"version": "2", "city": "Ithaca"}
    alice.post(address, again, headers=HTMX)
    patient = stored(clinic)
    assert (patient.city, patient.occupation, patient.notes) == ("Ithaca", "Teacher", "Likes mornings")


def test_two_saves_at_once_lose_nothing(at_once):
    clinic = factories.organization()
    members = [factories.member(clinic), factories.member(clinic, first="Bob")]
    june = add(clinic, members[0])

    def change(member, **values):
        def run():
            with tenancy.organization(clinic.pk):
                profile = Profile(
                    first_name="June", last_name="Hartley", date_of_birth=june.date_of_birth, **values
                )
                return actions.change_patient(
                    by=factories.actor(member), patient_id=june.pk, seen_version=1, profile=profile
                )

        return run

    results = at_once(change(members[0], city="Ithaca"), change(members[1], occupation="Nurse"))
    assert sorted(type(result).__name__ for result in results) == ["ChangedMeanwhile", "Patient"]


def test_markup_in_every_field_is_text(alice, clinic):
    names = [field.name for field in Profile.__dataclass_fields__.values() if field.type in (str, "str")]
    texts = dict.fromkeys(set(names) - set(typed()) - NO_FREE_TEXT, MARKUP)
    texts |= {"first_name": MARKUP, "last_name": MARKUP, "tags": MARKUP}
    alice.post("/patients/add/", typed(**texts, postal_code="<b>"))
    patient = stored(clinic)
    assert patient.notes == MARKUP
    for address in ("", "profile/", "actions/", "health-record/"):
        page = words(alice.get(f"/patients/{patient.pk}/{address}"))
        assert "<script>alert" not in page, address
    alike = alice.post("/patients/add/", typed(**texts, postal_code="<b>"), headers=HTMX)
    assert alike.status_code == 422
    assert "<script>alert" not in words(alike)


def test_inactive_patients_can_be_brought_back(alice, clinic, june):
    alice.post(f"/patients/{june.pk}/deactivate/", {"reason": "moved away"})
    assert not stored(clinic).is_active
    with tenancy.organization(clinic.pk):
        event = AuditEvent.objects.get(action="patients.patient_deactivated")
        assert (event.reason, event.changes["is_active"]) == ("moved away", [True, False])
    alice.post(f"/patients/{june.pk}/reactivate/")
    alice.post(f"/patients/{june.pk}/reactivate/")
    assert stored(clinic).is_active
    assert "Somebody had already done that." in words(alice.get("/patients/"))


@pytest.mark.parametrize("address", ["profile/", "deactivate/", "reactivate/"])
def test_nobody_else_changes_a_patient(theo, charlie, stranger, visitor, clinic, june, address):
    for client in (theo, charlie, stranger):
        assert client.post(f"/patients/{june.pk}/{address}", typed(version="1")).status_code == 404
    assert visitor.post(f"/patients/{june.pk}/{address}", typed(version="1")).status_code == 302
    patient = stored(clinic)
    assert (patient.version, patient.is_active) == (1, True)


def test_an_unknown_patient_and_one_of_another_clinic_look_the_same(stranger, june):
    answers = [stranger.get(f"/patients/{one}/profile/") for one in (uuid7(), june.pk)]
    unknown, foreign = (
        re.sub(r'"csrf-token" content="[^"]+"|value="[^"]{64}"', "", words(one)) for one in answers
    )
    assert [one.status_code for one in answers] == [404, 404]
    assert foreign == unknown


def test_adding_and_changing_tell_who_listens(alice, clinic, monkeypatch):
    told: list[PatientSaved] = []
    monkeypatch.setattr(events, "publish", told.append)
    alice.post("/patients/add/", typed())
    june = stored(clinic)
    alice.post(f"/patients/{june.pk}/profile/", typed(version="1", city="Ithaca"))
    assert told == [PatientSaved(organization_id=clinic.pk, patient_id=june.pk)] * 2


def test_an_email_that_grows_when_it_is_compared_is_refused_beside_its_field(clinic):
    ada = factories.signed_in(factories.member(clinic, first="Ada"))
    email = "ΐ" * 60 + "@" + "a" * 60 + "." + "b" * 60 + ".com"
    answer = ada.post("/patients/add/", typed(email=email))
    assert answer.status_code == 422
    assert "Enter an email of at most 254 characters." in words(answer)


def test_what_was_corrected_before_it_was_sent_again_is_what_is_saved(alice, clinic):
    form = typed(tags="Fatigue", text_consent="agreed")
    assert alice.post("/patients/add/", form, headers=HTMX).status_code == 200
    again = {**form, "last_name": "Hartley-Moss", "tags": "Sleep", "text_consent": "refused"}
    answer = alice.post("/patients/add/", again, headers=HTMX)
    assert answer.headers["HX-Redirect"] == "/patients/?q=June+Hartley-Moss"
    patient = stored(clinic)
    assert (patient.last_name, patient.text_consent, patient.version) == ("Hartley-Moss", "refused", 2)
    with tenancy.organization(clinic.pk):
        event = AuditEvent.objects.get(action="patients.patient_changed")
        answers = list(ConsentAnswer.objects.order_by("answered_at", "id").values_list("answer", flat=True))
    assert event.changes["last_name"] == ["Hartley", "Hartley-Moss"]
    assert event.changes["tags"] == [["Fatigue"], ["Sleep"]]
    assert answers == ["agreed", "refused"]


def test_a_correction_that_looks_like_somebody_is_asked_about_before_it_is_saved(alice, clinic):
    add(clinic, factories.member(clinic, first="Ada"), last_name="Moss")
    form = typed(first_name="Juno", date_of_birth="1980/01/01")
    alice.post("/patients/add/", form, headers=HTMX)
    corrected = {**form, "first_name": "June", "last_name": "Moss", "date_of_birth": "1979/03/14"}
    assert alice.post("/patients/add/", corrected, headers=HTMX).status_code == 422
    assert stored(clinic, pk=form["new_id"]).first_name == "Juno"
    assert alice.post("/patients/add/", corrected | {"save_anyway": "1"}, headers=HTMX).status_code == 200
    assert stored(clinic, pk=form["new_id"]).first_name == "June"


def test_a_form_sent_again_after_the_profile_was_changed_is_told_and_changes_nothing(alice, clinic):
    form = typed()
    alice.post("/patients/add/", form, headers=HTMX)
    mine = {**form, "version": "1", "city": "Albany"}
    alice.post(f"/patients/{form['new_id']}/profile/", mine, headers=HTMX)
    answer = alice.post("/patients/add/", {**form, "city": "Ithaca"}, headers=HTMX)
    assert answer.status_code == 422
    assert "June Hartley was already added and has been changed since" in words(answer)
    assert 'value="Ithaca"' in words(answer)
    assert stored(clinic).city == "Albany"
