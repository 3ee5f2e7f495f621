"""Products that harm, a patient whom they harm, and what the writer says of it."""

from betony.clinic.health_record import actions as health_record
from betony.clinic.health_record.details import MedicationDetails
from betony.clinic.prescriptions.actions import writing
from betony.clinic.prescriptions.models import Acknowledgement
from betony.clinic.prescriptions.tests import cast, worker
from betony.clinic.prescriptions.views import parts
from betony.kit import tenancy

WORT = "St. John's wort"


def stock(home, carol):
    """Carol takes warfarin; the shelf holds St. John's wort, niacin and something nobody knows the inside of."""
    home.wort = home.server.add_product("Quiet Mood", ingredients=[WORT])
    home.niacin = home.server.add_product("Niacin 500", ingredients=["Niacin"])
    home.secret = home.server.add_product("Secret Blend")
    worker.work()
    take(home, carol, "Warfarin 5 mg")
    return home


def take(home, patient, name, kind="medication"):
    details = MedicationDetails(kind=kind, name=name)
    return cast.inside(
        home, health_record.add_medication, by=home.actor("Alice"), patient_id=patient.pk, details=details
    )


def against(home, patient, name="Alice"):
    """Return the warnings about the draft as they are shown."""
    with tenancy.organization(home.pk):
        return parts.draft(home.actor(name), patient)


def digests(home, patient):
    shown = against(home, patient)["reasons_form"].fields
    return [name.removeprefix("reason-") for name in shown]


def save(home, draft, **reasons):
    with tenancy.organization(home.pk):
        return writing.save_prescription(
            by=home.actor("Alice"), prescription=draft, message="", reasons=reasons
        )


def acknowledged(home):
    with tenancy.organization(home.pk):
        return list(Acknowledgement.objects.order_by("acknowledged_at"))
