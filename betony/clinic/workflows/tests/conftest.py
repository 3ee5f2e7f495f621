"""The cast of the prescriptions, since that is where most rows of a patient are."""

import pytest

from betony.clinic.prescriptions.dispensary import fake
from betony.clinic.prescriptions.tests import cast


@pytest.fixture(autouse=True)
def _in_memory(settings):
    settings.BETONY_DISPENSARY_CLIENT = "betony.clinic.prescriptions.dispensary.fake.FakeDispensary"
    fake.fresh_servers()


@pytest.fixture
def home(db):
    """A clinic and its dispensary, Alice connected and prescribing as herself."""
    made = cast.house()
    cast.connect(made)
    cast.write_as(made, "Alice")
    return made
