"""The workspace's own entries of a patient's Actions menu."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from betony.clinic.patients.page_parts import MenuEntry, MenuGroup
from betony.kit.actor import Actor


def entries(actor: Actor, patient_id: UUID) -> list[MenuEntry]:
    """Return the profile, its form and the health record, as far as the actor may."""
    found = []
    if actor.may("patients.view"):
        found.append(
            MenuEntry(
                group=MenuGroup.ADMIN, label=_("Profile"), icon="user",
                url=reverse("workspace:patient", args=[patient_id]),
            )
        )  # fmt: skip
    if actor.may("patients.edit"):
        found.append(
            MenuEntry(
                group=MenuGroup.ADMIN, label=_("Edit profile"), icon="edit", opens="dialog",
                url=reverse("patients:change", args=[patient_id]), is_frequent=True,
            )
        )  # fmt: skip
    if actor.may("patients.merge"):
        found.append(
            MenuEntry(
                group=MenuGroup.ADMIN, label=_("Merge with another patient"), icon="users",
                url=reverse("workspace:merge", args=[patient_id]),
            )
        )  # fmt: skip
    if actor.may("health_record.view"):
        found.append(
            MenuEntry(
                group=MenuGroup.CLINICAL, label=_("Health record"), icon="shield",
                url=reverse("health_record:record", args=[patient_id]), is_frequent=True,
            )
        )  # fmt: skip
    return found
