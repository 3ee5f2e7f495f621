"""What names, e-mails, phones and dates of patients look like once read. Pure: no Django or network."""


def email_key(email: str) -> str:
    """Return the form in which two e-mail addresses are the same: trimmed and case-folded."""
    return email.strip().casefold()
