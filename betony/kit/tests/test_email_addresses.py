"""Addresses that grow when their case is taken away are refused before they reach a column that is too short."""

import pytest
from django import forms
from django.utils import translation

from betony.kit import email_addresses
from betony.kit.ui.email_field import EmailField

DOMAIN = "@" + "a" * 60 + "." + "b" * 60 + ".com"


class OneForm(forms.Form):
    email = EmailField()


@pytest.mark.parametrize("letter", ["İ", "ß", "ΐ"])
def test_an_address_that_grows_past_the_column_does_not_fit(letter: str) -> None:
    assert email_addresses.fits(letter * 50 + "@example.com")
    assert not email_addresses.fits(letter * 100 + DOMAIN)


def test_the_longest_address_fits() -> None:
    assert email_addresses.fits("a" * (254 - len(DOMAIN)) + DOMAIN)
    assert not email_addresses.fits("a" * (255 - len(DOMAIN)) + DOMAIN)


def test_the_field_says_so_beside_itself() -> None:
    # A request before this test may have left its own language behind.
    translation.activate("en")
    form = OneForm({"email": "İ" * 200 + "@example.com"})
    assert form.errors == {"email": ["Enter an email of at most 254 characters."]}
    assert OneForm({"email": "İ" * 20 + "@example.com"}).is_valid()
