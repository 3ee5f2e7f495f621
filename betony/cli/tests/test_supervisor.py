"""What runs is kept running, and ends with the run that started it."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from betony.cli.demo import children, local_database
from betony.cli.demo.services import Service
from betony.cli.demo.supervisor import Supervisor
from betony.cli.errors import CannotContinueError
from betony.cli.postgres import process

pytestmark = pytest.mark.slow


def _service(code: str, name: str = "the thing") -> Service:
    return Service(name=name, command=[sys.executable, "-c", code], environment={}, log_name="thing.log")


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    made = Supervisor(tmp_path, children.Register(tmp_path / "running.json"))
    yield made
    made.stop()


def _look_until(supervisor: Supervisor, file: Path, text: str) -> bool:
    def found() -> bool:
        supervisor.look()
        return file.exists() and file.read_text() == text

    return process.wait_until(found, seconds=10)


def test_what_dies_is_started_again_and_said_in_one_line(
    supervisor: Supervisor, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    marks = tmp_path / "marks"
    code = f"open({str(marks)!r}, 'a').write('x'); import time, pathlib\n"
    code += f"time.sleep(60 if len(pathlib.Path({str(marks)!r}).read_text()) > 1 else 0); raise SystemExit(3)"
    supervisor.start([_service(code)])
    assert _look_until(supervisor, marks, "xx")
    assert capsys.readouterr().out == "The thing stopped with exit code 3; starting it again in 0.5 s.\n"


def test_what_keeps_dying_is_waited_for_longer_each_time(
    supervisor: Supervisor, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    supervisor.start([_service("raise SystemExit(1)")])
    shown = ""

    def said_twice() -> bool:
        nonlocal shown
        supervisor.look()
        shown += capsys.readouterr().out
        return "again in 1 s" in shown

    assert process.wait_until(said_twice, seconds=10)
    assert "again in 0.5 s" in shown


def test_stopping_ends_even_what_does_not_listen(supervisor: Supervisor, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    code += f"open({str(mark)!r}, 'w').write('x'); time.sleep(60)"
    supervisor.start([_service(code)])
    assert _look_until(supervisor, mark, "x")
    child = supervisor._services[0].child
    assert child is not None
    children.stop_all([child], seconds=0.2)
    assert child.returncode == -signal.SIGKILL


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the next start ends what was left over")
def test_children_do_not_outlive_a_killed_supervisor(tmp_path: Path) -> None:
    program = textwrap.dedent(
        f"""
        import sys, time
        from pathlib import Path
        from betony.cli.demo import children
        from betony.cli.demo.services import Service
        from betony.cli.demo.supervisor import Supervisor

        made = Supervisor(Path({str(tmp_path)!r}), children.Register(Path({str(tmp_path / "running.json")!r})))
        sleeper = [sys.executable, "-c", "import time; time.sleep(60)"]
        made.start([Service(name="a", command=sleeper, environment={{}}, log_name="a.log")])
        print(made._services[0].child.pid, flush=True)
        time.sleep(60)
        """
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()
    assert process.wait_until(lambda: not process.is_running(pid), seconds=5)


def test_what_was_left_over_is_ended_at_the_next_start(tmp_path: Path) -> None:
    register = children.Register(tmp_path / "running.json")
    with subprocess.Popen(["sleep", "60"], start_new_session=True) as left:
        register.write([left.pid])
        children.Register(tmp_path / "running.json").end_left_overs()
        assert left.wait(timeout=5) == -signal.SIGTERM


def test_a_number_that_is_another_process_now_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "running.json").write_text(f'{{"{os.getpid()}": "another birth"}}')
    children.Register(tmp_path / "running.json").end_left_overs()


def test_a_home_is_run_from_once_at_a_time(tmp_path: Path) -> None:
    with (
        local_database.sole_use(tmp_path),
        pytest.raises(CannotContinueError, match=f"already runs .* .process {os.getpid()}."),
        local_database.sole_use(tmp_path),
    ):
        time.sleep(0)
