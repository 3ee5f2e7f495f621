"""Learning what products are made of: from the search by ingredient, step by step, and from descriptions.

The dispensary's product answers carry no ingredients. Nothing that was learned is forgotten because a search
did not show it again: a clinic sees only the brands it may order, and a warning too many is better than one
too few. Each substance keeps the date it was last seen.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from betony.clinic.prescriptions import jobs as our_jobs
from betony.clinic.prescriptions.models import Dispensary, IngredientIndex, KnownIngredient, KnownSubstance
from betony.clinic.prescriptions.models.substances import Origin
from betony.clinic.safety.rules import descriptions, servings
from betony.kit import clock

EVERY = timedelta(days=7)
DESCRIPTION_STAYS = timedelta(days=1)
MOST_PAGES = 500
PAUSE = timedelta(seconds=3)
_STRENGTH = ("strength_amount", "strength_unit", "serving_count", "serving_unit")


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be asked next: a page of the ingredients, or of the products that hold one of them."""

    page: int
    ingredient_id: str = ""


@transaction.atomic
def next_step(*, dispensary: Dispensary) -> Step | None:
    """Return what to ask next; None when everything was read within a week. Begins a round that is due."""
    index = _locked_index(dispensary)
    now = clock.now()
    if index.finished_at is not None:
        if index.finished_at > now - EVERY:
            return None
        index.began_at, index.listed_at, index.finished_at = now, None, None
        index.ingredient_id, index.page = "", 1
        index.save()
    return _step(index)


def _step(index: IngredientIndex) -> Step:
    return Step(page=index.page, ingredient_id=index.ingredient_id)


def _locked_index(dispensary: Dispensary) -> IngredientIndex:
    """Return the dispensary's index, locked; begin one when there is none."""
    rows = IngredientIndex.objects.select_for_update()
    found = rows.filter(dispensary=dispensary).first()
    if found is None:
        index = IngredientIndex(
            organization_id=dispensary.organization_id, dispensary=dispensary, began_at=clock.now()
        )
        IngredientIndex.objects.bulk_create([index], ignore_conflicts=True)
        found = rows.get(dispensary=dispensary)
    return found


@transaction.atomic
def keep_ingredients(
    *, dispensary: Dispensary, step: Step, ingredients: Sequence[tuple[str, str]], is_last: bool
) -> None:
    """Keep a page of ingredients, (id, name) each, and go on. What was kept meanwhile changes nothing."""
    index = _locked_index(dispensary)
    if index.finished_at is not None or _step(index) != step:
        return
    now = clock.now()
    by_id = dict(ingredients)
    rows = [
        KnownIngredient(environment=dispensary.environment, remote_id=key, name=name[:200], listed_at=now)
        for key, name in sorted(by_id.items())
        if name
    ]
    KnownIngredient.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["environment", "remote_id"],
        update_fields=["name", "listed_at"],
    )  # fmt: skip
    if is_last or index.page >= MOST_PAGES:
        index.listed_at = now
        _go_to_next_ingredient(index, dispensary)
    else:
        index.page += 1
    index.save()


@transaction.atomic
def keep_products(*, dispensary: Dispensary, step: Step, product_ids: Iterable[str], is_last: bool) -> None:
    """Keep that these products hold the ingredient of the step, and go on.

    The rows and the place where to go on are one transaction, so a stop at any moment loses nothing and
    repeats at most one page.
    """
    index = _locked_index(dispensary)
    if index.finished_at is not None or _step(index) != step:
        return
    ingredient = KnownIngredient.objects.get(environment=dispensary.environment, remote_id=step.ingredient_id)
    now = clock.now()
    _keep(
        KnownSubstance(
            environment=dispensary.environment, product_id=product_id, origin=Origin.SEARCH,
            key=ingredient.remote_id, name=ingredient.name, seen_at=now,
        )
        for product_id in sorted(set(product_ids))
    )  # fmt: skip
    if is_last or index.page >= MOST_PAGES:
        _go_to_next_ingredient(index, dispensary)
    else:
        index.page += 1
    index.save()


def _go_to_next_ingredient(index: IngredientIndex, dispensary: Dispensary) -> None:
    """Move to the next ingredient that this round has listed, or end the round."""
    rows = KnownIngredient.objects.filter(
        environment=dispensary.environment, listed_at__gte=index.began_at, remote_id__gt=index.ingredient_id
    )
    found = rows.order_by("remote_id").values_list("remote_id", flat=True).first()
    index.ingredient_id, index.page = found or "", 1
    if found is None:
        index.finished_at = clock.now()


@transaction.atomic
def keep_description(*, environment: str, product_id: str, text: str) -> None:
    """Keep what a product's description says is inside, and how much of it a serving holds.

    What an older description said and this one does not, goes. What was seen within a day and is the same, stays.
    """
    now = clock.now()
    said = _described(environment, product_id, text)
    known = KnownSubstance.objects.filter(
        environment=environment, product_id=product_id, origin=Origin.DESCRIPTION
    )
    before = list(known)
    if all(one.seen_at > now - DESCRIPTION_STAYS for one in before) and (
        {_content(one) for one in before} == {_content(one) for one in said}
    ):
        return
    known.exclude(key__in=[one.key for one in said]).delete()
    for one in said:
        one.seen_at = now
    _keep(said)


def _described(environment: str, product_id: str, text: str) -> list[KnownSubstance]:
    """Return what a description says, as unsaved rows in the order of their keys."""
    serving = servings.of_label(text)
    rows = {}
    for one in descriptions.learn(text):
        row = KnownSubstance(
            environment=environment, product_id=product_id, origin=Origin.DESCRIPTION,
            key=" ".join(one.name.casefold().split())[:200], name=one.name[:200],
        )  # fmt: skip
        if one.amount is not None and serving is not None:
            row.strength_amount, row.strength_unit = one.amount, one.unit
            row.serving_count, row.serving_unit = serving.count, serving.unit
        rows[row.key] = row
    return [rows[key] for key in sorted(rows)]


def _content(row: KnownSubstance) -> tuple[object, ...]:
    return (row.key, *(getattr(row, name) for name in _STRENGTH))


def _keep(rows: Iterable[KnownSubstance]) -> None:
    """Insert or renew, in one order, so that two at once meet the rows in the same order."""
    KnownSubstance.objects.bulk_create(
        list(rows), update_conflicts=True, unique_fields=["environment", "product_id", "origin", "key"],
        update_fields=["name", *_STRENGTH, "seen_at"],
    )  # fmt: skip


def is_due(*, dispensary_id: UUID) -> bool:
    """Tell whether a round is due or unfinished at this dispensary."""
    index = IngredientIndex.objects.filter(dispensary_id=dispensary_id).first()
    return index is None or index.finished_at is None or index.finished_at <= clock.now() - EVERY


def queue_learning(*, dispensary: Dispensary, at_once: bool = True) -> None:
    """Have a worker go on. One run at a time for a whole environment, and one waiting for a dispensary."""
    our_jobs.learn_ingredients.queue(
        organization_id=dispensary.organization_id,
        once_key=f"learn:{dispensary.pk}",
        lock=f"learn:{dispensary.environment}",
        at=None if at_once else clock.now() + PAUSE,
    )
