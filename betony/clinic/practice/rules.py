"""What a practitioner's numbers must look like, who may write for whom, and what a place says of itself. Pure."""

from dataclasses import dataclass

from betony.clinic.accounts.permissions import Role

# 45 CFR 162.406 and CMS, "Requirements for National Provider Identifier (NPI) and NPI Check Digit":
# the tenth digit is a Luhn check digit over the prefix 80840 (80 health, 840 United States) and the first
# nine digits.
NPI_PREFIX = "80840"
NPI_DIGITS = 10

PROVINCES = ("AB", "BC", "MB", "NB", "NL", "NS", "NT", "NU", "ON", "PE", "QC", "SK", "YT")

# Who writes prescriptions as themselves, given an active practitioner profile.
ROLES_THAT_WRITE_AS_THEMSELVES = frozenset({Role.OWNER, Role.PRACTITIONER})
ROLES_THAT_MAY_BE_DELEGATED_TO = frozenset({Role.CLINICAL_STAFF})


def is_npi(text: str) -> bool:
    """Tell whether the text is ten digits of which the last is the check digit of the others."""
    if len(text) != NPI_DIGITS or not (text.isascii() and text.isdigit()):
        return False
    return text[-1] == npi_check_digit(text[:-1])


def npi_check_digit(first_nine: str) -> str:
    """Return the digit that completes the first nine digits of an NPI."""
    total = 0
    for place, character in enumerate(reversed(NPI_PREFIX + first_nine)):
        digit = int(character)
        if place % 2 == 0:
            digit = digit * 2 - 9 if digit > 4 else digit * 2
        total += digit
    return str(-total % 10)


def display_name(*, full_name: str, credential: str) -> str:
    """Return how a practitioner is named on a page: Nina Alvarez, ND."""
    return f"{full_name}, {credential}" if credential else full_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where somebody works, as every page needs it. Without a name they work nowhere in particular."""

    name: str = ""
    time_zone: str = ""
    date_pattern: str = ""
    has_others: bool = False
