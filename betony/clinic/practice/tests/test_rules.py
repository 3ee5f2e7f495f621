"""NPIs and display names."""

import pytest

from betony.clinic.practice import rules


@pytest.mark.parametrize("npi", ["1234567893", "1245319599"])
def test_an_npi_with_its_check_digit_is_accepted(npi):
    # 1234567893 is the worked example of the CMS document.
    assert rules.is_npi(npi)


@pytest.mark.parametrize(
    "npi", ["1234567890", "123456789", "12345678930", "123456789X", "", "\uff11234567893"]
)
def test_other_texts_are_no_npi(npi):
    assert not rules.is_npi(npi)


def test_a_practitioner_is_named_with_the_credential():
    assert rules.display_name(full_name="Nina Alvarez", credential="ND") == "Nina Alvarez, ND"
    assert rules.display_name(full_name="Nina Alvarez", credential="") == "Nina Alvarez"
