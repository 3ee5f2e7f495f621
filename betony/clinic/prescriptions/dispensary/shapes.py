"""What the dispensary says, as values the clinic can trust: parsed once, unknown keys ignored."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """An access token, its refresh token, and whose they are. `expires_in` is in seconds."""

    access_token: str
    refresh_token: str
    expires_in: int
    scope: str
    owner_id: str
    owner_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Clinic:
    """The dispensary itself."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Practitioner:
    """Somebody who may prescribe there."""

    id: str
    first_name: str
    last_name: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """A patient there. List and search rows carry no date of birth: `date_of_birth` is None then."""

    id: str
    first_name: str
    last_name: str
    email: str
    is_archived: bool
    date_of_birth: date | None = None
    metadata_id: str = ""
    is_dependent: bool = False
    guardian_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPatient:
    """What a patient is created from; `metadata_id` is our mark on them."""

    first_name: str
    last_name: str
    email: str
    date_of_birth: date | None
    gender: str
    mobile_number: str
    send_welcome_email: bool
    metadata_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dosage:
    """How a product is taken, in words."""

    amount: str = ""
    frequency: str = ""
    duration: str = ""
    format: str = ""
    time_of_day: tuple[str, ...] = ()
    additional_info: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """One product of a prescription."""

    variant_id: str
    quantity: int
    refill: bool
    take_with: str = ""
    dosage: Dosage = field(default_factory=Dosage)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A treatment plan. Rows of lists carry no recommendations, and no message: it is None then."""

    id: str
    state: str
    patient_id: str
    practitioner_id: str
    created_at: datetime
    updated_at: datetime
    message: str | None = None
    metadata_id: str = ""
    recommendations: tuple[Recommendation, ...] = ()
    opened_at: datetime | None = None

    @property
    def is_cancelled(self) -> bool:
        return self.state == "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanContent:
    """What a plan says: its message and its products."""

    message: str
    recommendations: tuple[Recommendation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPlan:
    """What a plan is created from; `metadata_id` is our mark on it, `is_mailed` whether its patient gets a mail."""

    patient_id: str
    practitioner_id: str
    message: str
    metadata_id: str
    recommendations: tuple[Recommendation, ...]
    is_mailed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One size of a product, as it is sold."""

    id: str
    sku: str
    units: str
    unit_of_measure: str
    availability: str
    status: str
    price: Decimal | None
    image_url: str
    product_id: str = ""
    product_name: str = ""
    brand_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A product as lists show it, or alone with description, variants and dosages."""

    id: str
    name: str
    brand_id: str
    brand_name: str
    status: str
    variants: tuple[Variant, ...]
    variant_count: int = 1
    description_html: str = ""
    label_dosage: Dosage | None = None
    custom_dosage: Dosage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductPage:
    """Some products, and the number of the page after them: None on the last."""

    products: tuple[Product, ...]
    next_page: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A brand, a category, an ingredient: an id and a name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """Something that happened there, as the list of events says it: what about stands in the event itself."""

    id: str
    type: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedPage:
    """Some named things, and the number of the page after them: None on the last."""

    rows: tuple[Named, ...]
    next_page: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """How many of which size were ordered."""

    variant_id: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order. Rows of lists carry no lines; `completed_at` is None where the dispensary names no moment."""

    id: str
    order_number: str
    completed_at: datetime | None
    patient_id: str
    plan_ids: tuple[str, ...]
    lines: tuple[OrderLine, ...]
    payment_total: Decimal | None = None
