"""What patients type at the shop."""

from django import forms
from django.utils.translation import gettext_lazy as _

from betony.dispensary.orders import rules


class LinkForm(forms.Form):
    """The email a link is wanted for."""

    email = forms.CharField(
        label=_("Email"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


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
        """Take the test card only, and refuse others by ValidationError."""
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
