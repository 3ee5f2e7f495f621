"""What modules hang on a patient's page: entries of the Actions menu, and panels.

A module offers them by a function listed in `config/patient_page.py`, called each time a menu opens or a page
is drawn, so that nobody has to reload a page for what changed elsewhere:

    def entries(actor: Actor, patient_id: UUID) -> list[MenuEntry]
    def panels(actor: Actor, patient: Patient) -> list[Panel]

They return only what this actor may use.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class MenuGroup(Enum):
    """The three groups of the Actions menu, in the order they stand there."""

    ADMIN = "admin"
    CLINICAL = "clinical"
    POINT_OF_SALE = "point_of_sale"

    @property
    def label(self) -> "Promise | str":
        return GROUP_LABELS[self]


GROUP_LABELS = {
    MenuGroup.ADMIN: _("Admin"),
    MenuGroup.CLINICAL: _("Clinical"),
    MenuGroup.POINT_OF_SALE: _("Point of Sale"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuEntry:
    """One entry. `opens`: a page, a page in a new tab, or a dialog that htmx puts into #dialog-host.

    `refused` shows the entry with the reason why it cannot be used now. `is_frequent` entries are buttons on
    the patient's page too.
    """

    group: MenuGroup
    label: "Promise | str"
    url: str
    opens: Literal["page", "new_tab", "dialog"] = "page"
    icon: str = ""
    refused: "Promise | str" = ""
    is_frequent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One panel: drawn from `template` with `context`, or fetched from `url` once the page stands.

    Both give a whole `<c-panel heading="…">`. `column`: wide on the left, narrow on the right.
    """

    template: str = ""
    context: Mapping[str, Any] = field(default_factory=dict)
    url: str = ""
    column: Literal["main", "side"] = "main"
