"""Stores the demo's patients, plans and orders, in bulk and through the role that migrates."""

from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import models, transaction

from betony.dispensary.accounts.models import Organization
from betony.dispensary.catalog.models import Variant
from betony.dispensary.catalog.rules import AVAILABLE
from betony.dispensary.orders import rules as order_rules
from betony.dispensary.orders.demo import chance
from betony.dispensary.orders.demo.histories import DemoPlan, plans_of
from betony.dispensary.orders.demo.people import JUNE, PRIYA, DemoPatient, patients_of
from betony.dispensary.orders.models import Cart, Order, OrderLine
from betony.dispensary.patients import rules as patient_rules
from betony.dispensary.patients.models import Address, Patient
from betony.dispensary.practices.demo import PASSWORD, stable_id
from betony.dispensary.practices.models import Practitioner
from betony.dispensary.treatment_plans import rules as plan_rules
from betony.dispensary.treatment_plans.models import Recommendation, TreatmentPlan
from betony.kit.money import Money

NUMBER_OF_POPULAR = 60
_BATCH = 1000


@dataclass
class _Rows:
    """Everything to be stored for one dispensary, in the order it refers to each other."""

    patients: list[models.Model] = field(default_factory=list)
    addresses: list[models.Model] = field(default_factory=list)
    plans: list[models.Model] = field(default_factory=list)
    recommendations: list[models.Model] = field(default_factory=list)
    carts: list[models.Model] = field(default_factory=list)
    orders: list[models.Model] = field(default_factory=list)
    order_lines: list[models.Model] = field(default_factory=list)

    def store(self, using: str) -> None:
        for rows in vars(self).values():
            if rows:
                type(rows[0])._default_manager.using(using).bulk_create(rows, batch_size=_BATCH)


class _Writer:
    """Writes one dispensary's year."""

    def __init__(self, organization: Organization, *, now: datetime, using: str) -> None:
        self.organization = organization
        self.now = now
        self.rows = _Rows()
        # The owner prescribes most; of the others, the order they joined in.
        self.prescribers = list(
            Practitioner.objects.using(using)
            .filter(organization=organization)
            .order_by("-user__is_owner", "email")
        )
        self.variants = list(
            Variant.objects.using(using)
            .filter(
                is_primary=True, status=AVAILABLE, product__brand__is_available=True,
                product__brand__countries__contains=[organization.country],
            )
            .select_related("product")
            .order_by("-product__popularity", "pk")[:NUMBER_OF_POPULAR]
        )  # fmt: skip

    def write(self) -> None:
        for demo in patients_of(self.organization.slug, today=self.now.date()):
            patient = self._patient(demo)
            for plan in plans_of(demo, prescribers=len(self.prescribers), products=len(self.variants)):
                self._plan(patient, plan)

    def _at(self, days_ago: int, key: str) -> datetime:
        """An hour of that day when people are awake; never after now."""
        day = self.now.date() - timedelta(days=days_ago)
        minutes = 15 * 60 + chance.number(f"{key} minute", 6 * 60)
        wanted = datetime.combine(day, time(0), tzinfo=UTC) + timedelta(minutes=minutes)
        return min(wanted, self.now - timedelta(minutes=5))

    def _patient(self, demo: DemoPatient) -> Patient:
        values = demo.values
        has_password = demo.key in (JUNE, PRIYA)
        since = self._at(demo.days_known, demo.key)
        patient = Patient(
            id=stable_id("patient", demo.key),
            organization=self.organization,
            number=100_000_000_000 + chance.number(f"{demo.key} number", 900_000_000_000),
            search_text=patient_rules.search_text(values),
            password=make_password(PASSWORD) if has_password else "",
            password_set_at=since if has_password else None,
            welcome_mailed_at=since,
            created_at=since,
            **asdict(values),
        )
        self.rows.patients.append(patient)
        return patient

    def _plan(self, patient: Patient, demo: DemoPlan) -> None:
        made = self._at(demo.days_ago, demo.key)
        is_active, is_cancelled = demo.state == plan_rules.ACTIVE, demo.state == plan_rules.CANCELLED
        activated = made if is_active or is_cancelled else None
        ended = min(made + timedelta(days=9), self.now) if is_cancelled else None
        hours = demo.opened_after_hours
        plan = TreatmentPlan(
            id=stable_id("plan", demo.key),
            organization=self.organization,
            patient=patient,
            practitioner=self.prescribers[demo.prescriber],
            state=demo.state,
            source=TreatmentPlan.Source.APP,
            personal_message=demo.message,
            invitation_token=chance.hexadecimal(f"{demo.key} invitation", 10),
            available_date=made.date() if activated else None,
            activated_at=activated,
            cancelled_at=ended,
            mailed_at=activated,
            opened_at=min(made + timedelta(hours=hours), self.now) if hours is not None else None,
            created_at=made,
            updated_at=ended or made,
        )
        self.rows.plans.append(plan)
        chosen = [self.variants[place] for place in demo.products]
        for position, variant in enumerate(chosen, start=1):
            self.rows.recommendations.append(self._recommendation(plan, position, variant))
        for place, days_ago in enumerate(demo.ordered_days_ago):
            self._order(plan, chosen, f"{demo.key} order {place}", days_ago)

    def _recommendation(self, plan: TreatmentPlan, position: int, variant: Variant) -> Recommendation:
        product = variant.product
        return Recommendation(
            id=stable_id("recommendation", f"{plan.pk} {position}"),
            organization=self.organization,
            plan=plan,
            position=position,
            variant=variant,
            units_to_purchase=1 + chance.number(f"{plan.pk} {position} units", 2),
            refill=chance.happens(f"{plan.pk} {position} refill", 30),
            dosage_amount=product.dosage_amount,
            dosage_frequency=product.dosage_frequency,
            dosage_duration=product.dosage_duration,
            dosage_format=product.dosage_format,
            dosage_additional_info=product.dosage_additional_info,
        )

    def _order(self, plan: TreatmentPlan, chosen: list[Variant], key: str, days_ago: int) -> None:
        organization, patient = self.organization, plan.patient
        discount = patient_rules.total_discount(
            own=patient.discount, practice=organization.discount_percent, country=organization.country
        )
        priced = [
            order_rules.priced(Money(one.msrp, organization.currency), quantity=1, discount_percent=discount)
            for one in chosen
        ]
        totals = order_rules.totals(
            priced, currency=organization.currency, country=organization.country, is_shipped=True
        )
        cart = Cart(
            id=stable_id("cart", key), organization=organization, patient=patient, door=order_rules.SHOP,
            state=order_rules.ORDERED,
        )  # fmt: skip
        order = Order(
            id=stable_id("order", key),
            organization=organization,
            number=f"R{100_000_000 + chance.number(f'{key} number', 900_000_000)}",
            cart=cart,
            patient=patient,
            completed_at=self._at(days_ago, key),
            currency=organization.currency,
            discount_percent=discount,
            **totals.columns(),
            payment=order_rules.TEST_CARD,
            shipped_to=self._address(patient),
        )
        self.rows.carts.append(cart)
        self.rows.orders.append(order)
        self.rows.order_lines += [
            OrderLine(
                id=stable_id("order line", f"{key} {position}"), organization=organization, order=order,
                position=position, treatment_plan=plan, variant=variant, quantity=1, msrp=line.msrp.amount,
                price=line.price.amount, total=line.total.amount,
            )
            for position, (variant, line) in enumerate(zip(chosen, priced, strict=True), start=1)
        ]  # fmt: skip

    def _address(self, patient: Patient) -> dict[str, str]:
        """The patient's address, kept with the first order."""
        place: dict[str, Any] = (
            {"city": "Vancouver", "state": "BC", "zipcode": "V5T 1A1", "country": "CA"}
            if self.organization.country == "CA"
            else {"city": "Ithaca", "state": "NY", "zipcode": "14850", "country": "US"}
        )
        street = chance.one_of(
            f"{patient.pk} street", ("Mill Lane", "Aurora Street", "Lake Road", "Elm Court")
        )
        fields = {"address1": f"{1 + chance.number(str(patient.pk), 180)} {street}", "address2": "", **place}
        key = stable_id("address", str(patient.pk))
        if all(one.pk != key for one in self.rows.addresses):
            self.rows.addresses.append(
                Address(id=key, organization=self.organization, patient=patient, **fields)
            )
        return fields


def load_organization(organization_id: UUID, *, now: datetime, using: str = "migration") -> int:
    """Store the patients of one dispensary with their year, and return how many; 0 when they are there."""
    with transaction.atomic(using=using):
        if Patient.objects.using(using).filter(organization_id=organization_id).exists():
            return 0
        organization = Organization.objects.using(using).get(pk=organization_id)
        writer = _Writer(organization, now=now, using=using)
        writer.write()
        writer.rows.store(using)
    return len(writer.rows.patients)
