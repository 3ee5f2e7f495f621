"""What this module puts on a patient's page."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from betony.clinic.patients.models import Patient
from betony.clinic.patients.page_parts import MenuEntry, MenuGroup, Panel
from betony.clinic.prescriptions import queries
from betony.kit.actor import Actor


def entries(actor: Actor, patient_id: UUID) -> list[MenuEntry]:
    """Return **Fullscript**: the writer for a connected user, else the way to connect, in a new tab."""
    if not actor.may("prescriptions.connect"):
        return []
    is_live = queries.is_connected(actor)
    return [
        MenuEntry(
            group=MenuGroup.POINT_OF_SALE,
            label=_("Fullscript"),
            url=(
                reverse("fullscript:open_writer", args=[patient_id])
                if is_live
                else reverse("fullscript:connect_user", args=[patient_id])
            ),
            opens="dialog" if is_live else "new_tab",
            icon="leaf",
            is_frequent=True,
        )
    ]


def panels(actor: Actor, patient: Patient) -> list[Panel]:
    """Return the region **Prescriptions**, loaded once the page stands."""
    if not actor.may("prescriptions.history"):
        return []
    return [Panel(url=reverse("fullscript:show_panel", args=[patient.pk]))]
