"""A dispensary with a program that holds a token of its owner."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from betony.dispensary.accounts import factories as accounts
from betony.dispensary.accounts.models import Organization
from betony.dispensary.api import factories as api
from betony.dispensary.practices import factories as practices
from betony.dispensary.practices.models import Practitioner
from betony.kit import tenancy


@pytest.fixture
def cedar(db: None) -> Iterator[Organization]:
    """A dispensary of the United States, whose rows the test sees."""
    organization = accounts.organization()
    with tenancy.organization(organization.pk):
        yield organization


@pytest.fixture
def owner(cedar: Organization) -> Practitioner:
    """The practitioner for whom the program acts."""
    return practices.practitioner(cedar)


@pytest.fixture
def ask(owner: Practitioner) -> Callable[..., Any]:
    """Ask the API as a program with all scopes: `ask("catalog/products", query="zinc")`."""
    program = api.program(owner)

    def get(address: str, **parameters: Any) -> Any:
        return program.get(f"{address}?{urlencode(parameters, doseq=True)}")

    return get
