"""Every test of this module talks to the dispensary in memory."""

import pytest

from betony.clinic.prescriptions.dispensary import fake
from betony.clinic.prescriptions.tests import cast


@pytest.fixture(autouse=True)
def _in_memory(settings):
    settings.BETONY_DISPENSARY_CLIENT = "betony.clinic.prescriptions.dispensary.fake.FakeDispensary"
    fake.fresh_servers()


@pytest.fixture
def home(db):
    """A clinic and its dispensary; nobody is connected."""
    return cast.house()


@pytest.fixture
def connected(home):
    """The same with Alice connected and prescribing as herself; jobs are queued."""
    cast.connect(home)
    cast.write_as(home, "Alice")
    return home


@pytest.fixture
def carol(connected):
    """Carol, known at the dispensary and linked."""
    patient = connected.patient()
    cast.link(connected, patient)
    return patient
