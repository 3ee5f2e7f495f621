"""The dispensary server keeps the contract, and so does the clinic's fake of it: the fake can be trusted."""

import importlib
from types import FunctionType, ModuleType

import pytest
from django.conf import settings

PARTS = ("oauth", "people", "trade", "news", "catalogue")


def _conversations(part: ModuleType) -> list[FunctionType]:
    """Every public function of the module whose argument is a world and nothing else."""
    return [
        one
        for name, one in vars(part).items()
        if isinstance(one, FunctionType) and one.__module__ == part.__name__
        and list(one.__annotations__) == ["world", "return"] and one.__annotations__["return"] is None
        and not name.startswith("_")
    ]  # fmt: skip


CONVERSATIONS = [
    one for part in PARTS for one in _conversations(importlib.import_module(f"contracts.{part}"))
]

# The server founds a dispensary for each conversation; the fake has one in memory.
pytestmark = [pytest.mark.slow] if settings.BETONY_SERVER == "dispensary" else []


@pytest.fixture
def side(db):
    """The fake in the clinic's run, the real server in the dispensary's."""
    return importlib.import_module(f"tests.contract.{settings.BETONY_SERVER}_side")


@pytest.fixture
def world(side):
    with side.world() as found:
        yield found


@pytest.mark.parametrize("conversation", CONVERSATIONS, ids=lambda one: one.__name__)
def test_the_contract_holds(conversation, world):
    conversation(world)


def test_webhooks_are_signed_and_answered_as_agreed(side):
    side.webhooks_are_as_agreed()


def test_every_part_is_held():
    assert len(CONVERSATIONS) >= 40
