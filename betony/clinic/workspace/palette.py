"""What the command palette offers: what can be done for the patient one is at, patients, and pages."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from betony.clinic.patients import access, queries
from betony.clinic.patients.models import Patient
from betony.clinic.workspace import registry, rules
from betony.kit.actor import Actor

MOST_PATIENTS = 7
# The server's own table of pages, named and not imported: the configuration stands above every module.
PAGES = "betony.clinic.config.navigation.pages"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something to go to. `patient` is drawn with face and birthday, to be told from others of the name."""

    label: "Promise | str"
    url: str = ""
    opens: Literal["page", "new_tab", "dialog"] = "page"
    icon: str = ""
    patient: Patient | None = None


@dataclass(frozen=True, slots=True)
class Group:
    label: "Promise | str"
    entries: list[Entry]


def button(request: HttpRequest) -> dict[str, object]:
    """Return `palette` for the shell: the template of its button and dialog, for who is signed in."""
    actor: Actor | None = getattr(request, "actor", None)
    is_member = actor is not None and actor.membership_id is not None
    return {"palette": {"template": "workspace/palette.html"} if is_member else None}


def find(by: Actor, *, typed: str, patient_id: UUID | None) -> list[Group]:
    """Return what the typed words mean, as far as the actor may use it; groups without entries are left out."""
    groups = [
        Group(_("This patient"), _actions(by, typed, patient_id)),
        Group(_("Patients"), _patients(by, typed)),
        Group(_("Pages"), _pages(by, typed)),
    ]
    return [group for group in groups if group.entries]


def _actions(by: Actor, typed: str, patient_id: UUID | None) -> list[Entry]:
    if patient_id is None or not by.may("patients.view"):
        return []
    return [
        Entry(label=one.label, url=one.url, opens=one.opens, icon=one.icon)
        for one in registry.menu_entries(by, patient_id)
        if not one.refused and rules.matches(str(one.label), typed)
    ]


def _patients(by: Actor, typed: str) -> list[Entry]:
    """Return the patients found, with one event that says whose names were shown."""
    if len(typed) < rules.FEWEST_LETTERS or not by.may("patients.view"):
        return []
    listing = queries.Listing(search=typed, standing="all")
    found = queries.page(by.organization, listing, size=MOST_PATIENTS).rows
    access.record_list(by=by, action="workspace.palette_shown", patients=found)
    return [Entry(label=one.full_name, patient=one) for one in found]


def _pages(by: Actor, typed: str) -> list[Entry]:
    return [
        Entry(label=label, url=url, icon=icon)
        for label, url, icon in import_string(PAGES)(by)
        if rules.matches(str(label), typed)
    ]
