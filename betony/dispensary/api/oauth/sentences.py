"""What an application will see, send and change, in plain words for the consent page.

Whoever adds a field or an operation to a scope says so here: a person decides by these sentences.
"""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from betony.dispensary.accounts import rules

TO_APPLICATION = {
    "catalog:read": [
        _("The catalogue: products, prices, availability, and the dosages you have saved"),
    ],
    "clinic:read": [
        _("This dispensary: its name, its discount, how many patients it has, and its favourites"),
        _("Your practitioners and staff: names, emails and credentials"),
    ],
    "patients:read": [
        _(
            "Your patients: names, emails, mobile phones, postal addresses, dates of birth, gender, discounts, "
            "and who is whose guardian"
        ),
        _("Prescriptions that clinic software has written here"),
    ],
    "patients:treatment_plan_history": [
        _(
            "Every prescription: products, dosages, the message to the patient, who wrote it, when, and when "
            "the patient first opened it"
        ),
    ],
    "patients:order_history": [
        _("What your patients order: products, quantities, when, and what they paid"),
    ],
}
FROM_APPLICATION = {
    "clinic:write": [
        _(
            "Prescriptions, in a practitioner's name: new ones, which are emailed to the patient, and changes and "
            "cancellations"
        ),
        _("Checkouts at your practice, filled with what a prescription holds"),
        _(
            "Practitioners and staff: new ones, who are invited by email, and changes to their names and emails"
        ),
    ],
    "patients:write": [
        _(
            "Patients: new ones, who get a welcome email, and changes to their name, email, mobile phone, "
            "date of birth, gender, discount, or wish for text messages"
        ),
    ],
}


def to_application(scopes: Iterable[str]) -> list[Promise]:
    """Return what the application will see."""
    return [one for scope in rules.sharing(scopes).to_application for one in TO_APPLICATION[scope]]


def from_application(scopes: Iterable[str]) -> list[Promise]:
    """Return what the application may send or change here."""
    return [one for scope in rules.sharing(scopes).from_application for one in FROM_APPLICATION[scope]]
