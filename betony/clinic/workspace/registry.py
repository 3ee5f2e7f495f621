"""Collecting what modules hang on a patient's page (config/patient_page.py lists them)."""

from collections.abc import Callable
from functools import cache
from typing import Any
from uuid import UUID

from django.utils.module_loading import import_string

from betony.clinic.patients.models import Patient
from betony.clinic.patients.page_parts import MenuEntry, MenuGroup, Panel
from betony.kit.actor import Actor

# The server's own table, named and not imported: the configuration stands above every module.
TABLE = "betony.clinic.config.patient_page"


@cache
def _providers(name: str) -> list[Callable[[Actor, Any], list[Any]]]:
    return [import_string(path) for path in import_string(f"{TABLE}.{name}")]


def menu_entries(actor: Actor, patient_id: UUID) -> list[MenuEntry]:
    """Return every entry this actor may use for the patient, in the order of the table."""
    return [entry for provide in _providers("MENU_ENTRIES") for entry in provide(actor, patient_id)]


def panels(actor: Actor, patient: Patient) -> list[Panel]:
    """Return every panel of the patient's page this actor may see, in the order of the table."""
    return [panel for provide in _providers("PANELS") for panel in provide(actor, patient)]


def grouped(entries: list[MenuEntry]) -> list[tuple[MenuGroup, list[MenuEntry]]]:
    """Return the entries by group, in the order of the groups; a group without entries is left out."""
    groups = [(group, [entry for entry in entries if entry.group is group]) for group in MenuGroup]
    return [(group, chosen) for group, chosen in groups if chosen]
