"""`betony demo` starts from nothing, stops cleanly, and comes back from kills at any moment."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from betony.cli.postgres import process
from betony.cli.testing import demo as demos

pytestmark = pytest.mark.prove


@pytest.fixture(scope="module")
def first_start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[demos.Demo]:
    """A demo that was started on a new home folder, and has stopped."""
    folder = tmp_path_factory.mktemp("demo") / "home"
    with demos.running(folder) as demo:
        demo.stop()
    yield demo
    demos.forget(folder)


@pytest.fixture
def home(first_start: demos.Demo) -> Path:
    return first_start.home


def _of_this_demo(home: Path) -> dict[int, str]:
    """The live processes that belong to a home folder, with their command lines."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            environment = (entry / "environ").read_bytes()
            words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        belongs = f"BETONY_HOME={home}\0".encode() in environment
        if belongs and process.is_running(int(entry.name)) and int(entry.name) != os.getpid():
            found[int(entry.name)] = words
    return found


def test_a_new_home_is_ready_within_two_minutes(first_start: demos.Demo) -> None:
    assert first_start.seconds_to_ready < 120
    assert first_start.process.returncode == 0


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_second_start_is_ready_in_seconds_and_a_signal_stops_it_cleanly(
    home: Path, sign: signal.Signals
) -> None:
    with demos.running(home) as demo:
        asked_at = time.monotonic()
        assert demo.stop(sign) == 0
        assert time.monotonic() - asked_at < 10
        assert demo.seconds_to_ready < 8
    assert _of_this_demo(home) == {}


def test_what_is_killed_comes_back_and_a_line_says_so(home: Path) -> None:
    with demos.running(home) as demo:
        for words in (
            "betony.clinic.config.wsgi",
            "betony.dispensary.config.wsgi",
            "django work",
            "cli.mailbox",
        ):
            os.kill(
                min(pid for pid, command in _of_this_demo(home).items() if words in command), signal.SIGKILL
            )
        assert process.wait_until(lambda: not demo.is_ready(), seconds=5)
        assert process.wait_until(demo.is_ready, seconds=40)
        demo.stop()
        for name in ("The clinic", "The dispensary", "The mailbox"):
            assert f"{name} was ended by SIGKILL; starting it again in 0.5 s." in demo.said


def test_a_killed_database_comes_back_with_its_data(home: Path) -> None:
    with demos.running(home) as demo:
        address = demos.command(home, "database-url", "clinic", "--role", "superuser")
        assert address.startswith("postgresql://postgres:")
        folder = next(word for word in _postgres(home).values()).split(" -D ")[1].split()[0]
        killed = min(_postgres(home))
        os.kill(killed, signal.SIGKILL)
        assert process.wait_until(
            lambda: process.server_process(Path(folder)) not in (None, killed), seconds=20
        )
        assert process.wait_until(demo.is_ready, seconds=40)
        demo.stop()
        assert "PostgreSQL was ended by SIGKILL; starting it again in 0.5 s." in demo.said


def test_nothing_outlives_a_killed_supervisor_and_the_next_start_recovers(home: Path) -> None:
    with demos.running(home) as demo:
        demo.process.kill()
    assert process.wait_until(lambda: _of_this_demo(home) == {}, seconds=10)
    with demos.running(home) as again:
        assert again.is_ready()


def test_a_start_right_after_a_kill_recovers_too(home: Path) -> None:
    with demos.running(home) as demo:
        demo.process.kill()
        demo.process.wait()
        with demos.running(home, ports=demo.ports) as again:
            assert again.is_ready()
            assert again.stop() == 0


def test_two_copies_run_side_by_side(home: Path, tmp_path: Path) -> None:
    with demos.running(home) as first, demos.running(tmp_path / "other") as second:
        assert first.is_ready()
        assert second.is_ready()
    demos.forget(tmp_path / "other")


def test_a_second_run_from_one_home_is_told_who_runs(home: Path) -> None:
    with (
        demos.running(home) as demo,
        pytest.raises(AssertionError, match=f"already runs .*{demo.process.pid}"),
    ):
        demos.start(home)


def test_a_taken_port_is_told_by_its_variable(home: Path) -> None:
    ports = dict(zip(demos.PORTS, demos.free_ports(len(demos.PORTS)), strict=True))
    with demos.running(home) as demo:
        ports["BETONY_DISPENSARY_PORT"] = demo.ports["BETONY_CLINIC_PORT"]
        with pytest.raises(AssertionError, match="is taken: choose another with BETONY_DISPENSARY_PORT"):
            demos.start(home.with_name("third"), ports=ports)


def _postgres(home: Path) -> dict[int, str]:
    """The servers whose cluster the home folder remembers."""
    place = (home / "postgres.json").read_text()
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if "bin/postgres -D " in words and words.split(" -D ")[1].split("/data ")[0] in place:
            found[int(entry.name)] = words
    return found
