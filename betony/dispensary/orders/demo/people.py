"""Who the demo's patients are. June and Priya are known to the clinic too; all others are invented here."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from betony.dispensary.orders.demo import chance
from betony.dispensary.patients.rules import PatientValues
from betony.dispensary.practices.demo import HARBOUR, LARKSPUR, MEADOWLARK

JUNE = "june.hartley@example.com"
PRIYA = "raman.family@example.com"

NUMBER_OF_OTHERS = {MEADOWLARK: 62, HARBOUR: 18, LARKSPUR: 8}

_WOMEN = (
    "Amara", "Beatriz", "Camille", "Delia", "Edith", "Fatima", "Greta", "Hana", "Imogen", "Jacinta",
    "Keiko", "Leona", "Maribel", "Noor", "Odile", "Petra", "Ruth", "Saoirse", "Thandiwe", "Vera",
)  # fmt: skip
_MEN = (
    "Aldo", "Bashir", "Cormac", "Desmond", "Emil", "Farid", "Gideon", "Hugo", "Ivo", "Joaquín",
    "Kenji", "Lucian", "Malik", "Nils", "Oren", "Pascal", "Rafael", "Stellan", "Tomás", "Wendell",
)  # fmt: skip
_LAST = (
    "Abernathy", "Bianchi", "Castellanos", "Dubois", "Eriksen", "Fontaine", "Grant", "Haddad", "Ibarra",
    "Jensen", "Kowalczyk", "Larkin", "MacLeod", "Nguyen", "O'Rourke", "Pereira", "Quintero", "Rasmussen",
    "Sandoval", "Tanaka", "Underhill", "Vasquez", "Whitaker", "Yamamoto", "Zieliński",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DemoPatient:
    """A patient, and how long before today the practice added them."""

    key: str
    values: PatientValues
    days_known: int


def patients_of(slug: str, *, today: date) -> Iterator[DemoPatient]:
    """Every patient of one of the demo's dispensaries."""
    if slug == MEADOWLARK:
        yield DemoPatient(JUNE, _june(), 330)
        yield DemoPatient(PRIYA, _priya(), 150)
    for place in range(NUMBER_OF_OTHERS[slug]):
        yield _other(f"patient {place} of {slug}", today)


def _june() -> PatientValues:
    return PatientValues(
        first_name="June", last_name="Hartley", email=JUNE, date_of_birth=date(1979, 3, 14),
        gender="female", mobile_number="+16075550114",
    )  # fmt: skip


def _priya() -> PatientValues:
    return PatientValues(
        first_name="Priya", last_name="Raman", email=PRIYA, date_of_birth=date(1985, 6, 9), gender="female",
        mobile_number="+16075550162", discount=5,
    )  # fmt: skip


def _other(key: str, today: date) -> DemoPatient:
    is_woman = chance.happens(f"{key} is a woman", 60)
    first = chance.one_of(f"{key} first", _WOMEN if is_woman else _MEN)
    last = chance.one_of(f"{key} last", _LAST)
    born = today - timedelta(days=365 * 19 + chance.number(f"{key} born", 365 * 62))
    has_phone = chance.happens(f"{key} phone", 70)
    digits = chance.number(f"{key} digits", 100)
    values = PatientValues(
        first_name=first,
        last_name=last,
        # The number in it keeps namesakes apart; example.net has no mailboxes.
        email=f"{_plain(first)}.{_plain(last)}{chance.number(key, 900) + 100}@example.net",
        date_of_birth=born if chance.happens(f"{key} tells birthday", 85) else None,
        gender=("female" if is_woman else "male") if chance.happens(f"{key} tells gender", 80) else "",
        mobile_number=f"+160755501{digits:02d}" if has_phone else "",
        discount=chance.one_of(f"{key} discount", (0, 0, 0, 5, 10)),
    )
    return DemoPatient(key, values, 30 + chance.number(f"{key} known", 340))


def _plain(name: str) -> str:
    changed = name.lower().replace("'", "").replace("ń", "n").replace("á", "a").replace("í", "i")
    return changed.replace(" ", "")
