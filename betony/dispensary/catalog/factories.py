"""Records for tests: brands, products and their sizes."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import count

from betony.dispensary.accounts.models import Organization
from betony.dispensary.catalog import rules
from betony.dispensary.catalog.models import Brand, Ingredient, Product, ProductIngredient, Variant
from betony.kit.actor import Actor
from betony.kit.identifiers import uuid7

_numbers = count(1)


def alice(organization: Organization) -> Actor:
    """Return a member of the dispensary's practice."""
    return Actor(kind="staff", id=uuid7(), name="Alice", organization_id=organization.pk, role="owner")


def brand(*, name: str = "Fernway Labs", countries: Sequence[str] = ("US", "CA")) -> Brand:
    """Return the brand of this name, made when it is new."""
    values = {"prefix": f"F{next(_numbers)}", "colour": "#2f7d4f", "countries": list(countries)}
    return Brand.objects.get_or_create(name=name, defaults=values)[0]


def product(
    *,
    name: str = "Zinc Picolinate 30 mg",
    of_brand: Brand | None = None,
    ingredients: Sequence[str] = ("Zinc",),
    statuses: Sequence[str] = (rules.AVAILABLE,),
    popularity: int = 0,
) -> Product:
    """Return a product with a size per status (60, 120, … capsules at 12.80, 25.60, …), the first the primary."""
    maker = of_brand or brand()
    code = f"ZIN{next(_numbers)}"
    made = Product.objects.create(
        brand=maker,
        name=name,
        form="capsule",
        description_html="<p>Zinc in a small capsule.</p>",
        dosage_amount="1",
        dosage_frequency="once per day",
        dosage_duration="60",
        dosage_format="capsule",
        dosage_additional_info="with food",
        popularity=popularity,
        search_text=rules.plain(f"{name} {maker.name} {' '.join(ingredients)} SKU-{code}-60"),
    )
    for position, word in enumerate(ingredients):
        ingredient = Ingredient.objects.get_or_create(name=word)[0]
        ProductIngredient.objects.create(
            product=made, ingredient=ingredient, position=position, amount=Decimal(30), unit="mg"
        )
    for place, status in enumerate(statuses):
        _size(made, code, place, status)
    return made


def variant(*, status: str = rules.AVAILABLE, name: str = "Zinc Picolinate 30 mg") -> Variant:
    """Return the only size of a new product."""
    return product(name=name, statuses=(status,)).variants.get()


def _size(made: Product, code: str, place: int, status: str) -> None:
    units = 60 * (place + 1)
    Variant.objects.create(
        product=made, sku=f"SKU-{code}-{units}", units=units, unit_of_measure="capsules",
        msrp=Decimal("12.80") * (place + 1), wholesale=Decimal("7.68"), status=status,
        is_primary=place == 0,
    )  # fmt: skip
