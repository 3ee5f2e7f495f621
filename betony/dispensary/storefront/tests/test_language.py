"""The shop and its letters in English and Canadian French; the practice's own pages in English."""

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from betony.dispensary.accounts.models import Organization
from betony.dispensary.patients import actions, factories
from betony.dispensary.patients.models import Patient
from betony.dispensary.practices.models import Practitioner
from betony.dispensary.storefront.tests.conftest import Shopper
from betony.dispensary.treatment_plans import factories as plans
from betony.dispensary.treatment_plans.models import TreatmentPlan
from betony.kit import tenancy
from betony.kit.audit.models import AuditEvent
from betony.kit.jobs import testing

FRENCH = {"Accept-Language": "fr-CA,fr;q=0.9,en;q=0.5"}


def page(browser: Client, path: str, **headers: str) -> str:
    return str(browser.get(path, headers=headers).content.decode())


def choose(browser: Client, language: str, back: str = "") -> str:
    answer = browser.post("/shop/cedar/language/", {"language": language, "next": back})
    assert answer.status_code == 302
    return str(answer["Location"])


def language_of(patient: Patient) -> str:
    with tenancy.organization(patient.organization_id):
        patient.refresh_from_db()
    return patient.language


def test_the_shop_speaks_the_browsers_language(carol: Patient) -> None:
    french = page(Shopper(), "/shop/cedar/sign-in/", **FRENCH)
    assert '<html lang="fr-ca"' in french
    assert "Ouvrir une session" in french
    assert "Sign in" not in french
    assert "Sign in" in page(Shopper(), "/shop/cedar/sign-in/")


def test_errors_beside_fields_are_french_too(carol: Patient) -> None:
    wrong = Shopper().post(
        "/shop/cedar/sign-in/", {"email": carol.email, "password": "wrong"}, headers=FRENCH
    )
    assert "Ce courriel et ce mot de passe ne correspondent pas." in wrong.content.decode()
    empty = Shopper().post("/shop/cedar/sign-in/", {"email": ""}, headers=FRENCH).content.decode()
    assert "Ce champ est obligatoire." in empty


@pytest.mark.parametrize("path", ["/sign-in/", "/create-dispensary/", "/healthz"])
def test_the_practices_pages_are_english_whole(db: None, path: str) -> None:
    answer = Client().get(path, headers=FRENCH)
    assert answer["Content-Language"] == "en"
    sent = Client().post("/sign-in/", {"email": ""}, headers=FRENCH).content.decode()
    assert "This field is required." in sent


def test_who_chooses_a_language_keeps_it_and_comes_back(browser: Shopper, plan: TreatmentPlan) -> None:
    here = f"/shop/cedar/plans/{plan.pk}/"
    assert choose(browser, "fr-ca", here) == here
    assert "Votre plan de" in page(browser, here)
    assert language_of(plan.patient) == "fr-ca"
    assert choose(browser, "en", here) == here
    assert "Your plan from" in page(browser, here, **FRENCH)
    assert language_of(plan.patient) == "en"


def test_a_plans_page_is_french_whole(browser: Shopper, plan: TreatmentPlan) -> None:
    choose(browser, "fr-ca")
    shown = page(browser, f"/shop/cedar/plans/{plan.pk}/")
    for english in ("Add to cart", "How to take it", "Recommended quantity", "Sign out", "Skip to content"):
        assert english not in shown
    assert "Ajouter au panier" in shown
    assert "$ USD" in shown


def test_nothing_but_a_spoken_language_is_kept_and_the_way_back_stays_in_the_shop(
    browser: Shopper, carol: Patient
) -> None:
    before = language_of(carol)
    assert choose(browser, "de", "https://elsewhere.example/") == "/shop/cedar/plans/"
    assert "betony_dispensary_language" not in browser.cookies
    assert language_of(carol) == before
    assert Shopper().post("/shop/nowhere/language/", {"language": "en"}).status_code == 404


def test_the_first_visit_says_the_language_and_the_next_browser_speaks_it(carol: Patient) -> None:
    first = Shopper(headers=FRENCH)
    assert first.sign_in(carol.email, factories.PASSWORD) == 302
    assert language_of(carol) == "fr-ca"
    elsewhere = Shopper()
    assert elsewhere.sign_in(carol.email, factories.PASSWORD) == 302
    assert "Mes plans" in page(elsewhere, "/shop/cedar/plans/")
    with tenancy.organization(carol.organization_id):
        assert AuditEvent.objects.filter(action="patients.language_chosen").count() == 1


def test_letters_are_written_in_the_readers_language(browser: Shopper, carol: Patient) -> None:
    choose(browser, "fr-ca")
    actions.request_password_link(organization_id=carol.organization_id, email=carol.email)
    testing.run_queued()
    [letter] = mail.outbox
    assert letter.subject == "Choisissez un nouveau mot de passe pour Cedar & <b>Sons</b>"
    assert "Choose" not in str(letter.body)


def test_a_letter_asked_for_on_a_french_page_is_french(carol: Patient) -> None:
    asked = Shopper().post("/shop/cedar/password/", {"email": carol.email}, headers=FRENCH)
    assert "Si ce courriel figure au dossier" in asked.content.decode()
    testing.run_queued()
    assert mail.outbox[0].subject.startswith("Choisissez un nouveau mot de passe")


def test_directions_are_french_where_they_are_the_vendors_words(
    browser: Shopper, carol: Patient, doctor: Practitioner
) -> None:
    own = plans.recommendation(
        dosage_amount="2", dosage_format="capsule", dosage_frequency="twice per day", dosage_duration="30",
        dosage_time_of_day=("bedtime",), take_with="food", dosage_additional_info="after the walk",
    )  # fmt: skip
    with tenancy.organization(carol.organization_id):
        by = factories.alice(carol.organization)
        plan = plans.active(by=by, patient=carol, practitioner=doctor, recommendations=[own])
    address = f"/shop/cedar/plans/{plan.pk}/"
    assert "2 capsules, twice per day, 30 days, at bedtime, with food, after the walk" in page(
        browser, address
    )
    choose(browser, "fr-ca")
    french = page(browser, address)
    assert (
        "2 capsules, deux fois par jour, 30 jours, au coucher, avec de la nourriture, after the walk"
        in french
    )
    assert "aucun professionnel de la santé" in french


def test_in_canada_the_first_letter_is_written_in_both(cedar: Organization) -> None:
    cedar.country = "CA"
    cedar.save()
    actions.add_patient(by=factories.alice(cedar), values=factories.values(email="new@example.com"))
    testing.run_queued()
    [letter] = mail.outbox
    assert letter.subject == (
        "Cedar & <b>Sons</b> has set up an account for you / Cedar & <b>Sons</b> a créé un compte pour vous"
    )
    assert "Choose your password:" in str(letter.body)
    assert "Choisissez votre mot de passe:" in str(letter.body)
    assert isinstance(letter, EmailMultiAlternatives)
    html = str(letter.alternatives[0][0])
    assert '<section lang="fr-ca">' in html
    assert "<b>Sons" not in html


def test_in_the_united_states_the_first_letter_is_in_english(cedar: Organization) -> None:
    actions.add_patient(by=factories.alice(cedar), values=factories.values(email="new@example.com"))
    testing.run_queued()
    assert mail.outbox[0].subject == "Cedar & <b>Sons</b> has set up an account for you"
