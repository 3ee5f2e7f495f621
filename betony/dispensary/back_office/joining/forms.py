"""What a practice tells to open a dispensary."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from betony.dispensary.accounts.models import Country
from betony.dispensary.practices.forms import CredentialField
from betony.kit import identifiers
from betony.kit.ui.email_field import EmailField
from betony.kit.ui.password_field import PasswordField

_SALT = "betony.dispensary.create"
PAGE_LASTS = timedelta(hours=12)


def new_page() -> str:
    """Return the id of the dispensary that a page will open, signed: nobody names one that is there already."""
    return signing.dumps(str(identifiers.uuid7()), salt=_SALT)


class NewDispensaryForm(forms.Form):
    """The dispensary, the practitioner who opens it, and their sign-in."""

    page = forms.CharField(widget=forms.HiddenInput, required=False, initial=new_page)
    name = forms.CharField(label=_("Dispensary name"), max_length=120)
    country = forms.ChoiceField(label=_("Country"), choices=Country.choices)
    first_name = forms.CharField(
        label=_("First name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label=_("Last name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    practitioner_type = CredentialField(empty_label=_("Choose one"))
    email = EmailField(label=_("Email"), widget=forms.EmailInput(attrs={"autocomplete": "username"}))
    password = PasswordField(is_new=True)
    terms = forms.BooleanField(
        label=_("I agree to the terms"),
        help_text=_("You keep patients' details confidential, and prescribe only what your licence allows."),
    )

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        try:
            page = signing.loads(values.pop("page", ""), salt=_SALT, max_age=PAGE_LASTS)
            values["organization_id"] = UUID(page)
        except (signing.BadSignature, ValueError, TypeError, AttributeError):
            # What was typed stays; the page that is shown again has an id of its own.
            self.data = {**self.data.dict(), "page": new_page()}  # type: ignore[attr-defined]  # a QueryDict
            self.add_error(None, _("This page was open for too long. Look it over and send it again."))
        return values
