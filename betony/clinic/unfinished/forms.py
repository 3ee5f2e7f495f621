"""Parsing what a page says of the form that is being typed into."""

import json
from typing import Any

from django import forms

from betony.clinic.unfinished import rules


class TypedForm(forms.Form):
    """Which form, by its id and address, and what stands in it: the values of each field, by its name."""

    id = forms.UUIDField()
    path = forms.CharField(max_length=300)
    typed = forms.CharField(max_length=rules.LONGEST_TYPED, strip=False)

    def clean_typed(self) -> str:
        """Refuse, by ValidationError, what is not a list of texts for each name."""
        typed: Any = self.cleaned_data["typed"]
        try:
            values = json.loads(typed)
        except ValueError as error:
            raise forms.ValidationError("unreadable") from error
        if not isinstance(values, dict) or not all(_is_texts(one) for one in values.values()):
            raise forms.ValidationError("unreadable")
        return str(typed)


class WhichForm(forms.Form):
    """Which form."""

    id = forms.UUIDField()


def _is_texts(values: Any) -> bool:
    return isinstance(values, list) and all(isinstance(one, str) for one in values)
