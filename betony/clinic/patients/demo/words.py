"""What invented people are made of. Nobody real is meant; phones are 555-01xx, emails example.com."""

import tomllib
from pathlib import Path

_LISTS = tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))


def _list(name: str) -> list[str]:
    return [entry.strip() for entry in " ".join(_LISTS[name].split()).split("|")]


WOMEN = _list("women")
MEN = _list("men")
SURNAMES = _list("surnames")
STREETS = _list("streets")
OCCUPATIONS = _list("occupations")
LANGUAGES = (
    "Spanish",
    "French",
    "Mandarin",
    "Cantonese",
    "Vietnamese",
    "Arabic",
    "Punjabi",
    "Portuguese",
    "Korean",
)
RELATIONS = ("spouse", "mother", "father", "sister", "brother", "daughter", "son", "partner", "friend")
REFERRALS = (
    "A friend", "Their physician", "The clinic’s website", "A colleague", "Community talk", "Yoga studio",
    "Insurance directory",
)  # fmt: skip
PHYSICIANS = (
    "Dr. Amelia Strand",
    "Dr. Peter Osgood",
    "Dr. Lila Benedetti",
    "Dr. Hugh Carraway",
    "Dr. Ines Fortier",
)
TAGS = (
    "fatigue program", "intake due", "sleep program", "prenatal", "sports", "senior", "new patient",
    "gut health program", "migraine group",
)  # fmt: skip
NICKNAMES = {
    "Abigail": "Abby", "Alejandra": "Ale", "Beatrice": "Bea", "Benjamin": "Ben", "Charlotte": "Charlie",
    "Eleanor": "Nell", "Evelyn": "Evie", "Francisco": "Paco", "Gabriela": "Gaby", "Guadalupe": "Lupe",
    "Josephine": "Jo", "José": "Pepe", "Judith": "Judy", "Marguerite": "Maggie", "Mohammed": "Mo",
    "Nathaniel": "Nate", "Patrick": "Paddy", "Samir": "Sam", "Theodore": "Theo", "Thomas": "Tom",
    "Tobias": "Toby", "Valentina": "Val", "Zachary": "Zach",
}  # fmt: skip
PLACES = {
    "US": (
        ("Ithaca", "NY", "14850"), ("Cortland", "NY", "13045"), ("Elmira", "NY", "14901"),
        ("Binghamton", "NY", "13901"), ("Geneva", "NY", "14456"), ("Syracuse", "NY", "13202"),
        ("Trumansburg", "NY", "14886"), ("Corning", "NY", "14830"),
    ),
    "CA": (
        ("Vancouver", "BC", "V6B 1A1"), ("Burnaby", "BC", "V5H 2A9"), ("Richmond", "BC", "V6X 1A1"),
        ("North Vancouver", "BC", "V7M 1A2"), ("New Westminster", "BC", "V3L 1A1"), ("Surrey", "BC", "V3T 1A1"),
        ("Victoria", "BC", "V8W 1A1"), ("Coquitlam", "BC", "V3B 1A1"),
    ),
}  # fmt: skip
AREA_CODES = {"US": ("607", "315", "585", "716", "518", "845", "914"), "CA": ("604", "778", "236", "250")}
