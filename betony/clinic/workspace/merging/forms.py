"""What people say when they merge two patients, or undo it."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from betony.clinic.patients.merging.rules import Choice


class MergeForm(forms.Form):
    """Why, and that it is one person where that is in doubt. What stays is read by `choices_in`."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=40)
    is_one_person = forms.BooleanField(
        label=_("I have compared both records: this is one person"),
        error_messages={"required": _("Confirm that you have compared them, or go back.")},
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("Such as: entered twice at the front desk. It is kept in both audit trails."),
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, seen: str, asks_whether_one_person: bool
    ) -> None:
        super().__init__(data, initial={"seen": seen}, auto_id="merge_%s")
        if not asks_whether_one_person:
            del self.fields["is_one_person"]


class UndoForm(forms.Form):
    """Why a merge is taken back."""

    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("Such as: they are mother and daughter.")
    )

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, auto_id="undo_%s")


def choices_in(data: Mapping[str, Any]) -> dict[str, Choice]:
    """Return which value was chosen for each field; what means nothing is left out."""
    known = {choice.value: choice for choice in Choice}
    return {
        name.removeprefix("choice-"): known[str(value)]
        for name, value in data.items()
        if name.startswith("choice-") and str(value) in known
    }
