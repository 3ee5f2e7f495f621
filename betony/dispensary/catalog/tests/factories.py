"""The few records the catalogue's tests stand on."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

from betony.dispensary.accounts.models import Organization, User
from betony.dispensary.catalog import rules
from betony.dispensary.catalog.models import Brand, Ingredient, Product, ProductIngredient, Variant
from betony.dispensary.practices.models import Practitioner, PractitionerType
from betony.kit.actor import Actor

TODAY = date(2026, 11, 21)


def an_organization(*, name: str = "Cedar", country: str = "US") -> Organization:
    """A dispensary in the given country."""
    currency = "CAD" if country == "CA" else "USD"
    return Organization.objects.create(
        name=name, slug=f"{name.lower()}-{uuid4().hex[:6]}", country=country, currency=currency
    )


def alice(organization: Organization) -> Actor:
    """A member of the dispensary's practice."""
    return Actor(kind="staff", id=uuid4(), name="Alice", organization_id=organization.pk, role="owner")


def a_practitioner(organization: Organization) -> Practitioner:
    """A practitioner with a sign-in."""
    email = f"{uuid4().hex[:8]}@cedar.example"
    user = User.objects.create(organization=organization, email=email, first_name="Ann", last_name="Lee")
    kind, _is_new = PractitionerType.objects.get_or_create(code="ND", description="Naturopathic Doctor")
    return Practitioner.objects.create(
        organization=organization,
        user=user,
        email=email,
        first_name="Ann",
        last_name="Lee",
        practitioner_type=kind,
    )


def a_brand(*, name: str = "Fernway Labs", countries: tuple[str, ...] = ("US", "CA")) -> Brand:
    """A brand, made once a name."""
    prefix = uuid4().hex[:8]
    brand, _is_new = Brand.objects.get_or_create(
        name=name, defaults={"prefix": prefix, "colour": "#2f7d4f", "countries": list(countries)}
    )
    return brand


def a_product(
    *,
    name: str = "Zinc Picolinate 30 mg",
    brand: Brand | None = None,
    ingredients: tuple[str, ...] = ("Zinc",),
    statuses: tuple[str, ...] = (rules.AVAILABLE,),
    popularity: int = 0,
) -> Product:
    """A product with a size per status, of which the first is the primary one."""
    brand = brand or a_brand()
    code = uuid4().hex[:8].upper()
    product = Product.objects.create(
        brand=brand,
        name=name,
        form="capsule",
        description_html="<p>Zinc in a small capsule.</p>",
        dosage_amount="1",
        dosage_frequency="once per day",
        dosage_duration="60",
        dosage_format="capsule",
        dosage_additional_info="with food",
        popularity=popularity,
        search_text=rules.plain(f"{name} {brand.name} {' '.join(ingredients)} SKU-{code}-60"),
    )
    for position, word in enumerate(ingredients):
        ingredient, _is_new = Ingredient.objects.get_or_create(name=word)
        ProductIngredient.objects.create(
            product=product, ingredient=ingredient, position=position, amount=Decimal(30), unit="mg"
        )
    for place, status in enumerate(statuses):
        units = 60 * (place + 1)
        Variant.objects.create(
            product=product, sku=f"SKU-{code}-{units}", units=units, unit_of_measure="capsules",
            msrp=Decimal("12.80") * (place + 1), wholesale=Decimal("7.68"), status=status,
            is_primary=place == 0,
        )  # fmt: skip
    return product
