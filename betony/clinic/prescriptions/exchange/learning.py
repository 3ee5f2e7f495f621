"""Learning what products are made of: a bounded number of calls a run, then a pause, until all are read."""

from uuid import UUID

from betony.clinic.prescriptions import provider, queries
from betony.clinic.prescriptions.actions import substances
from betony.clinic.prescriptions.dispensary import errors
from betony.clinic.prescriptions.dispensary.client import HttpDispensary
from betony.clinic.prescriptions.models import Dispensary, DispensaryRoute
from betony.kit import tenancy
from betony.kit.actor import system

# The vendor allows 5,000 calls in five minutes for everything; this stays under 2,000, and leaves the
# worker free for prescriptions in between.
CALLS_A_RUN = 20


def learn(organization_id: UUID) -> None:
    """Take the next steps of a round that is due or unfinished, and queue the run after it.

    Raises the client's errors; what was learned stays, and the next run goes on from there.
    """
    with tenancy.organization(organization_id):
        dispensary = queries.current_dispensary(
            system("prescriptions.learning", organization_id=organization_id)
        )
    if dispensary is None:
        return
    for _ in range(CALLS_A_RUN):
        with tenancy.organization(organization_id):
            step = substances.next_step(dispensary=dispensary)
        if step is None:
            return
        _take(organization_id, dispensary, step)
    with tenancy.organization(organization_id):
        substances.queue_learning(dispensary=dispensary, at_once=False)


def _take(organization_id: UUID, dispensary: Dispensary, step: substances.Step) -> None:
    if not step.ingredient_id:
        listed = provider.call_any(organization_id, lambda api: api.ingredients(page=step.page))
        with tenancy.organization(organization_id):
            substances.keep_ingredients(
                dispensary=dispensary, step=step, is_last=listed.next_page is None,
                ingredients=[(one.id, one.name) for one in listed.rows],
            )  # fmt: skip
        return
    product_ids, is_last = provider.call_any(organization_id, lambda api: _products(api, step))
    with tenancy.organization(organization_id):
        substances.keep_products(dispensary=dispensary, step=step, product_ids=product_ids, is_last=is_last)


def _products(api: HttpDispensary, step: substances.Step) -> tuple[list[str], bool]:
    """Return the products of the step; an ingredient that is gone there, or refused, has none."""
    try:
        found = api.products_with_ingredient(step.ingredient_id, page=step.page)
    except (errors.NotFound, errors.Refused):
        return [], True
    return [one.id for one in found.products], found.next_page is None


def after_connection(organization_id: UUID) -> None:
    """Queue a run for the dispensary somebody has connected to; it ends by itself when nothing is due."""
    with tenancy.organization(organization_id):
        by = system("prescriptions.learning", organization_id=organization_id)
        dispensary = queries.current_dispensary(by)
        if dispensary is not None:
            substances.queue_learning(dispensary=dispensary)


def learn_where_due() -> None:
    """Queue a run for every connected dispensary whose round is due or was left unfinished."""
    for organization_id in sorted(set(DispensaryRoute.objects.values_list("organization_id", flat=True))):
        if not queries.live_connections(organization_id):
            continue
        with tenancy.organization(organization_id):
            by = system("prescriptions.learning", organization_id=organization_id)
            dispensary = queries.current_dispensary(by)
            if dispensary is not None and substances.is_due(dispensary_id=dispensary.pk):
                substances.queue_learning(dispensary=dispensary)
