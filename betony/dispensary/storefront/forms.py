"""What patients type at the shop."""

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy as _

from betony.dispensary.orders import rules
from betony.dispensary.patients.models import Patient


class SignInForm(forms.Form):
    """An e-mail and a password. The e-mail is not checked for form: a wrong one simply does not match."""

    email = forms.CharField(
        label=_("Email"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class LinkForm(forms.Form):
    """The e-mail a link is wanted for."""

    email = forms.CharField(
        label=_("Email"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


class PasswordForm(forms.Form):
    """A new password, twice."""

    password = forms.CharField(
        label=_("New password"),
        max_length=200,
        strip=False,
        help_text=_("At least 10 characters."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("New password again"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, patient: Patient, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._patient = patient

    def clean_password(self) -> str:
        """Refuse a password that is too short, common, or like the person's own name."""
        password = str(self.cleaned_data["password"])
        password_validation.validate_password(password, self._patient)  # type: ignore[arg-type]  # reads names
        return password

    def clean(self) -> None:
        """Refuse two that differ."""
        super().clean()
        password, again = self.cleaned_data.get("password"), self.cleaned_data.get("again")
        if password and again and password != again:
            self.add_error("again", _("The two passwords are not the same."))


class CheckoutForm(forms.Form):
    """Where to send the order, and the card. The card's number is looked at and forgotten."""

    cart = forms.UUIDField(widget=forms.HiddenInput)
    total = forms.DecimalField(widget=forms.HiddenInput, max_digits=10, decimal_places=2)
    address1 = forms.CharField(
        label=_("Address"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "address-line1"})
    )
    address2 = forms.CharField(
        label=_("Apartment, suite"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "address-line2"}),
    )
    city = forms.CharField(
        label=_("City"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "address-level2"})
    )
    state = forms.CharField(
        label=_("State or province"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "address-level1"}),
    )
    zipcode = forms.CharField(
        label=_("ZIP or postal code"),
        max_length=16,
        widget=forms.TextInput(attrs={"autocomplete": "postal-code"}),
    )
    card_number = forms.CharField(
        label=_("Card number"),
        max_length=40,
        help_text=_("This is a test checkout: no money moves. Use the test card 4242 4242 4242 4242."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )

    def clean_card_number(self) -> str:
        """Take the test card only."""
        digits = rules.card_digits(str(self.cleaned_data["card_number"]))
        if digits == rules.CARD_THAT_IS_DECLINED:
            raise forms.ValidationError(_("The card was declined. Nothing was charged."))
        if digits not in rules.TEST_CARDS:
            raise forms.ValidationError(_("Only the test card 4242 4242 4242 4242 is taken here."))
        return ""

    def shipped_to(self, *, country: str) -> dict[str, str]:
        """The address that was typed."""
        names = ("address1", "address2", "city", "state", "zipcode")
        return {**{name: str(self.cleaned_data[name]) for name in names}, "country": country}
