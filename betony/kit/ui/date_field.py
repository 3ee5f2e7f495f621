"""The form field for a date that somebody types."""

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from betony.kit.ui import typed_dates


class DateText(forms.DateInput):
    """A text box for a date, year first; the component `c-field` says the date in words below it."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        behaviour = {
            "inputmode": "numeric",
            "autocomplete": "off",
            "data-date-echo-target": "input",
            "data-action": "input->date-echo#say",
        }
        super().__init__(attrs={**behaviour, **(attrs or {})}, format="%Y/%m/%d")


class DateField(forms.DateField):
    """A date typed as YYYY/MM/DD or YYYY-MM-DD, or in words; 03/04/2015 has two readings and is refused."""

    widget = DateText
    default_error_messages = {
        "invalid": _("Enter the date as year/month/day, like 1985/03/04."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("Year/month/day, like 1985/03/04"))
        super().__init__(**kwargs)

    def to_python(self, value: object) -> datetime.date | None:
        """Return the date, or None for nothing typed. Raises ValidationError."""
        if value in self.empty_values:
            return None
        if isinstance(value, datetime.datetime):
            return value.date()
        if isinstance(value, datetime.date):
            return value
        try:
            return typed_dates.read(str(value))
        except typed_dates.UnreadableDate as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error
