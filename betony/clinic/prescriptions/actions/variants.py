"""What is remembered of the dispensary's variants: what they are called, and what they cost."""

from collections.abc import Iterable
from decimal import Decimal

from django.db import transaction

from betony.clinic.prescriptions import rules
from betony.clinic.prescriptions.dispensary import shapes
from betony.clinic.prescriptions.models import Dispensary, KnownVariant
from betony.kit import clock


@transaction.atomic
def keep_variants(*, environment: str, variants: Iterable[shapes.Variant]) -> None:
    """Remember what variants are called.

    Each once and in order: one statement may not meet a row twice, and two at once meet them in the same order.
    """
    now = clock.now()
    by_id = {one.id: one for one in variants}
    rows = [
        KnownVariant(
            environment=environment, remote_id=one.id, product_id=one.product_id,
            product_name=one.product_name[:300] or one.sku, brand_name=one.brand_name[:200],
            size=rules.size_label(one.units, one.unit_of_measure)[:80], price=in_cents(one.price),
            fetched_at=now,
        )
        for _, one in sorted(by_id.items())
    ]  # fmt: skip
    KnownVariant.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["environment", "remote_id"],
        update_fields=["product_id", "product_name", "brand_name", "size", "price", "fetched_at"],
    )


def currency_of(dispensary: Dispensary) -> str:
    """Return the currency a dispensary's prices are in, by its environment."""
    return "CAD" if dispensary.environment == "ca" else "USD"


def in_cents(amount: Decimal | None) -> Decimal | None:
    """Return an amount as its column keeps it, with two places; None for none, and for one too large to be true."""
    return None if amount is None or abs(amount) >= Decimal(10) ** 8 else amount.quantize(Decimal("0.01"))
