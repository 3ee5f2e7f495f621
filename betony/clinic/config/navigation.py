"""The top menu: links to what is built."""

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from betony.kit.actor import ANONYMOUS

ENTRIES = [
    (_("Patients"), "patients:list", "patients.view"),
    (_("Settings"), "settings:home", "settings.view"),
]


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Return `navigation` (the links this person may follow) and `actor` for every template."""
    actor = getattr(request, "actor", ANONYMOUS)
    links = []
    for label, name, permission in ENTRIES:
        if not actor.may(permission):
            continue
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        links.append({"label": label, "url": url, "current": request.path.startswith(url)})
    return {"navigation": links, "actor": actor}
