"""What stands on a demo product's label: description, claims, certifications, supplement types. Pure."""

from html import escape

from betony.dispensary.catalog.demo import brands, claims, formulas, ingredients

_SERVINGS = {
    "capsule": "One capsule",
    "softgel": "One softgel",
    "tablet": "One tablet",
    "chewable": "One chewable tablet",
    "gummy": "One gummy",
    "lozenge": "One lozenge",
    "packet": "One packet",
    "powder": "One scoop",
    "gel": "One pump",
}
_PLURALS = {"egg": "eggs", "peanut": "peanuts", "tree-nut": "tree nuts"}
_MULTI_FROM = 6
_ORGANIC_TYPES = frozenset(
    {"herbs and botanicals", "mushrooms", "fibre", "proteins", "essential fatty acids"}
)
_PROPER_NAMES = frozenset({"st-johns-wort"})
_TYPE_OF_INGREDIENT = ingredients.ingredient_types()


def contained(formula: formulas.Formula) -> dict[str, str]:
    """The allergens in the product with their sources: `{"shellfish": "shrimp, crab"}`."""
    found = (ingredients.CONTAINED_ALLERGENS.get(content.key) for content in formula.contents)
    return dict(pair for pair in found if pair is not None)


def free_of(formula: formulas.Formula, brand: brands.DemoBrand) -> tuple[str, ...]:
    """The claims of absence the brand makes and this product can bear, in the brand's order."""
    inside = set(contained(formula))
    if formula.form in claims.SWEETENED_FORMS:
        inside.add("sugar")
    return tuple(claim for claim in brand.claims.split() if claim not in inside)


def certifications(formula: formulas.Formula, brand: brands.DemoBrand) -> tuple[str, ...]:
    """The brand's certifications as far as they fit the product, and whether it suits vegans."""
    given = set(brand.certifications.split())
    if not _ORGANIC_TYPES.intersection(supplement_types(formula)):
        given.discard("organic")
    if formula.form != "softgel" and not any(_is_animal(content) for content in formula.contents):
        given.add("vegan")
    return tuple(sorted(given))


def supplement_types(formula: formulas.Formula) -> tuple[str, ...]:
    """The types of the ingredients; many vitamins and minerals together make a multivitamin."""
    types = list(dict.fromkeys(_TYPE_OF_INGREDIENT[content.key] for content in formula.contents))
    is_multi = len(formula.contents) >= _MULTI_FROM and {"vitamins", "minerals"}.issubset(types)
    return ("multivitamins",) if is_multi else tuple(types)


def description_html(formula: formulas.Formula, brand: brands.DemoBrand) -> str:
    """The description as clean HTML: a sentence, the contents, what it is free of, what to mind."""
    serving = formula.serving or _SERVINGS[formula.form]
    listed = ", ".join(_content(content) for content in formula.contents)
    paragraphs = [f"{formula.sentence} {serving}: {listed}."]
    if absent := free_of(formula, brand):
        paragraphs.append(f"Free of {_and([_PLURALS.get(claim, claim) for claim in absent])}.")
    for allergen, source in contained(formula).items():
        paragraphs.append(f"Contains: {allergen} ({source}).")
    paragraphs += dict.fromkeys(
        ingredients.CAUTIONS[content.key]
        for content in formula.contents
        if content.key in ingredients.CAUTIONS
    )
    return "".join(f"<p>{escape(text, quote=False)}</p>" for text in paragraphs)


def strength(content: formulas.Content) -> str:
    """The amount as people write it: `120 mg`, `10,000 IU`."""
    return f"{content.amount:,f} {content.unit}"


def _content(content: formulas.Content) -> str:
    name = ingredients.ingredient_name(content.key)
    if _TYPE_OF_INGREDIENT[content.key] != "probiotics" and content.key not in _PROPER_NAMES:
        name = name[0].lower() + name[1:] if name[1].islower() else name
    detail = f" ({content.detail})" if content.detail else ""
    return f"{name}{detail} {strength(content)}"


def _is_animal(content: formulas.Content) -> bool:
    from_plants = any(word in content.detail for word in ("lichen", "algae"))
    return content.key in ingredients.ANIMAL_INGREDIENTS and not from_plants


def _and(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
