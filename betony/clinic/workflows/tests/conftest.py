"""The cast of the prescriptions, since that is where most rows of a patient are."""

import pytest

from betony.clinic.prescriptions.tests import cast
from betony.clinic.prescriptions.tests.conftest import in_memory
from betony.clinic.workflows.tests import records

__all__ = ["home", "in_memory", "june", "margaret"]


@pytest.fixture
def home(db):
    """A clinic and its dispensary, Alice connected and prescribing as herself."""
    made = cast.house()
    cast.connect(made)
    cast.write_as(made, "Alice")
    return made


@pytest.fixture
def june(home):
    return records.june(home)


@pytest.fixture
def margaret(home):
    return records.margaret(home)
