"""The patients' door: a password by a single-use link, a session of its own, and the same words to everybody."""

import dataclasses
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from betony.dispensary.accounts import factories as accounts
from betony.dispensary.accounts.models import Organization
from betony.dispensary.patients import actions, factories, letters
from betony.dispensary.patients.models import PasswordLink, Patient
from betony.dispensary.storefront.tests.conftest import Shopper
from betony.dispensary.treatment_plans.models import TreatmentPlan
from betony.kit import clock, tenancy
from betony.kit.jobs import testing

NEW = {"password": "a much better secret", "password_again": "a much better secret"}
WRONG = "That email and password do not match."


def link_in_the_mail() -> str:
    testing.run_queued()
    found = re.search(r"http://[^/]+(/shop/\S+)", str(mail.outbox[-1].body))
    assert found is not None
    return found[1]


def test_the_link_of_the_welcome_letter_sets_a_password_once(cedar: Organization) -> None:
    actions.add_patient(by=factories.alice(cedar), values=factories.values(email="new@example.com"))
    link = link_in_the_mail()
    browser = Shopper()
    assert "new@example.com" in browser.get(link).content.decode()
    assert browser.post(link, NEW).status_code == 302
    assert browser.get("/shop/cedar/plans/").status_code == 200
    assert Shopper().get(link).status_code == 410
    assert Shopper().post(link, NEW).status_code == 410
    assert Shopper().sign_in("NEW@example.com ", NEW["password"]) == 302


def test_only_a_digest_of_the_link_is_kept(cedar: Organization) -> None:
    actions.add_patient(by=factories.alice(cedar), values=factories.values())
    link = link_in_the_mail()
    assert PasswordLink.objects.get().digest not in link
    assert link.split("/")[-2] not in str(PasswordLink.objects.values_list())


def test_the_welcome_link_ends_after_fourteen_days(cedar: Organization) -> None:
    actions.add_patient(by=factories.alice(cedar), values=factories.values())
    link = link_in_the_mail()
    with time_machine.travel(clock.now() + timedelta(days=14, minutes=1)):
        assert Shopper().get(link).status_code == 410


def test_a_corrected_e_mail_ends_the_links_that_went_to_the_wrong_one(cedar: Organization) -> None:
    by, mistyped = factories.alice(cedar), factories.values(email="jane@example.com")
    patient = actions.add_patient(by=by, values=mistyped)
    link = link_in_the_mail()
    assert Shopper().get(link).status_code == 200
    actions.change_patient(
        by=by, patient_id=patient.pk, values=dataclasses.replace(mistyped, mobile_number="2125550100")
    )
    assert Shopper().get(link).status_code == 200
    actions.change_patient(
        by=by, patient_id=patient.pk, values=dataclasses.replace(mistyped, email="june@example.com")
    )
    answer = Shopper().get(link)
    assert answer.status_code == 410
    assert "june@example.com" not in answer.content.decode()
    assert Shopper().post(link, NEW).status_code == 410


def test_a_weak_password_or_two_that_differ_are_refused(cedar: Organization) -> None:
    actions.add_patient(by=factories.alice(cedar), values=factories.values())
    link = link_in_the_mail()
    browser = Shopper()
    for bad in ({"password": "short", "password_again": "short"}, {**NEW, "password_again": "another secret"},
                {"password": "password1234", "password_again": "password1234"}):  # fmt: skip
        assert browser.post(link, bad).status_code == 422
    assert browser.post(link, NEW).status_code == 302


def test_a_link_works_at_its_own_shop_only(cedar: Organization) -> None:
    accounts.organization(slug="larkspur")
    actions.add_patient(by=factories.alice(cedar), values=factories.values())
    link = link_in_the_mail()
    assert Shopper().get(link.replace("/cedar/", "/larkspur/")).status_code == 410


def test_a_wrong_pair_says_the_same_whichever_was_wrong(carol: Patient) -> None:
    browser = Shopper()
    known = browser.post("/shop/cedar/sign-in/", {"email": carol.email, "password": "wrong"})
    unknown = browser.post("/shop/cedar/sign-in/", {"email": "nobody@example.com", "password": "wrong"})
    for answer in (known, unknown):
        assert answer.status_code == 422
        assert WRONG in answer.content.decode()


def test_guessing_is_stopped_for_the_network_and_not_for_the_person_elsewhere(carol: Patient) -> None:
    here, elsewhere = Shopper(REMOTE_ADDR="10.0.0.1"), Shopper(REMOTE_ADDR="10.0.0.2")
    for _ in range(10):
        assert here.sign_in(carol.email, "wrong") == 422
    assert here.sign_in(carol.email, factories.PASSWORD) == 429
    assert elsewhere.sign_in(carol.email, factories.PASSWORD) == 302


def test_asking_for_a_link_says_the_same_for_every_email(carol: Patient) -> None:
    pages = [
        Shopper().post("/shop/cedar/password/", {"email": email}).content.decode()
        for email in (carol.email, "nobody@example.com")
    ]
    first, second = (re.sub(r'(name="csrf[^>]*)', "", shown) for shown in pages)
    assert first == second
    assert "If that email is on file, a link is on its way." in first
    testing.run_queued()
    assert [letter.to for letter in mail.outbox] == [[carol.email]]


def test_asking_for_a_link_is_the_same_work_for_every_email(carol: Patient) -> None:
    by = factories.alice(carol.organization)
    former = factories.patient(carol.organization, email="former@example.com")
    actions.archive_patient(by=by, patient_id=former.pk)

    def work(email: str) -> list[str]:
        with CaptureQueriesContext(connection) as queries:
            Shopper().post("/shop/cedar/password/", {"email": email})
        return [re.sub(r"'[^']*'|\d+", "?", one["sql"])[:60] for one in queries.captured_queries]

    emails = ("warm@example.com", carol.email, "nobody@example.com", former.email)
    # Asked again before the letter has left, nothing more is queued, whoever has the email.
    for first, *others in ([work(email) for email in emails] for _twice in range(2)):
        assert [one == first for one in others] == [True, True, True]
    assert "@" not in str(testing.queued())
    testing.run_queued()
    assert [letter.to for letter in mail.outbox] == [[carol.email]]


def test_a_new_password_ends_the_other_sessions(browser: Shopper, carol: Patient) -> None:
    Shopper().post("/shop/cedar/password/", {"email": carol.email})
    other = Shopper()
    assert other.post(link_in_the_mail(), NEW).status_code == 302
    assert browser.get("/shop/cedar/plans/").status_code == 302
    assert other.get("/shop/cedar/plans/").status_code == 200


def test_the_shops_session_is_its_own(browser: Shopper, carol: Patient) -> None:
    assert "betony_shop" in browser.cookies
    assert "betony_dispensary" not in browser.cookies
    browser.cookies["betony_dispensary"] = browser.cookies["betony_shop"].value
    assert browser.get("/connected-applications/").status_code == 302


def test_a_session_of_the_practice_does_not_open_the_shop(cedar: Organization, carol: Patient) -> None:
    staff = Client()
    staff.force_login(accounts.user(cedar))
    assert staff.get("/shop/cedar/plans/").status_code == 302
    staff.cookies["betony_shop"] = staff.cookies["betony_dispensary"].value
    assert staff.get("/shop/cedar/plans/").status_code == 302


def test_a_session_of_one_shop_does_not_open_another(browser: Shopper) -> None:
    other = accounts.organization(slug="larkspur")
    with tenancy.organization(other.pk):
        factories.patient(other, email="carol@example.com", password="something else here")
    answer = browser.get("/shop/larkspur/plans/")
    assert answer["Location"].startswith("/shop/larkspur/sign-in/?next=")


def test_a_session_ends_after_an_hour_unused(browser: Shopper) -> None:
    with time_machine.travel(clock.now() + timedelta(minutes=59)):
        assert browser.get("/shop/cedar/plans/").status_code == 200
    with time_machine.travel(clock.now() + timedelta(minutes=125)):
        assert browser.get("/shop/cedar/plans/").status_code == 302


def test_an_archived_patient_is_out_at_the_next_request(
    cedar: Organization, browser: Shopper, carol: Patient
) -> None:
    actions.archive_patient(by=factories.alice(cedar), patient_id=carol.pk)
    assert browser.get("/shop/cedar/plans/").status_code == 302
    assert Shopper().sign_in(carol.email, factories.PASSWORD) == 422


def test_the_address_in_the_letter_leads_to_the_plan_behind_the_sign_in(
    carol: Patient, plan: TreatmentPlan
) -> None:
    browser = Shopper()
    asked = browser.get(f"/welcome/cedar/{plan.invitation_token}")
    assert asked["Location"] == f"/shop/cedar/sign-in/?next=%2Fwelcome%2Fcedar%2F{plan.invitation_token}"
    going_to = f"/welcome/cedar/{plan.invitation_token}"
    browser.sign_in(carol.email, factories.PASSWORD, following=going_to)
    assert browser.get(going_to)["Location"] == f"/shop/cedar/plans/{plan.pk}/"


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example/shop/cedar/", "/shop/other/"])
def test_signing_in_goes_nowhere_else(carol: Patient, wanted: str) -> None:
    answer = Shopper().post(
        "/shop/cedar/sign-in/", {"email": carol.email, "password": factories.PASSWORD, "next": wanted}
    )
    assert answer["Location"] == "/shop/cedar/plans/"


def test_signing_out_ends_the_session(browser: Shopper) -> None:
    browser.post("/shop/cedar/sign-out/")
    assert browser.get("/shop/cedar/plans/").status_code == 302


def test_an_unknown_shop_does_not_exist(db: None) -> None:
    for path in ("/shop/nowhere/plans/", "/shop/nowhere/sign-in/", "/welcome/nowhere", "/shop/nowhere/cart/"):
        assert Shopper().get(path).status_code == 404


def test_whoever_used_a_link_sent_to_the_wrong_address_is_shut_out_when_it_is_corrected(
    cedar: Organization,
) -> None:
    by, mistyped = factories.alice(cedar), factories.values(email="jane@example.com")
    patient = actions.add_patient(by=by, values=mistyped)
    stranger = Shopper()
    assert stranger.post(link_in_the_mail(), NEW).status_code == 302
    assert stranger.get("/shop/cedar/plans/").status_code == 200
    actions.change_patient(
        by=by, patient_id=patient.pk, values=dataclasses.replace(mistyped, email="june@example.com")
    )
    assert stranger.get("/shop/cedar/plans/").status_code == 302
    for email in ("jane@example.com", "june@example.com"):
        assert Shopper().sign_in(email, NEW["password"]) == 422
    fresh = link_in_the_mail()
    assert mail.outbox[-1].to == ["june@example.com"]
    june = Shopper()
    assert (
        june.post(fresh, {"password": "june's own secret", "password_again": "june's own secret"}).status_code
        == 302
    )
    assert june.get("/shop/cedar/plans/").status_code == 200
    assert stranger.get("/shop/cedar/plans/").status_code == 302


def test_a_correction_while_the_welcome_is_being_mailed_still_welcomes_the_new_address(
    cedar: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    by, mistyped = factories.alice(cedar), factories.values(email="jane@example.com")
    patient = actions.add_patient(by=by, values=mistyped)
    send, right = letters.send_welcome, dataclasses.replace(mistyped, email="june@example.com")

    def send_while_it_is_corrected(**values: Any) -> None:
        send(**values)
        actions.change_patient(by=by, patient_id=patient.pk, values=right)
        monkeypatch.setattr(letters, "send_welcome", send)

    monkeypatch.setattr(letters, "send_welcome", send_while_it_is_corrected)
    testing.run_queued()
    assert [letter.to for letter in mail.outbox] == [["jane@example.com"], ["june@example.com"]]


def test_who_was_not_to_be_welcomed_is_not_welcomed_at_a_new_address_either(cedar: Organization) -> None:
    by, values = factories.alice(cedar), factories.values(email="jane@example.com")
    patient = actions.add_patient(by=by, values=values, is_welcomed=False)
    actions.change_patient(
        by=by, patient_id=patient.pk, values=dataclasses.replace(values, email="june@example.com")
    )
    testing.run_queued()
    assert mail.outbox == []
    # The way in is open all the same: by asking for a link.
    Shopper().post("/shop/cedar/password/", {"email": "june@example.com"})
    testing.run_queued()
    assert [letter.to for letter in mail.outbox] == [["june@example.com"]]


def test_who_wants_no_mail_gets_no_welcome_at_the_new_address(cedar: Organization) -> None:
    by, values = factories.alice(cedar), factories.values(email="jane@example.com", email_refused=True)
    patient = actions.add_patient(by=by, values=values)
    actions.change_patient(
        by=by, patient_id=patient.pk, values=dataclasses.replace(values, email="june@example.com")
    )
    assert testing.queued() == []
