"""The top menu and that of Settings: links to what is built and open to this person."""

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from betony.clinic.practice.rules import Place
from betony.kit.actor import ANONYMOUS, Actor

ENTRIES = [
    (_("Patients"), "patients:list", ("patients.view",)),
    (_("Settings"), "settings:home", ("settings.view",)),
]
SETTINGS_ENTRIES = [
    (_("Practice"), "settings:organization", ("settings.manage",)),
    (_("Locations"), "settings:locations", ("settings.manage",)),
    (_("Users"), "settings:users", ("users.manage",)),
    (_("My profile"), "settings:profile", ("settings.view",)),
    (_("Notices"), "settings:notices", ("settings.view",)),
    (_("Delegation"), "settings:delegation", ("practice.delegate", "prescriptions.write")),
    (_("Merged patients"), "workspace:merges", ("patients.merge",)),
    (_("Security"), "settings:security", ("settings.view",)),
]


# Pages that Settings lists, at an address of what they are about.
SETTINGS_ELSEWHERE = ("workspace:merges",)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Return `navigation`, `settings_navigation`, `actor` and `account` for every template."""
    actor: Actor = getattr(request, "actor", ANONYMOUS)
    return {
        "navigation": _links(ENTRIES, actor, _place_in_menu(request.path)),
        "settings_navigation": _later(SETTINGS_ENTRIES, actor, request.path),
        "actor": actor,
        "account": _account(request, actor),
        "page_of": _page_of(actor),
    }


def pages(actor: Actor) -> list[tuple[str, str, str]]:
    """Return label, address and icon of every page of the menus that this actor may open, for the palette."""
    main = [(str(one["label"]), one["url"], "") for one in _links(ENTRIES, actor, "")]
    settings = [(str(one["label"]), one["url"], "settings") for one in _links(SETTINGS_ENTRIES, actor, "")]
    return [*main, (gettext("All notices"), reverse("notices:list"), "inbox"), *settings]


def _links(entries: Sequence[Any], actor: Actor, path: str) -> list[dict[str, Any]]:
    links = []
    for label, name, permissions in entries:
        if not any(actor.may(permission) for permission in permissions):
            continue
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        links.append({"label": label, "url": url, "current": path.startswith(url)})
    return links


def _later(entries: Sequence[Any], actor: Actor, path: str) -> Callable[[], list[dict[str, Any]]]:
    """Return the links as a function, which only the pages of Settings call."""
    return lambda: _links(entries, actor, path)


def _place_in_menu(path: str) -> str:
    """Return the address by which the top menu knows where one is: what Settings lists belongs to Settings."""
    return reverse("settings:home") if path in map(reverse, SETTINGS_ELSEWHERE) else path


def _page_of(actor: Actor) -> dict[str, Any] | None:
    """Return whose page this is, where it asks whether they are still signed in, and where they sign in again."""
    if actor.membership_id is None:
        return None
    return {
        "id": actor.membership_id, "session_url": reverse("show_session"), "again_url": reverse("sign_in_again"),
    }  # fmt: skip


def _account(request: HttpRequest, actor: Actor) -> dict[str, Any] | None:
    """Return who is signed in and where, for the menu at the top right."""
    membership = getattr(request, "membership", None)
    if membership is None:
        return None
    session = getattr(request, "staff_session", None)
    place: Place = getattr(request, "place", Place())
    return {
        "name": actor.name,
        "id": actor.id,
        "place": ", ".join(name for name in (membership.organization.name, place.name) if name),
        "work_at_url": reverse("settings:work_at") if place.has_others else "",
        "settings_url": reverse("settings:profile"),
        "sign_out_url": reverse("sign_out"),
        "switch_url": reverse("organizations") if getattr(session, "has_other_memberships", False) else "",
    }
