"""What an application will see and send, in plain words for the consent page."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from betony.dispensary.accounts import rules

TO_APPLICATION = {
    "catalog:read": _("The products of the catalogue, with their prices and your saved dosages"),
    "clinic:read": _("This dispensary's name and discount, its practitioners, staff and favourites"),
    "patients:read": _(
        "Your patients here: names, e-mail, dates of birth, and what was prescribed through it"
    ),
    "patients:treatment_plan_history": _("Every prescription written here, by whom and when"),
    "patients:order_history": _("What your patients order, and when"),
}
FROM_APPLICATION = {
    "clinic:write": _(
        "Prescriptions written there, which are sent to the patient; new or changed practitioners and staff"
    ),
    "patients:write": _("New patients and changes to them: name, e-mail, date of birth, phone"),
}


def to_application(scopes: Iterable[str]) -> list[Promise]:
    """Return what the application will see."""
    return [TO_APPLICATION[scope] for scope in rules.sharing(scopes).to_application]


def from_application(scopes: Iterable[str]) -> list[Promise]:
    """Return what the application may send or change here."""
    return [FROM_APPLICATION[scope] for scope in rules.sharing(scopes).from_application]
