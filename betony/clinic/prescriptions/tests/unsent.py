"""Prescriptions that were saved and not sent: certainly not at the dispensary, or perhaps."""

from betony.clinic.prescriptions.actions import sending
from betony.clinic.prescriptions.tests import cast, worker

SEND = "POST /api/clinic/patients/*/treatment_plans"


def waiting(home, carol):
    """One that waits while no connection to the dispensary comes about."""
    home.server.trouble("away", on="*", times=1000)
    saved = cast.save(home, cast.draft(home, carol), message="Take it slowly")
    worker.work()
    home.server.well_again()
    return cast.now(home, saved)


def not_sent(home, carol):
    """One that the dispensary refused, as when a product was dropped."""
    home.server.trouble("refused", on=SEND, status=422, body={"error": '["variant is discontinued"]'})
    saved = cast.save(home, cast.draft(home, carol), message="Take it slowly")
    worker.work()
    return cast.now(home, saved)


def lost(home, carol):
    """One that waits and may have arrived."""
    home.server.trouble("lost", on=SEND)
    saved = cast.save(home, cast.draft(home, carol))
    worker.work()
    return cast.now(home, saved)


def given_up(home, carol):
    """One that was given up and may have arrived."""
    saved = lost(home, carol)
    cast.inside(
        home, sending.note_not_sent, by=home.actor("Alice"), prescription_id=saved.pk, reason="given up"
    )
    return cast.now(home, saved)
