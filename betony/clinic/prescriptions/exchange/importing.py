"""Bringing in one prescription, one order, the names of products, the practitioners."""

from contextlib import suppress
from uuid import UUID

from betony.clinic.prescriptions import provider, queries, words
from betony.clinic.prescriptions.actions import (
    linking,
    orders,
    practitioners,
    receiving,
    substances,
    variants,
)
from betony.clinic.prescriptions.dispensary import errors, shapes
from betony.clinic.prescriptions.dispensary.client import HttpDispensary
from betony.clinic.prescriptions.models import Dispensary
from betony.kit import tenancy
from betony.kit.actor import Actor, system


def start(organization_id: UUID) -> tuple[Actor, Dispensary | None]:
    """Return who imports, and the organization's dispensary."""
    by = system("prescriptions.importing", organization_id=organization_id)
    with tenancy.organization(organization_id):
        return by, queries.current_dispensary(by)


def import_plan(organization_id: UUID, plan_id: str) -> None:
    """Bring in one plan as it stands now. Raises the client's errors."""
    by, dispensary = start(organization_id)
    if dispensary is None:
        return
    plan = provider.call_any(organization_id, lambda api: api.plan(plan_id))
    with tenancy.organization(organization_id):
        is_linked = linking.by_remote(dispensary, plan.patient_id) is not None
        if not is_linked and not receiving.is_awaited(dispensary, plan):
            return
        is_known = receiving.practitioner(dispensary, plan.practitioner_id) is not None
    if plan.practitioner_id and not is_known:
        fetch_practitioners(organization_id)
    learn_variants(organization_id, dispensary, [one.variant_id for one in plan.recommendations])
    with tenancy.organization(organization_id):
        receiving.keep_plan(by=by, dispensary=dispensary, plan=plan)


def import_order(organization_id: UUID, order_id: str) -> None:
    """Bring in one order as it stands now. Raises the client's errors."""
    by, dispensary = start(organization_id)
    if dispensary is None:
        return
    order = provider.call_any(organization_id, lambda api: api.order(order_id))
    with tenancy.organization(organization_id):
        if linking.by_remote(dispensary, order.patient_id) is None:
            return
    learn_variants(organization_id, dispensary, [line.variant_id for line in order.lines])
    with tenancy.organization(organization_id):
        orders.keep_order(by=by, dispensary=dispensary, order=order)


def learn_variants(organization_id: UUID, dispensary: Dispensary, variant_ids: list[str]) -> None:
    """Ask for the names of variants we do not know yet, and read what is in their products.

    One that is gone there stays nameless. Raises the client's errors.
    """
    with tenancy.organization(organization_id):
        known = queries.known_variants(dispensary.environment, variant_ids)
    unknown = sorted(set(variant_ids) - set(known))
    if not unknown:
        return
    found = provider.call_any(organization_id, lambda api: _ask_for(api, unknown))
    with tenancy.organization(organization_id):
        variants.keep_variants(environment=dispensary.environment, variants=found)
    _read_descriptions(organization_id, dispensary, {one.product_id for one in found if one.product_id})


def _read_descriptions(organization_id: UUID, dispensary: Dispensary, product_ids: set[str]) -> None:
    """Learn what products hold that come in with history: they count in totals of a day.

    It is no reason to fail: a product that does not answer now is read when it is opened or changes there.
    """
    with suppress(errors.DispensaryError):
        for product_id in sorted(product_ids):
            with suppress(errors.NotFound, errors.Refused):
                _keep_description(dispensary, _product(organization_id, product_id))


def _product(organization_id: UUID, product_id: str) -> shapes.Product:
    return provider.call_any(organization_id, lambda api: api.product(product_id))


def _keep_description(dispensary: Dispensary, product: shapes.Product) -> None:
    with tenancy.organization(dispensary.organization_id):
        substances.keep_description(
            environment=dispensary.environment,
            product_id=product.id,
            text=words.plain_text(product.description_html),
        )


def keep_names(organization_id: UUID, dispensary: Dispensary, plan: shapes.Plan) -> None:
    """Learn what a plan's products are called as far as that goes now; it is no reason to fail."""
    with suppress(errors.DispensaryError):
        learn_variants(organization_id, dispensary, [one.variant_id for one in plan.recommendations])


def _ask_for(api: HttpDispensary, variant_ids: list[str]) -> list[shapes.Variant]:
    found = []
    for variant_id in variant_ids:
        try:
            found.append(api.variant(variant_id))
        except errors.NotFound:
            continue
    return found


def renew_product(organization_id: UUID, product_id: str) -> str:
    """Learn again what a product's known variants are called and what it holds; say whether there was one.

    What stands on prescriptions keeps the name it was written with. Raises the client's errors.
    """
    _by, dispensary = start(organization_id)
    if dispensary is None or not queries.knows_product(dispensary.environment, product_id):
        return "not needed"
    product = _product(organization_id, product_id)
    with tenancy.organization(organization_id):
        known = queries.known_variants(dispensary.environment, [one.id for one in product.variants])
        variants.keep_variants(
            environment=dispensary.environment, variants=[one for one in product.variants if one.id in known]
        )
    _keep_description(dispensary, product)
    return "done"


def fetch_practitioners(organization_id: UUID, *, is_interactive: bool = False) -> None:
    """Make our list of practitioners the dispensary's. Raises the client's errors."""
    _, dispensary = start(organization_id)
    if dispensary is None:
        return
    people = provider.call_any(
        organization_id, lambda api: api.practitioners(), is_interactive=is_interactive
    )
    with tenancy.organization(organization_id):
        practitioners.keep(dispensary=dispensary, people=people)
