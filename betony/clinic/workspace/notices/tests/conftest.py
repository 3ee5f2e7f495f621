"""Alice wrote a prescription for Carol that the dispensary can be made to refuse; nobody has notices yet."""

import pytest

from betony.clinic.patients.tests import factories
from betony.clinic.prescriptions.dispensary import fake
from betony.clinic.prescriptions.tests import cast, worker

SEND = "POST /api/clinic/patients/*/treatment_plans"


@pytest.fixture(autouse=True)
def _in_memory(settings):
    settings.BETONY_DISPENSARY_CLIENT = "betony.clinic.prescriptions.dispensary.fake.FakeDispensary"
    fake.fresh_servers()


@pytest.fixture
def home(db):
    """A clinic in which Alice is connected and Carol is linked."""
    home = cast.house()
    cast.connect(home)
    cast.write_as(home, "Alice")
    worker.work()
    return home


@pytest.fixture
def carol(home):
    patient = home.patient()
    cast.link(home, patient)
    worker.work()
    return patient


@pytest.fixture
def refused(home, carol):
    """A prescription the dispensary refused, with everything that follows done."""
    home.server.trouble("refused", on=SEND, status=422, body={"error": "Patient is archived"})
    prescription = cast.save(home, cast.draft(home, carol), message="Take it slowly")
    assert not worker.work().failed
    return prescription


@pytest.fixture
def browser(home):
    """Return a browser in which the named member is signed in."""

    def sign_in(name):
        return factories.signed_in(home.members[name])

    return sign_in
