"""What this module puts on a patient's page."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from betony.clinic.patients.models import Patient
from betony.clinic.patients.page_parts import MenuEntry, MenuGroup, Panel
from betony.clinic.prescriptions import access, queries
from betony.kit.actor import Actor


def entries(actor: Actor, patient_id: UUID) -> list[MenuEntry]:
    """Return **Fullscript**: the writer for a connected user, or for who has none their connection.

    For who is not connected it is the way to connect, in a new tab.
    """
    if not actor.may("prescriptions.connect"):
        return []
    is_live = queries.is_connected(actor)
    return [
        MenuEntry(
            group=MenuGroup.POINT_OF_SALE,
            label=_("Fullscript"),
            url=reverse(f"fullscript:{_page(actor, is_live=is_live)}", args=[patient_id]),
            opens="dialog" if is_live else "new_tab",
            icon="leaf",
            is_frequent=True,
        )
    ]


def _page(actor: Actor, *, is_live: bool) -> str:
    if not is_live:
        return "connect_user"
    return "open_writer" if access.has_writer(actor) else "show_connection"


def panels(actor: Actor, patient: Patient) -> list[Panel]:
    """Return the region **Prescriptions**, loaded once the page stands."""
    if not actor.may("prescriptions.history"):
        return []
    return [Panel(url=reverse("fullscript:show_panel", args=[patient.pk]))]
