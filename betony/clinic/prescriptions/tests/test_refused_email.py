"""A patient who refused email: the dispensary is asked to send none about a prescription (story 4.3)."""

import pytest

from betony.clinic.patients.models import Consent, Patient
from betony.clinic.prescriptions.tests import cast, worker
from betony.kit import tenancy

pytestmark = pytest.mark.slow

SEND = "POST /api/clinic/patients/*/treatment_plans"
ASKED = "asked not to send any email, because the patient refused it"


@pytest.fixture
def home(settled, carol):
    return settled


def consent(home, patient, answer):
    with tenancy.organization(home.pk):
        Patient.objects.filter(pk=patient.pk).update(email_consent=answer)


def view(alice, prescription):
    return alice.get(f"/fullscript/prescriptions/{prescription.pk}/").content.decode()


def test_no_letter_goes_out_and_the_writer_says_so(home, carol, alice):
    consent(home, carol, Consent.REFUSED)
    assert "refused email" in alice.get(f"/fullscript/writer/{carol.pk}/link/").content.decode()
    saved = cast.save(home, cast.draft(home, carol))
    worker.work()
    sent = cast.now(home, saved)
    assert (sent.state, sent.is_without_mail, home.there.mails) == ("sent", True, [])
    assert ASKED in view(alice, sent)
    outcome = alice.get(
        f"/fullscript/prescriptions/{saved.pk}/outcome/", headers={"HX-Request": "true"}
    ).content.decode()
    assert "The patient refused email, so Fullscript was asked not to send any about it." in outcome


def test_whoever_did_not_refuse_gets_the_letter(home, carol, alice):
    saved = cast.save(home, cast.draft(home, carol))
    worker.work()
    assert home.there.mails == [("carol@example.com", "plan")]
    assert not cast.now(home, saved).is_without_mail
    assert "refused email" not in view(alice, saved)
    assert "refused email" not in alice.get(f"/fullscript/writer/{carol.pk}/link/").content.decode()


def test_what_was_answered_last_before_the_call_counts(home, carol):
    saved = cast.save(home, cast.draft(home, carol))
    home.server.trouble("down", on=SEND)
    worker.work()
    consent(home, carol, Consent.REFUSED)
    worker.work()
    sent = cast.now(home, saved)
    assert (sent.state, sent.is_without_mail, home.there.mails) == ("sent", True, [])


def test_what_went_out_with_a_letter_before_does_not_say_otherwise(home, carol):
    saved = cast.save(home, cast.draft(home, carol))
    home.server.trouble("lost", on=SEND)
    worker.work()
    consent(home, carol, Consent.REFUSED)
    worker.work()
    sent = cast.now(home, saved)
    assert (sent.state, sent.is_without_mail) == ("sent", False)
    assert len(home.there.mails) == 1


def test_a_dispensary_that_does_not_listen_has_it_once_and_nothing_untrue_is_said(home, carol, alice):
    """Fullscript's own description of 2021 does not know the field; unknown ones are ignored there."""
    home.server.ignored_fields.add("skip_email_notification")
    consent(home, carol, Consent.REFUSED)
    saved = cast.save(home, cast.draft(home, carol))
    home.server.trouble("lost", on=SEND)
    for _ in range(3):
        worker.work()
    assert (len(home.there.plans), home.there.mails) == (1, [("carol@example.com", "plan")])
    shown = view(alice, saved)
    assert ASKED in shown
    assert "without a mail" not in shown
