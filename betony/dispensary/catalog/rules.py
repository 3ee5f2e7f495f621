"""What a product's state is, in the words of the API. Pure."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

AVAILABLE = "available"
DISCONTINUED = "discontinued"
BACKORDERED = "backordered"
UNAVAILABLE = "unavailable"
VENDOR_BACKORDER = "vendor backorder"
VARIANT_STATUSES = (AVAILABLE, DISCONTINUED, BACKORDERED, UNAVAILABLE, VENDOR_BACKORDER)

LONGEST_QUERY = 120
MOST_WORDS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Dosage:
    """How much of a product is taken, when and for how long, in the words of the API."""

    amount: str = ""
    frequency: str = ""
    duration: str = ""
    format: str = ""
    additional_info: str = ""


def product_status(variant_statuses: Iterable[str]) -> str:
    """Available when any size is, else backordered when any size is, else unavailable."""
    statuses = set(variant_statuses)
    return next((status for status in (AVAILABLE, BACKORDERED) if status in statuses), UNAVAILABLE)


def availability(status: str, expected_back_date: date | None, today: date) -> str:
    """The words shown for a variant's status: `In Stock`, `Back in 5 days`, `Backordered`, `n/a`.

    They are part of the API, where clients compare them, so they are never translated.
    """
    if status == BACKORDERED and expected_back_date is not None and expected_back_date > today:
        days = (expected_back_date - today).days
        return f"Back in {days} day{'' if days == 1 else 's'}"
    words = {
        AVAILABLE: "In Stock",
        BACKORDERED: "Backordered",
        VENDOR_BACKORDER: "Vendor backorder",
        DISCONTINUED: "Discontinued",
    }
    return words.get(status, "n/a")


def can_be_ordered(status: str) -> bool:
    """Whether a patient may put the variant in a cart: a backordered one is sent when it is back."""
    return status in (AVAILABLE, BACKORDERED)


def search_words(text: str) -> list[str]:
    """The words to look for: lower case, without accents, each once, at most eight of them.

    A full stop ends an abbreviation and belongs to no word: St. John's wort is St John's wort.
    """
    words = (word.rstrip(".") for word in plain(text[:LONGEST_QUERY]).split())
    return list(dict.fromkeys(word for word in words if word))[:MOST_WORDS]


def plain(text: str) -> str:
    """Text as it is stored for search: lower case, accents and apostrophes gone, one space between words."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    kept = (" " if char in "-/,;()" else char for char in decomposed if not unicodedata.combining(char))
    return " ".join("".join(char for char in kept if char not in "'’\x00").split())
