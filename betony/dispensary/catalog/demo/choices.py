"""What the demo's dispensaries have made of the catalogue: favourites, refusals, saved dosages."""

from betony.dispensary.catalog.rules import Dosage

# What Meadowlark Dispensary has decided its patients do not get: found nowhere in its search.
NOT_PERMITTED_AT_MEADOWLARK = (
    "rowan/kava-100-mg",
    "sunder/dhea-25-mg",
    "prairie/dhea-10-mg",
    "kindling/mucuna-400-mg",
    "verrin/lithium-orotate-5-mg",
    "wrenfield/lithium-orotate-1-mg",
)

# The favourites categories of the demo's practitioners. Kava stands there from before it was refused.
FAVOURITES = {
    "Everyday basics": (
        "northlight/vitamin-d3-k2-drops",
        "alder-ash/magnesium-glycinate-120-mg",
        "saltmarsh/fish-oil-1000",
        "northlight/daily-two-multivitamin",
    ),
    "Sleep and calm": (
        "alder-ash/magnesium-glycinate-120-mg",
        "kindling/ashwagandha-root",
        "quillbrook/l-theanine-200-mg",
        "thistlemere/sleep-well-botanicals",
        "rowan/kava-100-mg",
    ),
    "Digestion": (
        "mirrormere/probiotic-50",
        "brackenfold/digestive-enzymes-plus",
        "copperfinch/l-glutamine-powder",
        "ember-oat/psyllium-husk-powder",
    ),
    "Winter": (
        "fernway/zinc-picolinate-30-mg",
        "sorrel/vitamin-c-500-mg",
        "rowan/elderberry-syrup",
        "ninebark/echinacea-tincture",
    ),
}

# What Nina Alvarez has saved in place of labels.
DOSAGES = {
    "alder-ash/magnesium-glycinate-120-mg": Dosage(
        amount="2",
        frequency="once per day",
        duration="90",
        format="capsule",
        additional_info="at bedtime, with water",
    ),
    "northlight/vitamin-d3-k2-drops": Dosage(
        amount="1", frequency="every morning", duration="ongoing", format="drops", additional_info="with food"
    ),
}
