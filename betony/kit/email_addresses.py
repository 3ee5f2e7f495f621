"""What an email address may be, wherever it is typed. Pure."""

LONGEST = 254


def fits(address: str) -> bool:
    """Tell whether an address can be kept as it is, and in the forms in which addresses are compared.

    A letter can grow when its case is taken away: İ and ß become two characters.
    """
    trimmed = address.strip()
    return max(len(form) for form in (trimmed, trimmed.lower(), trimmed.casefold())) <= LONGEST
