"""Every ingredient of the demo catalogue with its supplement type, allergens and cautions."""

_TYPES: dict[str, str] = {
    "vitamins": """
        vitamin-a thiamin riboflavin niacin niacinamide pantothenic-acid vitamin-b6 folate
        vitamin-b12 biotin vitamin-c vitamin-d3 vitamin-e tocotrienols vitamin-k1 vitamin-k2 choline inositol
    """,
    "minerals": """
        magnesium calcium zinc copper iron selenium iodine potassium sodium chromium manganese molybdenum
        boron silica lithium strontium chloride
    """,
    "amino acids": """
        l-theanine l-glutamine l-lysine l-tyrosine acetyl-l-carnitine l-arginine l-citrulline
        taurine glycine n-acetylcysteine glutathione gaba 5-htp l-tryptophan creatine
        sam-e branched-chain-amino-acids
    """,
    "essential fatty acids": """
        fish-oil epa dha krill-oil cod-liver-oil algal-oil flaxseed-oil evening-primrose-oil borage-oil
        black-seed-oil mct-oil gla sea-buckthorn-oil
    """,
    "herbs and botanicals": """
        ashwagandha rhodiola ginseng eleuthero holy-basil ginkgo garlic turmeric curcumin ginger boswellia
        st-johns-wort valerian passionflower lemon-balm chamomile hops kava skullcap echinacea elderberry
        astragalus andrographis goldenseal olive-leaf oregano-oil milk-thistle dandelion artichoke burdock
        berberine cinnamon gymnema saw-palmetto nettle pygeum chasteberry black-cohosh
        dong-quai red-clover raspberry-leaf maca tribulus red-yeast-rice hawthorn cayenne feverfew butterbur
        white-willow devils-claw cats-claw licorice dgl slippery-elm marshmallow-root peppermint-oil
        bacopa gotu-kola mucuna schisandra cranberry uva-ursi d-mannose horsetail green-tea grape-seed
        pine-bark bilberry saffron senna thyme ivy-leaf black-walnut wormwood
        clove triphala guggul tart-cherry aloe-vera arnica
    """,
    "mushrooms": "reishi lions-mane cordyceps turkey-tail chaga shiitake maitake",
    "probiotics": """
        lactobacillus-acidophilus lactobacillus-rhamnosus lactobacillus-plantarum lactobacillus-reuteri
        bifidobacterium-lactis bifidobacterium-longum bifidobacterium-infantis saccharomyces-boulardii
        bacillus-coagulans
    """,
    "digestive enzymes": """
        amylase protease lipase lactase cellulase bromelain ox-bile betaine-hydrochloride pepsin
        dpp-iv serrapeptase nattokinase pancreatin
    """,
    "fibre": "psyllium-husk partially-hydrolysed-guar acacia-fibre flaxseed",
    "antioxidants": """
        coenzyme-q10 ubiquinol alpha-lipoic-acid resveratrol quercetin astaxanthin lutein zeaxanthin
        lycopene pqq nicotinamide-riboside sulforaphane rutin citrus-bioflavonoids
        melatonin activated-charcoal chlorella spirulina
    """,
    "joint nutrients": """
        glucosamine chondroitin msm hyaluronic-acid collagen marine-collagen undenatured-collagen
        eggshell-membrane
    """,
    "proteins": "whey-protein pea-protein rice-protein hemp-protein bone-broth-protein oat-protein colostrum",
    "hormone support": "dhea diindolylmethane calcium-d-glucarate phosphatidylserine soy-isoflavones",
    "phospholipids": "phosphatidylcholine sunflower-lecithin soy-lecithin",
}

_NAMES = {
    "st-johns-wort": "St John's wort",
    "devils-claw": "Devil's claw",
    "cats-claw": "Cat's claw",
    "lions-mane": "Lion's mane",
    "coenzyme-q10": "Coenzyme Q10",
    "epa": "EPA (eicosapentaenoic acid)",
    "dha": "DHA (docosahexaenoic acid)",
    "gla": "GLA (gamma-linolenic acid)",
    "mct-oil": "MCT oil",
    "gaba": "GABA",
    "5-htp": "5-HTP",
    "sam-e": "SAM-e",
    "dgl": "Deglycyrrhizinated licorice",
    "msm": "MSM (methylsulfonylmethane)",
    "pqq": "PQQ",
    "dhea": "DHEA",
    "dpp-iv": "DPP-IV protease",
    "n-acetylcysteine": "N-acetylcysteine",
    "acetyl-l-carnitine": "Acetyl-L-carnitine",
    "calcium-d-glucarate": "Calcium D-glucarate",
    "d-mannose": "D-mannose",
    "partially-hydrolysed-guar": "Partially hydrolysed guar gum",
    "undenatured-collagen": "Undenatured type II collagen",
    "marine-collagen": "Marine collagen peptides",
    "collagen": "Bovine collagen peptides",
}

# What a product with this ingredient contains, and from which source: it never claims to be free of it.
CONTAINED_ALLERGENS: dict[str, tuple[str, str]] = {
    "fish-oil": ("fish", "anchovy, sardine"),
    "cod-liver-oil": ("fish", "cod"),
    "marine-collagen": ("fish", "cod, haddock"),
    "krill-oil": ("shellfish", "krill"),
    "glucosamine": ("shellfish", "shrimp, crab"),
    "whey-protein": ("dairy", "milk"),
    "colostrum": ("dairy", "milk"),
    "soy-isoflavones": ("soy", "soybeans"),
    "soy-lecithin": ("soy", "soybeans"),
    "nattokinase": ("soy", "fermented soybeans"),
    "eggshell-membrane": ("egg", "eggshell"),
}

# Ingredients of animal origin: a product with one of them is never called vegan.
ANIMAL_INGREDIENTS = frozenset(
    [
        "fish-oil",
        "cod-liver-oil",
        "marine-collagen",
        "krill-oil",
        "glucosamine",
        "whey-protein",
        "colostrum",
        "eggshell-membrane",
        "collagen",
        "undenatured-collagen",
        "chondroitin",
        "bone-broth-protein",
        "ox-bile",
        "pepsin",
        "pancreatin",
        "vitamin-d3",
    ]
)

_THINNERS = "Ask your practitioner before use if you take blood-thinning medicine."
_SEDATION = "May cause drowsiness; do not drive until you know how it affects you."
CAUTIONS: dict[str, str] = {
    "ginkgo": _THINNERS,
    "garlic": _THINNERS,
    "turmeric": _THINNERS,
    "curcumin": _THINNERS,
    "vitamin-k1": _THINNERS,
    "vitamin-k2": _THINNERS,
    "vitamin-e": _THINNERS,
    "fish-oil": _THINNERS,
    "nattokinase": _THINNERS,
    "dong-quai": _THINNERS,
    "red-yeast-rice": "Ask your practitioner before use if you take medicine for cholesterol.",
    "st-johns-wort": "May change how many medicines work, birth control and blood thinners among them.",
    "iron": "Keep out of reach of children: too much iron is dangerous to them.",
    "valerian": _SEDATION,
    "kava": _SEDATION,
    "melatonin": _SEDATION,
    "5-htp": "Do not combine with antidepressants without advice.",
    "sam-e": "Do not combine with antidepressants without advice.",
    "licorice": "May raise blood pressure with long use.",
    "berberine": "Not for use during pregnancy.",
    "ashwagandha": "Not for use during pregnancy.",
    "senna": "Not for use longer than one week without advice.",
}


def ingredient_types() -> dict[str, str]:
    """Every ingredient key with the name of its supplement type, in the order of the table."""
    return {key: kind for kind, keys in _TYPES.items() for key in keys.split()}


def supplement_type_names() -> list[str]:
    """The supplement types of single ingredients, and multivitamins, which no single ingredient makes."""
    return [*_TYPES, "multivitamins"]


def ingredient_name(key: str) -> str:
    """The name on the label: `vitamin-b12` is Vitamin B12, `l-theanine` is L-theanine."""
    if key in _NAMES:
        return _NAMES[key]
    if key.startswith("l-"):
        return f"L-{key[2:]}"
    words = key.split("-")
    text = " ".join([words[0].capitalize(), *words[1:]])
    if words[0] == "vitamin":
        return f"Vitamin {words[1].upper()}"
    return text
