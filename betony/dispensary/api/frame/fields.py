"""Reading typed values out of a body whose programs send "2", 2 and 2.0, "true" and true, "" and nothing.

Every reader notes what is wrong instead of stopping; `check()` raises all of it at once.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from email_validator import EmailNotValidError, validate_email

from betony.dispensary.api.frame.answers import Invalid
from betony.kit import email_addresses
from betony.kit.identifiers import read_uuid

_TRUE = {"true", "1", "t", "yes", "on"}
_FALSE = {"false", "0", "f", "no", "off"}
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class Fields:
    """A mapping from outside, read value by value. An empty text counts as nothing."""

    def __init__(self, values: Mapping[str, Any], *, problems: list[str] | None = None) -> None:
        self._values = values
        self.problems = problems if problems is not None else []

    def check(self) -> None:
        """Raise Invalid with every problem noted so far."""
        if self.problems:
            raise Invalid(list(dict.fromkeys(self.problems)))

    def has(self, name: str) -> bool:
        """Tell whether the program sent the field at all, for changes that leave the rest alone."""
        return name in self._values

    def refuse(self, name: str, problem: str) -> None:
        """Note a problem of our own: `refuse("email", "has already been taken")`."""
        self.problems.append(f"{label(name)} {problem}")

    def raw(self, name: str) -> Any:
        """Return the value as it came; None for nothing."""
        value = self._values.get(name)
        return None if isinstance(value, str) and not value.strip() else value

    def _given(self, name: str, *, required: bool) -> Any:
        value = self.raw(name)
        if value is None and required:
            self.refuse(name, "can't be blank")
        return value

    def text(self, name: str, *, required: bool = False, most: int = 255) -> str:
        """Return a trimmed text; numbers and true/false count as text."""
        value = self._given(name, required=required)
        if value is None:
            return ""
        if isinstance(value, bool):
            value = "true" if value else "false"
        elif isinstance(value, int | float):
            value = str(value)
        if not isinstance(value, str) or "\x00" in value or not _is_writable(value):
            self.refuse(name, "is invalid")
            return ""
        if len(value.strip()) > most:
            self.refuse(name, f"is too long (maximum is {most} characters)")
            return ""
        return value.strip()

    def email(self, name: str = "email", *, required: bool = False) -> str:
        """Return an email address in lower case."""
        value = self.text(name, required=required, most=email_addresses.LONGEST)
        if not value:
            return ""
        try:
            validate_email(value, check_deliverability=False, test_environment=True)
        except EmailNotValidError:
            self.refuse(name, "is invalid")
            return ""
        if not email_addresses.fits(value):
            self.refuse(name, f"is too long (maximum is {email_addresses.LONGEST} characters)")
            return ""
        return value.lower()

    def boolean(self, name: str, *, default: bool = False) -> bool:
        """Return true or false; a number above zero is true."""
        value = self.raw(name)
        if value is None:
            return default
        if isinstance(value, bool):
            return value
        if isinstance(value, int | float):
            return value > 0
        word = value.strip().lower() if isinstance(value, str) else ""
        if word in _TRUE or (word.isdecimal() and int(word[:9]) > 0):
            return True
        if word not in _FALSE:
            self.refuse(name, "is invalid")
        return False

    def integer(
        self, name: str, *, required: bool = False, least: int = 0, most: int = 1_000_000
    ) -> int | None:
        """Return a whole number: 2, "2", 2.0 and "2.0" are the same."""
        number = self.decimal(name, required=required)
        if number is None:
            return None
        if number != number.to_integral_value():
            self.refuse(name, "must be an integer")
            return None
        if not least <= number <= most:
            limit = f"greater than or equal to {least}" if number < least else f"less than or equal to {most}"
            self.refuse(name, f"must be {limit}")
            return None
        return int(number)

    def decimal(self, name: str, *, required: bool = False) -> Decimal | None:
        """Return an exact number."""
        value = self._given(name, required=required)
        if value is None:
            return None
        try:
            if isinstance(value, bool) or not isinstance(value, str | int | float) or len(str(value)) > 40:
                raise ValueError("not a number")
            number = Decimal(str(value).strip())
            if not number.is_finite() or abs(number.adjusted()) > 20:
                raise ValueError("not a number we keep")
        except (ValueError, InvalidOperation):
            self.refuse(name, "is not a number")
            return None
        return number

    def date(self, name: str, *, required: bool = False) -> date | None:
        """Return a date written YYYY-MM-DD (a time after it is left out)."""
        value = self.text(name, required=required, most=40)
        if not value:
            return None
        try:
            if not _DATE.match(value):
                raise ValueError("not a date")
            return date.fromisoformat(value[:10])
        except ValueError:
            self.refuse(name, "is invalid")
            return None

    def uuid(self, name: str, *, required: bool = False) -> UUID | None:
        """Return an id."""
        value = self.text(name, required=required)
        if not value:
            return None
        found = read_uuid(value)
        if found is None:
            self.refuse(name, "is invalid")
        return found

    def choice(self, name: str, choices: Sequence[str], *, required: bool = False, default: str = "") -> str:
        """Return one of the choices, whatever its case."""
        value = self.text(name, required=required).lower()
        if not value:
            return default
        if value not in choices:
            self.refuse(name, "is not included in the list")
            return default
        return value

    def inside(self, name: str) -> "Fields":
        """Return the mapping within a field; an empty one when there is none. Problems are shared."""
        value = self.raw(name)
        if value is not None and not isinstance(value, Mapping):
            self.refuse(name, "is invalid")
            value = None
        return Fields(value or {}, problems=self.problems)

    def items(self, name: str, *, most: int = 100) -> list["Fields"]:
        """Return the mappings of a list. Problems are shared."""
        value = self.raw(name)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
            self.refuse(name, "is invalid")
            return []
        if len(value) > most:
            self.refuse(name, f"is too long (maximum is {most} items)")
            return []
        return [Fields(one, problems=self.problems) for one in value]

    def texts(self, name: str, *, most: int = 100) -> list[str]:
        """Return a list of texts; a single text is a list of one."""
        value = self.raw(name)
        if value is None:
            return []
        values = value if isinstance(value, list) else [value]
        if len(values) > most or not all(isinstance(one, str) and _is_writable(one) for one in values):
            self.refuse(name, "is invalid")
            return []
        return [one.strip() for one in values if one.strip()]


def label(name: str) -> str:
    """Return how messages call a field: `First name` for first_name, `Practitioner type` for …_id."""
    words = name.removesuffix("_id").replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def _is_writable(value: str) -> bool:
    """Tell whether PostgreSQL can keep the text: no NUL and no half of a surrogate pair."""
    return "\x00" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)
