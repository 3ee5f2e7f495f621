"""Alice wrote a prescription for Carol that the dispensary can be made to refuse; nobody has notices yet."""

import pytest

from betony.clinic.patients.tests import factories
from betony.clinic.prescriptions.dispensary import fake
from betony.clinic.prescriptions.tests import cast, worker
from betony.clinic.prescriptions.tests.conftest import in_memory

__all__ = ["browser", "carol", "home", "in_memory", "refused"]

SEND = "POST /api/clinic/patients/*/treatment_plans"


@pytest.fixture
def _house(db, request, betony_worlds):
    """The house, Carol and what was refused, as far along as the test asks for."""
    stages = [name for name in ("carol", "refused") if name in request.fixturenames]

    def build():
        house, carol, refused = cast.house(), None, None
        cast.connect(house)
        cast.write_as(house, "Alice")
        worker.work()
        if stages:
            carol = house.patient()
            cast.link(house, carol)
            worker.work()
        if "refused" in stages:
            house.server.trouble("refused", on=SEND, status=422, body={"error": "Patient is archived"})
            refused = cast.save(house, cast.draft(house, carol), message="Take it slowly")
            assert not worker.work().failed
        return {"us": house.server}, house, carol, refused

    servers, *made = betony_worlds.remember(f"notices {stages}", build, organization=lambda made: made[1].pk)
    fake.fresh_servers(servers)
    return made


@pytest.fixture
def home(_house):
    """A clinic in which Alice is connected."""
    return _house[0]


@pytest.fixture
def carol(_house):
    """Carol, known at the dispensary and linked."""
    return _house[1]


@pytest.fixture
def refused(_house, carol):
    """A prescription the dispensary refused, with everything that follows done."""
    return _house[2]


@pytest.fixture
def browser(home):
    """Return a browser in which the named member is signed in."""

    def sign_in(name):
        return factories.signed_in(home.members[name])

    return sign_in
