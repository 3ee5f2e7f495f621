"""Asking for changes and cancellations of what was sent, and looking at what came of them."""

import dataclasses

from betony.clinic.prescriptions.actions import changing, writing
from betony.clinic.prescriptions.models import (
    Prescription,
)
from betony.clinic.prescriptions.tests import cast
from betony.kit import tenancy


def begin(home, prescription, name="Alice"):
    return cast.inside(home, changing.begin_change, by=home.actor(name), prescription=prescription)


def save(home, draft, name="Alice", message="Take it slowly"):
    return cast.inside(home, changing.save_change, by=home.actor(name), draft=draft, message=message)


def revise(home, prescription, name="Alice", **directions):
    """Change the first product's directions and press **Save change**."""
    draft = begin(home, prescription, name)
    with tenancy.organization(home.pk):
        item = draft.items.get()
        wanted = dataclasses.replace(cast.DIRECTIONS, **(directions or {"quantity": 5}))
        writing.change_product(by=home.actor(name), item=item, directions=wanted)
    return save(home, draft, name)


def cancel(home, prescription, name="Alice", version=None, why="It upset her stomach"):
    return cast.inside(
        home, changing.ask_to_cancel, by=home.actor(name), prescription=prescription,
        version=version or cast.now(home, prescription).version, why=why,
    )  # fmt: skip


def there(home):
    return home.there.plans[0]


def items(home, prescription):
    with tenancy.organization(home.pk):
        return [
            (one.product_name, one.quantity)
            for one in Prescription.objects.get(pk=prescription.pk).items.order_by("position")
        ]


def calls(home, method):
    return sum(n for key, n in home.server.calls.items() if key.startswith(f"{method} /api/clinic/treatment"))
