"""What a practice tells to open a dispensary."""

from django import forms
from django.utils.translation import gettext_lazy as _

from betony.dispensary.accounts.models import Country
from betony.dispensary.practices.forms import CredentialField
from betony.kit import identifiers
from betony.kit.ui.email_field import EmailField
from betony.kit.ui.password_field import PasswordField


class NewDispensaryForm(forms.Form):
    """The dispensary, the practitioner who opens it, and their sign-in."""

    organization_id = forms.UUIDField(widget=forms.HiddenInput, initial=identifiers.uuid7)
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
