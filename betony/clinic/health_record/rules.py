"""What a condition's words mean. Pure: no Django, no clock."""

import re

_STATES = {
    "pregnancy": {"pregnancy", "pregnant", "currently pregnant", "grossesse", "enceinte"},
    "breastfeeding": {
        "breastfeeding", "breast feeding", "lactation", "lactating", "nursing", "allaitement", "allaite",
    },
}  # fmt: skip
_CODES = {
    "icd": re.compile(r"[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?"),
    "snomed": re.compile(r"[1-9][0-9]{5,17}"),
}


def kind_of(name: str) -> str:
    """Return "pregnancy" or "breastfeeding" for a name that says just that, else "condition".

    So a pregnancy that somebody typed as text counts as one.
    """
    words = " ".join(re.sub(r"[^\w]+", " ", name.casefold()).split())
    return next((kind for kind, names in _STATES.items() if words in names), "condition")


def is_code(system: str, code: str) -> bool:
    """Tell whether a code has the form of its system's codes; whether it exists is not looked up."""
    form = _CODES["snomed" if "snomed" in system else "icd"]
    return form.fullmatch(code) is not None
