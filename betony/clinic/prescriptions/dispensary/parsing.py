"""Reading the dispensary's JSON. Anything that cannot be read is `Unavailable`, never a crash."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from betony.clinic.prescriptions.dispensary import shapes
from betony.clinic.prescriptions.dispensary.errors import Unavailable

MOST_TEXT = 20_000
MOST_ID = 64
LARGEST_NUMBER = 10**9
MOST_UNITS = 99


class Unreadable(Unavailable):
    """The answer is not what the contract says."""


def mapping(value: Any) -> Mapping[str, Any]:
    """Return an object as it is; raise Unreadable when it is anything else."""
    if not isinstance(value, Mapping):
        raise Unreadable("an object was expected")
    return cast(Mapping[str, Any], value)


def sequence(value: Any) -> Sequence[Any]:
    """Return a list as it is; raise Unreadable when it is anything else."""
    if not isinstance(value, list):
        raise Unreadable("a list was expected")
    return value


def text(row: Mapping[str, Any], key: str, default: str = "") -> str:
    """Return the text under the key, without what PostgreSQL cannot store: NUL and lone surrogates."""
    value = row.get(key)
    if value is None:
        return default
    return str(value)[:MOST_TEXT].replace("\x00", "").encode("utf-8", "replace").decode()


def needed(row: Mapping[str, Any], key: str) -> str:
    """Return the text under the key; raise Unreadable when there is none."""
    value = text(row, key)
    if not value:
        raise Unreadable(f"{key} is missing")
    return value


def identifier(row: Mapping[str, Any], key: str = "id") -> str:
    """Return an id, which is never empty and never long; raise Unreadable for anything else."""
    value = needed(row, key)
    if len(value) > MOST_ID:
        raise Unreadable(f"{key} is too long")
    return value


def whole_number(value: Any, default: int = 0) -> int:
    """Return a whole number of a size that can be true; the default when it is none."""
    number = decimal(value)
    return default if number is None or abs(number) > LARGEST_NUMBER else int(number)


def decimal(value: Any) -> Decimal | None:
    """Return a finite number; None when it is none."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def instant(value: Any) -> datetime | None:
    """Return an aware instant; None when there is none or it cannot be read."""
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def day(value: Any) -> date | None:
    """Return a day; None when there is none or it cannot be read."""
    try:
        return date.fromisoformat(str(value)[:10]) if value else None
    except ValueError:
        return None


def flag(value: Any) -> bool:
    """Return whether a value says yes, as JSON or as text; anything strange says no."""
    return value is True or str(value).lower() in ("true", "1")


def tokens(body: Any) -> shapes.Tokens:
    """Read the tokens of a grant, bare or under `oauth`. Raises Unreadable."""
    row = mapping(mapping(body).get("oauth", body))
    owner = mapping(row.get("resource_owner") or {})
    return shapes.Tokens(
        access_token=needed(row, "access_token"),
        refresh_token=needed(row, "refresh_token"),
        expires_in=max(60, whole_number(row.get("expires_in"), 7200)),
        scope=text(row, "scope"),
        owner_id=text(owner, "id"),
        owner_type=text(owner, "type"),
    )


def clinic(value: Any) -> shapes.Clinic:
    """Read a dispensary. Raises Unreadable."""
    row = mapping(value)
    return shapes.Clinic(id=identifier(row), name=text(row, "name"))


def practitioner(value: Any) -> shapes.Practitioner:
    """Read a practitioner. Raises Unreadable."""
    row = mapping(value)
    return shapes.Practitioner(
        id=identifier(row), first_name=text(row, "first_name"), last_name=text(row, "last_name"),
        email=text(row, "email"),
    )  # fmt: skip


def patient(value: Any) -> shapes.Patient:
    """Read a patient, whole or as a row of a list. Raises Unreadable."""
    row = mapping(value)
    metadata = row.get("metadata")
    return shapes.Patient(
        id=identifier(row),
        first_name=text(row, "first_name"),
        last_name=text(row, "last_name"),
        email=text(row, "email"),
        is_archived=flag(row.get("archived")),
        date_of_birth=day(row.get("date_of_birth")),
        metadata_id=text(metadata, "id") if isinstance(metadata, Mapping) else "",
        is_dependent=flag(row.get("is_dependent")),
        guardian_id=text(row, "guardian_patient_id"),
    )


def _any(row: Mapping[str, Any], *keys: str) -> str:
    return next((text(row, key) for key in keys if row.get(key)), "")


def dosage(value: Any) -> shapes.Dosage | None:
    """Read a dosage under either of the vendor's sets of names; None when there is none."""
    if not isinstance(value, Mapping):
        return None
    times = value.get("time_of_day") or []
    times = times if isinstance(times, list) else [times]
    return shapes.Dosage(
        amount=_any(value, "amount", "recommended_amount", "dosage_amount"),
        frequency=_any(value, "frequency", "recommended_frequency", "dosage_frequency"),
        duration=_any(value, "duration", "recommended_duration", "dosage_duration"),
        format=_any(value, "format", "dosage_format"),
        time_of_day=tuple(text({"": one}, "") for one in times if one),
        additional_info=_any(value, "additional_info", "dosage_permutations"),
    )


def _units(value: Any) -> int:
    """Return how many are bought: a whole number from 1 to what a prescription here can hold."""
    number = decimal(value)
    return 1 if number is None else int(min(max(number, Decimal(1)), Decimal(MOST_UNITS)))


def recommendation(value: Any) -> shapes.Recommendation:
    """Read one product of a plan; how many are bought is brought within what is kept here. Raises Unreadable."""
    row = mapping(value)
    return shapes.Recommendation(
        variant_id=identifier(row, "variant_id"),
        quantity=_units(row.get("units_to_purchase")),
        refill=flag(row.get("refill")),
        take_with=text(row, "take_with"),
        dosage=dosage(row.get("dosage")) or shapes.Dosage(),
    )


def plan(value: Any) -> shapes.Plan:
    """Read a plan, whole or as a row of a list. Raises Unreadable."""
    row = mapping(value)
    metadata = row.get("metadata")
    created = instant(row.get("created_at")) or datetime.fromtimestamp(0, UTC)
    return shapes.Plan(
        id=identifier(row),
        state=text(row, "state", "active"),
        patient_id=text(mapping(row.get("patient") or {}), "id"),
        practitioner_id=text(mapping(row.get("practitioner") or {}), "id"),
        created_at=created,
        updated_at=instant(row.get("updated_at")) or created,
        message=text(row, "personal_message") if "personal_message" in row else None,
        metadata_id=text(metadata, "id") if isinstance(metadata, Mapping) else "",
        recommendations=tuple(recommendation(one) for one in sequence(row.get("recommendations") or [])),
        opened_at=instant(row.get("opened_at")),
    )


def variant(value: Any, product: Mapping[str, Any] | None = None) -> shapes.Variant:
    """Read a size of a product; `product` is whose it is where it does not say. Raises Unreadable."""
    row = mapping(value)
    owner = mapping(row.get("product") or product or {})
    brand = owner.get("brand")
    return shapes.Variant(
        id=identifier(row),
        sku=text(row, "sku"),
        units=text(row, "units"),
        unit_of_measure=text(row, "unit_of_measure"),
        availability=text(row, "availability"),
        status=text(row, "status", "available"),
        price=decimal(row.get("msrp")),
        image_url=_any(row, "image_url_small", "image_url_medium", "image_url_large"),
        product_id=text(owner, "id"),
        product_name=text(owner, "name"),
        brand_name=text(brand, "name") if isinstance(brand, Mapping) else "",
    )


def product(value: Any) -> shapes.Product:
    """Read a product, alone or as lists show it. Raises Unreadable."""
    row = mapping(value)
    brand = mapping(row.get("brand") or {})
    rows = row.get("variants") or [row.get("primary_variant")]
    variants = tuple(variant(one, row) for one in sequence(rows) if one)
    return shapes.Product(
        id=identifier(row),
        name=text(row, "name"),
        brand_id=text(brand, "id"),
        brand_name=text(brand, "name"),
        status=text(row, "status") or (variants[0].status if variants else "unavailable"),
        variants=variants,
        variant_count=whole_number(row.get("variant_count"), len(variants)),
        description_html=text(row, "description_html"),
        label_dosage=dosage(row.get("dosage")),
        custom_dosage=dosage(row.get("custom_dosage")),
    )


def named(value: Any) -> shapes.Named:
    """Read anything that has an id and a name. Raises Unreadable."""
    row = mapping(value)
    return shapes.Named(id=identifier(row), name=text(row, "name"))


def event_row(value: Any) -> shapes.EventRow:
    """Read one event as lists show it. Raises Unreadable, also without the moment it happened."""
    row = mapping(value)
    created = instant(row.get("created_at"))
    if created is None:
        raise Unreadable("created_at is missing")
    return shapes.EventRow(id=identifier(row), type=needed(row, "type"), created_at=created)


def order(value: Any) -> shapes.Order:
    """Read an order, whole or as a row of a list. Raises Unreadable."""
    row = mapping(value)
    lines = tuple(
        shapes.OrderLine(
            variant_id=text(mapping(one), "variant_id"),
            quantity=whole_number(mapping(one).get("quantity"), 1),
        )
        for one in sequence(row.get("line_items") or [])
    )
    return shapes.Order(
        id=identifier(row),
        order_number=text(row, "order_number"),
        completed_at=instant(row.get("completed_at")),
        patient_id=text(row, "patient_id"),
        plan_ids=tuple(str(one) for one in sequence(row.get("treatment_plan_ids") or [])),
        lines=lines,
        payment_total=decimal(row.get("payment_total")),
    )
