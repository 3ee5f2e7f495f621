"""Reading what people type about allergies, medications, supplements and conditions."""

import datetime
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from betony.clinic.health_record import rules
from betony.clinic.health_record.details import AllergyDetails, ConditionDetails, Ending, MedicationDetails
from betony.clinic.health_record.models import CodeSystem, ConditionKind, Kind, Severity
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
            raise ValidationError(_("That date is in the future."))
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


class ConditionForm(_EntryForm):
    name = forms.CharField(
        label=_("Name"), max_length=160, help_text=_("In your own words, such as high blood pressure")
    )
    onset_date = DateField(label=_("Since"), required=False)
    code_system = forms.ChoiceField(
        label=_("Code system"), choices=[("", _("No code")), *CodeSystem.choices], required=False
    )
    code = forms.CharField(label=_("Code"), max_length=20, required=False, help_text=_("Such as I10"))

    def clean_onset_date(self) -> datetime.date | None:
        return self._past("onset_date")

    def clean(self) -> dict[str, Any]:
        """Keep code and system together, and refuse a code that cannot be one."""
        values = super().clean() or self.cleaned_data
        code = str(values.get("code", "")).strip().upper()
        system = str(values.get("code_system", ""))
        if code and not system:
            self.add_error("code_system", _("Choose which system this code is from."))
        elif system and not code:
            self.add_error("code", _("Give the code, or choose “No code”."))
        elif code and not rules.is_code(system, code):
            self.add_error("code", _("That does not look like a code from this system."))
        return {**values, "code": code}

    def details(self) -> ConditionDetails:
        """Return what was read; only of a valid form."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return ConditionDetails(**values)


class StateForm(_EntryForm):
    """Pregnancy or breastfeeding: its name is known, only since when is asked."""

    onset_date = DateField(label=_("Since"), required=False, help_text=_("If it is known"))

    def clean_onset_date(self) -> datetime.date | None:
        return self._past("onset_date")

    def details(self, kind: ConditionKind) -> ConditionDetails:
        """Return what was read; only of a valid form."""
        return ConditionDetails(name=kind.value.capitalize(), onset_date=self.cleaned_data["onset_date"])


class EndForm(_EntryForm):
    ended_date = DateField(label=_("Ended on"), required=False)
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)
    is_error = forms.BooleanField(
        label=_("It was entered in error"),
        help_text=_("It was never true, such as an entry meant for another patient"),
        required=False,
    )

    def clean_ended_date(self) -> datetime.date | None:
        return self._past("ended_date")

    def ending(self) -> Ending:
        """Return what was read; only of a valid form."""
        return Ending(reason=self.cleaned_data["reason"], ended_date=self.cleaned_data["ended_date"])
