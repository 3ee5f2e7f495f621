"""Which demo variants cannot be bought just now."""

from betony.dispensary.catalog.demo import brands
from betony.dispensary.catalog.demo.records import stable_number

_ALWAYS_IN_STOCK = frozenset(
    {
        "alder-ash/magnesium-glycinate-120-mg",
        "fernway/magnesium-citrate-powder",
        "northlight/vitamin-d3-k2-drops",
        "kindling/ashwagandha-root",
        "alder-ash/methyl-b-complex",
        "mirrormere/probiotic-50",
        "fernway/zinc-picolinate-30-mg",
        "quillbrook/iron-bisglycinate-25-mg",
        "pinemarrow/st-johns-wort-300-mg",
        "saltmarsh/fish-oil-1000",
        "saltmarsh/glucosamine-sulfate-750-mg",
        "harrowgate/ginkgo-biloba-120-mg",
        "hearthmoor/garlic-500-mg-odour-controlled",
        "kindling/turmeric-500-mg",
        "wrenfield/vitamin-k2-mk-7-100-mcg",
        "quillbrook/vitamin-e-400-iu-mixed-tocopherols",
        "elmsworth/red-yeast-rice-600-mg",
    }
)
_STATUSES = {
    "northlight/magnesium-l-threonate": ("backordered", 5),
    "ninebark/st-johns-wort-tincture": ("discontinued", None),
    "verrin/nicotinamide-riboside-300-mg": ("vendor backorder", None),
    "elmsworth/butterbur-75-mg": ("unavailable", None),
}


def status_of(sku: str, product_key: str, brand: brands.DemoBrand) -> tuple[str, int | None]:
    """The status of a variant and, where it is backordered with a date, the days until it is back."""
    if not brand.is_available:
        return "discontinued", None
    if product_key in _STATUSES:
        return _STATUSES[product_key]
    chance = stable_number(f"status {sku}", 100)
    if product_key in _ALWAYS_IN_STOCK or chance >= 9:
        return "available", None
    if chance < 4:
        return "backordered", 3 + stable_number(f"back {sku}", 20)
    return ("vendor backorder", "discontinued", "unavailable")[chance % 3], None
