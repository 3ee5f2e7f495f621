"""Reading what people type about allergies, medications and supplements."""

import datetime
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from betony.clinic.health_record.details import AllergyDetails, Ending, MedicationDetails
from betony.clinic.health_record.models import Kind, Severity
from betony.kit.ui.date_field import DateField


class _EntryForm(forms.Form):
    """A form about one row, which remembers the version that was seen."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        today: datetime.date,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}), auto_id="entry_%s")
        self._today = today

    def _past(self, name: str) -> datetime.date | None:
        day: datetime.date | None = self.cleaned_data[name]
        if day and day > self._today:
            raise ValidationError(_("That day lies in the future."))
        return day


class AllergyForm(_EntryForm):
    substance = forms.CharField(label=_("Substance"), max_length=120)
    reaction = forms.CharField(
        label=_("Reaction"), max_length=200, required=False, help_text=_("What happened, such as a rash")
    )
    severity = forms.ChoiceField(label=_("Severity"), choices=Severity.choices, initial=Severity.UNKNOWN)
    noted_date = DateField(label=_("Noted on"), required=False)

    def clean_noted_date(self) -> datetime.date | None:
        return self._past("noted_date")

    def details(self) -> AllergyDetails:
        """Return what was read; only of a valid form."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return AllergyDetails(**values)


class MedicationForm(_EntryForm):
    name = forms.CharField(label=_("Name"), max_length=160)
    dose = forms.CharField(label=_("Dose"), max_length=80, required=False, help_text=_("Such as 5 mg"))
    frequency = forms.CharField(
        label=_("Frequency"), max_length=80, required=False, help_text=_("Such as once a day, in the evening")
    )
    since_date = DateField(label=_("Since"), required=False)

    def clean_since_date(self) -> datetime.date | None:
        return self._past("since_date")

    def details(self, kind: Kind) -> MedicationDetails:
        """Return what was read; only of a valid form."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return MedicationDetails(kind=kind.value, **values)


class EndForm(_EntryForm):
    ended_date = DateField(label=_("Ended on"), required=False)
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)
    is_error = forms.BooleanField(
        label=_("It was entered in error"),
        help_text=_("It never was so, such as a row meant for another patient"),
        required=False,
    )

    def clean_ended_date(self) -> datetime.date | None:
        return self._past("ended_date")

    def ending(self) -> Ending:
        """Return what was read; only of a valid form."""
        return Ending(reason=self.cleaned_data["reason"], ended_date=self.cleaned_data["ended_date"])
