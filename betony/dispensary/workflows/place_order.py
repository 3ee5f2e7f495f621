"""Placing an order: the address is kept for the next time, and the cart becomes an order."""

from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction

from betony.dispensary.orders import actions, rules
from betony.dispensary.orders.models import Cart, Order
from betony.dispensary.patients import actions as patients
from betony.kit.actor import Actor


@transaction.atomic
def order_at_the_shop(*, by: Actor, cart: Cart, shipped_to: Mapping[str, str], agreed: Decimal) -> Order:
    """Order what is in the patient's cart, to be sent to this address, for the total that was agreed to.

    A cart that was ordered before answers with the order it became. Raises orders' CannotBeOrdered and
    TotalChanged.
    """
    order = actions.place_order(
        by=by, cart=cart, payment=rules.TEST_CARD, shipped_to=shipped_to, agreed=agreed
    )
    patients.keep_address(by=by, patient=order.patient, **shipped_to)
    return order
