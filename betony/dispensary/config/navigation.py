"""The top menu of the practice's pages."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from betony.dispensary.accounts import permissions
from betony.dispensary.accounts.models import User
from betony.kit.actor import ANONYMOUS

ENTRIES = [
    (_("Patients"), "back_office:patients", permissions.PRACTICE),
    (_("Treatment plans"), "back_office:plans", permissions.PRACTICE),
    (_("Favourites"), "back_office:favourites", permissions.PRACTICE),
    (_("People"), "people:everybody", permissions.MANAGE),
    (_("Connected applications"), "connected_applications", permissions.APPLICATIONS),
    (_("Developers"), "developers:applications", permissions.DEVELOPERS),
]


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Return `navigation` (the links of the practice's pages) and `actor` for every template.

    In the practice's pages, `shop_name` is the dispensary's; the shop's pages say theirs themselves.
    """
    actor = getattr(request, "actor", ANONYMOUS)
    links = []
    for label, name, permission in ENTRIES if actor.kind == "staff" else ():
        if not actor.may(permission):
            continue
        url = reverse(name)
        links.append({"label": label, "url": url, "current": request.path.startswith(url)})
    found: dict[str, Any] = {"navigation": links, "actor": actor}
    if actor.kind == "staff" and isinstance(request.user, User):
        found["shop_name"] = request.user.organization.name
    return found
