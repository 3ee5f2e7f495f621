"""One person of the demo as a row: the fixed ones, and the invented ones made from a seed."""

import datetime
import random
from collections.abc import Iterator, Mapping
from typing import Any

from betony.clinic.patients import resemblance, rules
from betony.clinic.patients.demo import words

Values = dict[str, Any]

# So many tell more than who they are and how to reach them.
TOLD_MUCH = 200

# Meadowlark's people that stories and tests are told with (contract.md 4).
FIXED: list[Values] = [
    {
        "key": "june.hartley", "first_name": "June", "last_name": "Hartley", "preferred_name": "Junie",
        "date_of_birth": datetime.date(1979, 3, 14), "sex": "female", "pronouns": "she/her",
        "email": "june.hartley@example.com", "mobile_phone_typed": "(607) 555-0142", "occupation": "Teacher",
        "marital_status": "married", "address_line_1": "31 Cayuga Street", "contact_method": "email",
        "emergency_name": "Daniel Hartley", "emergency_relation": "husband",
        "emergency_phone": "(607) 555-0143", "primary_care_physician": "Dr. Lila Benedetti",
        "referral_source": "A friend", "practitioner": "nina.alvarez@meadowlark.example",
        "tags": ("fatigue program",), "email_consent": "agreed", "text_consent": "agreed",
        "shares_with_dispensary": "agreed", "portal_access": True,
    },
    {
        "key": "omar.reyes", "first_name": "Omar", "last_name": "Reyes",
        "date_of_birth": datetime.date(1988, 11, 2), "sex": "male", "pronouns": "he/him",
        "email": "omar.reyes@example.com", "mobile_phone_typed": "607-555-0117", "occupation": "Electrician",
        "address_line_1": "9 Quarry Street", "emergency_name": "Lucía Reyes", "emergency_relation": "sister",
        "emergency_phone": "(607) 555-0118", "practitioner": "nina.alvarez@meadowlark.example",
        "tags": ("warfarin",),
    },
    {
        "key": "priya.raman", "first_name": "Priya", "last_name": "Raman",
        "date_of_birth": datetime.date(1985, 6, 9), "sex": "female", "pronouns": "she/her",
        "email": "raman.family@example.com", "mobile_phone_typed": "(607) 555-0126",
        "occupation": "Architect", "address_line_1": "112 Hillcrest Road", "email_consent": "agreed",
        "shares_with_dispensary": "agreed", "practitioner": "sam.okafor@meadowlark.example",
        "portal_access": True,
    },
    {
        "key": "mia.raman", "first_name": "Mia", "last_name": "Raman",
        "date_of_birth": datetime.date(2015, 1, 23), "sex": "female", "email": "raman.family@example.com",
        "address_line_1": "112 Hillcrest Road", "guardian": "Priya Raman (mother), (607) 555-0126",
        "next_of_kin_name": "Priya Raman", "next_of_kin_relation": "mother",
        "next_of_kin_phone": "(607) 555-0126", "practitioner": "sam.okafor@meadowlark.example",
    },
    {
        "key": "zoe.nakamura-obrien", "first_name": "Zoë", "last_name": "Nakamura-O'Brien",
        "date_of_birth": datetime.date(1992, 2, 29), "sex": "x", "pronouns": "they/them",
        "gender_identity": "non-binary", "email": "zoe@example.com", "mobile_phone_typed": "(607) 555-0161",
        "occupation": "Designer", "address_line_1": "4 Gorge View", "email_consent": "agreed",
        "practitioner": "dana.whitfield@meadowlark.example", "portal_access": True,
    },
    {
        "key": "harold.pike", "first_name": "Harold", "last_name": "Pike",
        "date_of_birth": datetime.date(1951, 8, 30), "sex": "male", "pronouns": "he/him",
        "home_phone_typed": "(607) 555-0105", "contact_method": "phone", "occupation": "Retired",
        "marital_status": "widowed", "address_line_1": "77 Falls Road", "next_of_kin_name": "Ellen Pike",
        "next_of_kin_relation": "daughter", "next_of_kin_phone": "(607) 555-0106",
        "practitioner": "nina.alvarez@meadowlark.example", "tags": ("senior",),
    },
]  # fmt: skip


def fixed() -> Iterator[Values]:
    """Yield the people of the stories."""
    for person in FIXED:
        yield {"city": "Ithaca", "region": "NY", "postal_code": "14850", "country": "US", **person}


def invented(country: str, practitioners: list[str], *, count: int, seed: str) -> Iterator[Values]:
    """Yield so many invented people; the same seed gives the same people, and the first ones stay the same."""
    taken = {rules.email_key(str(person.get("email", ""))) for person in FIXED}
    for number in range(count):
        # One generator a person, so that nobody changes when the count does.
        chance = random.Random(f"{seed} {number}")  # noqa: S311  (invented people, not secrets)
        person = _person(chance, number, country)
        person["practitioner"] = chance.choice(practitioners)
        person["email"] = _email(person, number, taken) if chance.random() > 0.04 else ""
        if not person["email"]:
            person["contact_method"] = "phone"
        yield person


def _person(chance: random.Random, number: int, country: str) -> Values:
    sex = chance.choices(("female", "male", "x", "unknown"), (56, 41, 2, 1))[0]
    first = chance.choice(words.MEN if sex == "male" else words.WOMEN)
    born = datetime.date(1936, 1, 1) + datetime.timedelta(days=int(chance.triangular(0, 32400, 17500)))
    city, region, postal_code = chance.choice(words.PLACES[country])
    person: Values = {
        "key": f"invented {number}",
        "first_name": first,
        "last_name": _surname(chance),
        "date_of_birth": born,
        "sex": sex,
        "mobile_phone_typed": _phone(number, country),
        "address_line_1": f"{chance.randint(1, 480)} {chance.choice(words.STREETS)}",
        "city": city,
        "region": region,
        "postal_code": postal_code,
        "country": country,
        "contact_method": chance.choice(("", "email", "text", "phone")),
    }
    if number < TOLD_MUCH:
        _sometimes(chance, person)
    elif chance.random() < 0.03:
        person["is_active"] = False
    if born.year >= 2009:
        person |= {
            "guardian": f"{chance.choice(words.WOMEN)} {person['last_name']} (mother)",
            "occupation": "",
        }
    return person


def _sometimes(chance: random.Random, person: Values) -> None:
    """Fill in what only some people tell."""
    first = str(person["first_name"])
    maybe: Mapping[str, tuple[float, Any]] = {
        "preferred_name": (0.5, words.NICKNAMES.get(first, "")),
        "middle_name": (0.15, chance.choice(words.WOMEN if person["sex"] == "female" else words.MEN)),
        "pronouns": (0.3, {"female": "she/her", "male": "he/him"}.get(person["sex"], "they/them")),
        "occupation": (0.6, chance.choice(words.OCCUPATIONS)),
        "preferred_language": (0.08, chance.choice(words.LANGUAGES)),
        "emergency_name": (0.4, f"{chance.choice(words.MEN)} {person['last_name']}"),
        "referral_source": (0.35, chance.choice(words.REFERRALS)),
        "primary_care_physician": (0.45, chance.choice(words.PHYSICIANS)),
        "marital_status": (0.5, chance.choice(("single", "married", "partnered", "divorced"))),
        "tags": (0.22, (chance.choice(_fitting_tags(person)),)),
        "email_consent": (0.7, chance.choices(("agreed", "refused"), (95, 5))[0]),
        "text_consent": (0.6, chance.choices(("agreed", "refused"), (80, 20))[0]),
        "shares_with_dispensary": (0.5, chance.choices(("agreed", "refused"), (94, 6))[0]),
        "is_active": (0.03, False),
        "portal_access": (0.3, True),
    }
    for name, (share, value) in maybe.items():
        if chance.random() < share:
            person[name] = value
    if person.get("emergency_name"):
        person["emergency_relation"] = chance.choice(words.RELATIONS)


def _fitting_tags(person: Values) -> list[str]:
    year, sex = person["date_of_birth"].year, person["sex"]
    is_fitting = {"senior": year < 1958, "prenatal": sex == "female" and 1982 <= year <= 2004}
    return [tag for tag in words.TAGS if is_fitting.get(tag, True)]


def _surname(chance: random.Random) -> str:
    one = chance.choice(words.SURNAMES)
    return f"{one}-{chance.choice(words.SURNAMES)}" if chance.random() < 0.04 else one


def _phone(number: int, country: str) -> str:
    codes = words.AREA_CODES[country]
    # The stories' people have numbers of the first area code: the invented ones start with the second.
    return f"({codes[(number // 100 + 1) % len(codes)]}) 555-01{number % 100:02}"


def _email(person: Values, number: int, taken: set[str]) -> str:
    name = f"{person['first_name']}.{person['last_name']}".replace(" ", "")
    plain = "".join(resemblance.fold(part) if part != "." else "." for part in _parts(name))
    email = f"{plain}@example.com"
    if number >= TOLD_MUCH or email in taken:
        email = f"{plain}{number}@example.com"
    taken.add(email)
    return email


def _parts(name: str) -> list[str]:
    first, _dot, last = name.partition(".")
    return [first, ".", last]
