"""The form field for an email address that will be kept."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from betony.kit import email_addresses


def check_fits(address: str) -> None:
    """Pass when the address can be kept in every form of it; else raise ValidationError."""
    if not email_addresses.fits(address):
        raise ValidationError(
            _("Enter an email of at most %(most)s characters."),
            code="too_long",
            params={"most": email_addresses.LONGEST},
        )


class EmailField(forms.EmailField):
    """An email address, typed as people write it."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", email_addresses.LONGEST)
        super().__init__(**kwargs)
        self.validators.append(check_fits)
