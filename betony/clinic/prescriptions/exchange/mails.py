"""Mails of this module. None names a patient, a product or a message (guarantee 25)."""

from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.utils.translation import gettext as _

from betony.clinic.accounts.models import Membership, Organization
from betony.clinic.prescriptions.models import Dispensary, Prescription
from betony.kit import tenancy


def tell_owners_disconnected(organization_id: UUID, dispensary_id: UUID) -> None:
    """Tell the owners that nobody is connected to the dispensary any more (story 3.3)."""
    with tenancy.organization(organization_id):
        dispensary = Dispensary.objects.get(pk=dispensary_id)
        if dispensary.ended_at is None:
            return
        clinic = Organization.objects.get(pk=organization_id)
        owners = Membership.objects.filter(organization_id=organization_id, role="owner", is_active=True)
        addresses = list(owners.values_list("user__email", flat=True).order_by("user__email"))
    body = _(
        "Nobody at %(clinic)s is connected to %(dispensary)s any more.\n\n"
        "Prescriptions and history stay readable. Anybody on your team can connect again, to this dispensary "
        "or another one, from a patient's actions:\n%(link)s\n"
    ) % {
        "clinic": clinic.name,
        "dispensary": dispensary.name,
        "link": f"{settings.BETONY_PUBLIC_URL}/patients/",
    }
    for address in addresses:
        send_mail(_("Fullscript is no longer connected"), body, None, [address])


def tell_author_not_sent(organization_id: UUID, prescription_id: UUID) -> None:
    """Tell the author that a prescription was not sent, without saying whose (story 5.6).

    The author is whoever sent it last: a colleague may have tried again.
    """
    with tenancy.organization(organization_id):
        prescription = Prescription.objects.filter(pk=prescription_id, state="not_sent").first()
        if prescription is None or prescription.sender_id is None:
            return
        author = Membership.objects.select_related("user", "organization").get(pk=prescription.sender_id)
        patient_id = prescription.patient_id
    if not author.is_active:
        return
    body = _(
        "A prescription you wrote at %(clinic)s was not sent. Nothing is lost.\n\n"
        "Sign in to see why and to try again:\n%(link)s\n"
    ) % {"clinic": author.organization.name, "link": f"{settings.BETONY_PUBLIC_URL}/patients/{patient_id}/"}
    send_mail(_("A prescription was not sent"), body, None, [author.user.email])
