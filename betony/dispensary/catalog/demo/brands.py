"""The invented brands of the demo catalogue. No name here belongs to a company that makes supplements."""

from dataclasses import dataclass

_US_AND_CANADA = ("US", "CA")


@dataclass(frozen=True, slots=True)
class DemoBrand:
    """One invented brand: how it looks, where it is sold, what it claims and how dear it is."""

    key: str
    name: str
    prefix: str
    colour: str
    claims: str  # what all its products are free of, as far as their contents allow
    certifications: str  # what it says of all its products
    price_percent: int = 100  # against the price written in the table
    countries: tuple[str, ...] = _US_AND_CANADA
    is_available: bool = True


_CLASSIC = "soy dairy gluten"
_STRICT = "soy dairy gluten egg peanut tree-nut wheat shellfish fish corn"
_PLAIN = "gluten dairy"
_CLEAN = "gluten soy sugar dairy wheat"

DEMO_BRANDS: tuple[DemoBrand, ...] = (
    DemoBrand("alder-ash", "Alder & Ash", "ALA", "#6b4f8a", _CLASSIC, "tested"),
    DemoBrand("fernway", "Fernway Labs", "FWL", "#2f7d4f", _CLASSIC, "tested non-gmo"),
    DemoBrand("northlight", "Northlight", "NLT", "#27508c", _STRICT, "tested metals", 108),
    DemoBrand("harrowgate", "Harrowgate Botanicals", "HGB", "#4c6b2f", _CLEAN, "organic"),
    DemoBrand("tamarack", "Tamarack Hollow", "TMH", "#8a4b2a", _PLAIN, "non-gmo", 94),
    DemoBrand("quillbrook", "Quillbrook", "QLB", "#345e6e", _CLASSIC, "tested", 97),
    DemoBrand("saltmarsh", "Saltmarsh & Skerry", "SMS", "#1f6b7a", _CLASSIC, "tested metals", 106),
    DemoBrand("copperfinch", "Copperfinch", "CPF", "#a0572c", _CLEAN, "tested sport", 103),
    DemoBrand("ninebark", "Ninebark & Rue", "NBR", "#7a3554", _CLEAN, "organic", 105),
    DemoBrand("bellwether", "Bellwether Row", "BWR", "#53618c", _PLAIN, "tested", 92),
    DemoBrand("thistlemere", "Thistlemere", "THM", "#6c5a9c", _CLASSIC, "organic non-gmo"),
    DemoBrand("wrenfield", "Wrenfield Clinical", "WRF", "#3d5a80", _STRICT, "tested metals", 115),
    DemoBrand("loamhouse", "Loamhouse", "LMH", "#6a5039", _CLEAN, "organic tested"),
    DemoBrand("pinemarrow", "Pinemarrow Apothecary", "PMA", "#335c3f", _PLAIN, "organic", 98),
    DemoBrand("brackenfold", "Brackenfold", "BKF", "#5f7a34", _CLASSIC, "tested"),
    DemoBrand("hearthmoor", "Hearthmoor", "HTM", "#8c3f3f", _PLAIN, "non-gmo", 90),
    DemoBrand("cloudberry", "Cloudberry Quay", "CBQ", "#c0672a", _CLEAN, "non-gmo", 101),
    DemoBrand("tidewarden", "Tidewarden", "TDW", "#15577a", _PLAIN, "tested metals", 99),
    DemoBrand("verrin", "Verrin Labs", "VRN", "#424b54", _STRICT, "tested sport metals", 118),
    DemoBrand("osprey", "Osprey Lane", "OSL", "#4a6d7c", _CLASSIC, "tested", 95),
    DemoBrand("little-heron", "Little Heron", "LHN", "#d08a1f", _STRICT, "tested", 102),
    DemoBrand("fallowmere", "Fallowmere", "FLM", "#8f5d77", _CLASSIC, "tested"),
    DemoBrand("sorrel", "Sorrel Street", "SRL", "#b0413e", _PLAIN, "", 84),
    DemoBrand("elmsworth", "Elmsworth", "ELM", "#3f6f5f", _STRICT, "tested metals", 110),
    DemoBrand("kindling", "Kindling Root", "KDR", "#a3521d", _CLEAN, "organic", 96),
    DemoBrand("aspenhythe", "Aspenhythe", "ASP", "#4f7f7a", _CLASSIC, "tested non-gmo", 104),
    DemoBrand("dunlin", "Dunlin Bay", "DNB", "#2b6777", _PLAIN, "metals", 93),
    DemoBrand("cairnholt", "Cairnholt", "CRN", "#5b5b66", _STRICT, "tested sport", 109),
    DemoBrand("boreal", "Boreal Kin", "BRK", "#2e5d5a", _CLASSIC, "non-gmo", 100, ("CA",)),
    DemoBrand("lac-dore", "Lac Doré Nutrition", "LDN", "#a67c1a", _PLAIN, "tested", 98, ("CA",)),
    DemoBrand("prairie", "Prairie Wicket", "PRW", "#7d7a2c", _PLAIN, "", 88, ("US",)),
    DemoBrand("rowan", "Rowan Tide", "RWT", "#9b2f4d", _CLASSIC, "organic", 102),
    DemoBrand("sunder", "Sunder Creek", "SDC", "#45597a", _PLAIN, "tested", 91, ("US",)),
    DemoBrand("mirrormere", "Mirrormere", "MRM", "#5a4a8c", _STRICT, "tested", 107),
    DemoBrand("ember-oat", "Ember & Oat", "EOT", "#b5762d", _CLEAN, "organic sport", 99),
    DemoBrand("half-moon", "Half Moon Orchard", "HMO", "#7b6f52", _PLAIN, "", 90, is_available=False),
)

BRANDS_BY_KEY = {brand.key: brand for brand in DEMO_BRANDS}
