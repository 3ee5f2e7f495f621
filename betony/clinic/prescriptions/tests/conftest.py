"""Every test of this module talks to the dispensary in memory, and begins with a house that is built once."""

import pytest

from betony.clinic.patients.tests import factories
from betony.clinic.prescriptions.dispensary import fake
from betony.clinic.prescriptions.tests import cast, worker


@pytest.fixture(autouse=True)
def in_memory(settings):
    """No call leaves: the dispensary's verified fake answers, and begins empty."""
    settings.BETONY_DISPENSARY_CLIENT = "betony.clinic.prescriptions.dispensary.fake.FakeDispensary"
    fake.fresh_servers()


@pytest.fixture
def further():
    """What a file's tests all begin with besides: a function of the house and Carol, called once."""


@pytest.fixture
def _house(db, request, further, betony_worlds):
    """The house, Carol and what was sent to her, as far along as the test asks for."""
    stages = [name for name in ("connected", "carol", "settled", "sent") if name in request.fixturenames]

    def build():
        house, carol, sent = cast.house(), None, None
        if stages:
            cast.connect(house)
            cast.write_as(house, "Alice")
        if "carol" in stages:
            carol = house.patient()
            cast.link(house, carol)
        if further:
            further(house, carol)
        if "settled" in stages:
            worker.work()
        if "sent" in stages:
            saved = cast.save(house, cast.draft(house, carol), message="Take it slowly")
            worker.work()
            sent = cast.now(house, saved)
        return {"us": house.server}, house, carol, sent

    servers, house, carol, sent = betony_worlds.remember(
        f"prescriptions {stages} {further}", build, organization=lambda made: made[1].pk
    )
    fake.fresh_servers(servers)
    return house, carol, sent


@pytest.fixture
def home(_house):
    """A clinic and its dispensary; nobody is connected."""
    return _house[0]


@pytest.fixture
def connected(home):
    """The same with Alice connected and prescribing as herself; jobs are queued."""
    return home


@pytest.fixture
def carol(_house, connected):
    """Carol, known at the dispensary and linked."""
    return _house[1]


@pytest.fixture
def settled(connected):
    """The same with nothing left to be done: every queued job has run."""
    return connected


@pytest.fixture
def sent(_house, carol):
    """A prescription of two zinc a day for Carol, as the dispensary has it."""
    return _house[2]


@pytest.fixture
def saved(home, carol):
    """A prescription that waits to be sent."""
    return cast.save(home, cast.draft(home, carol), message="Take it slowly")


@pytest.fixture
def alice(home):
    """Alice's browser, signed in."""
    return factories.signed_in(home.members["Alice"])


@pytest.fixture
def published(monkeypatch):
    """What is announced, in its order, and nobody hears."""
    heard: list[object] = []
    monkeypatch.setattr("betony.kit.events.publish", heard.append)
    return heard
