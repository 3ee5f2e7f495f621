"""One home for the proofs, prepared once; each module starts a demo from it, behind a proxy that makes faults."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from betony.cli.testing import demo as demos
from tests.prove.books import Books
from tests.prove.fault_proxy import FaultProxy
from tests.prove.staff import Staff


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, float]]:
    """A home that was started once from nothing, and the seconds that took."""
    home = tmp_path_factory.mktemp("prove") / "home"
    with demos.running(home) as first:
        seconds = first.seconds_to_ready
    yield home, seconds
    demos.forget(home)


@pytest.fixture(scope="module")
def proxy() -> Iterator[FaultProxy]:
    """What stands between the clinic and the dispensary's API."""
    standing = FaultProxy()
    yield standing
    standing.stop()


@pytest.fixture(scope="module")
def demo(prepared: tuple[Path, float], proxy: FaultProxy) -> Iterator[demos.Demo]:
    """A demo whose clinic reaches the dispensary's API through the proxy only."""
    home, _seconds = prepared
    ports = dict(zip(demos.PORTS, demos.free_ports(len(demos.PORTS)), strict=True))
    proxy.target = f"http://localhost:{ports['BETONY_DISPENSARY_PORT']}"
    with demos.running(home, ports=ports, BETONY_FULLSCRIPT_US_API_URL=proxy.url) as running:
        yield running


@pytest.fixture(scope="module")
def books(demo: demos.Demo) -> Iterator[Books]:
    """What both databases and the mailbox hold."""
    opened = Books(demo)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def nina(demo: demos.Demo) -> Iterator[Staff]:
    """The owner, signed in at the clinic."""
    staff = Staff(demo.clinic_url)
    yield staff
    staff.http.close()


@pytest.fixture
def connected(nina: Staff, books: Books) -> Staff:
    """The owner with a live connection and a practitioner to write as."""
    if not books.is_connected(nina.email):
        assert nina.connect().status_code == 200
    return nina
