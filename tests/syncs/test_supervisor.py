"""Programs that are kept running, started again, and stopped with everything they made. Real processes, bounded."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import psutil
import pytest

from sync_app.syncs.running.children import FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, Child, Program
from sync_app.syncs.running.lifelines import dying_with

ROOT = Path(__file__).resolve().parents[2]
#: So long a busy machine may take for what is expected; whoever waits for nothing goes on at once.
PATIENCE = 60
FOREVER = "import time; time.sleep(600)"
# A program that ignores SIGTERM, with a child that does too.
STUBBORN = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork():
    open(sys.argv[1], "w").write(str(os.getpid()))
time.sleep(600)
"""
SUPERVISOR = """
import sys
from pathlib import Path
from sync_app.syncs.running.children import Program
from sync_app.syncs.running.supervisor import Supervisor
folder, grace, codes = Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3:]
programs = [
    Program(name=f"P{n}", argv=(sys.executable, "-c", code, str(folder / str(n))), folder=folder)
    for n, code in enumerate(codes)
]
Supervisor(programs=programs, grace=grace, say=lambda text: print(text, flush=True)).run()
"""


def wait_for(met: Callable[[], object]) -> None:
    until = time.monotonic() + PATIENCE
    while not met():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.02)


def program(code: str, folder: Path, *, is_silent: Callable[[], bool] | None = None) -> Program:
    return Program(name="It", argv=(sys.executable, "-c", code), folder=folder, is_silent=is_silent)


class Kept:
    """A child with what was said about it, and the processes it made."""

    def __init__(self, made: Program) -> None:
        self.said: list[str] = []
        self.child = Child(program=made, say=self.said.append)
        self._folder = made.folder.resolve()

    def attend_until_said(self, *, at: float) -> None:
        """Attends at this one moment until something new is said."""
        before = len(self.said)
        until = time.monotonic() + PATIENCE
        while len(self.said) == before:
            assert time.monotonic() < until, "nothing was said in time"
            time.sleep(0.02)
            self.child.attend(at=at)

    @property
    def processes(self) -> list[psutil.Process]:
        """Those that work in the program's folder, whoever their parent is by now."""
        return [one for one in psutil.process_iter() if works_in(one, self._folder)]


def works_in(process: psutil.Process, folder: Path) -> bool:
    """Not when it is gone, or a zombie."""
    try:
        return Path(process.cwd()) == folder
    except psutil.Error:
        return False


@pytest.fixture
def keep() -> Iterator[Callable[[Program], Kept]]:
    made: list[Kept] = []

    def start(described: Program) -> Kept:
        made.append(Kept(described))
        return made[-1]

    yield start
    for kept in made:
        kept.child.kill()


Keep = Callable[[Program], Kept]


def test_a_program_that_ends_is_started_again_after_ever_longer_pauses(keep: Keep, tmp_path: Path) -> None:
    kept = keep(program("raise SystemExit(3)", tmp_path))
    at, pauses = 0.0, []
    for _ in range(7):
        kept.child.attend(at=at)
        kept.attend_until_said(at=at)
        pauses.append(float(kept.said[-1].split()[-2]))
        kept.child.attend(at=at + pauses[-1] - 0.1)
        assert not kept.processes
        at += pauses[-1]
    assert pauses == [1, 2, 4, 8, 16, 30, LONGEST_PAUSE_SECONDS]
    assert kept.said[0] == "It ended with code 3 and is started again in 1 s."


def test_a_program_that_was_steady_is_started_again_soon(keep: Keep, tmp_path: Path) -> None:
    kept = keep(program(FOREVER, tmp_path))
    for at in (0.0, 1000.0):
        kept.child.attend(at=at)
        wait_for(lambda: kept.processes)
        kept.processes[0].kill()
        wait_for(lambda: not kept.processes)
        kept.child.attend(at=at + 500)
    assert f"in {FIRST_PAUSE_SECONDS:.0f} s" in kept.said[-1]


def test_a_silent_program_is_ended_and_started_again(keep: Keep, tmp_path: Path) -> None:
    answers = iter([True])
    kept = keep(program(FOREVER, tmp_path, is_silent=lambda: next(answers, False)))
    kept.child.attend(at=0)
    wait_for(lambda: kept.processes)
    first = kept.processes[0].pid
    kept.child.attend(at=1)
    assert kept.said == ["It no longer answers and is started again."]
    kept.child.attend(at=3)
    wait_for(lambda: kept.processes)
    assert kept.processes[0].pid != first


def test_what_a_program_left_behind_ends_with_it(keep: Keep, tmp_path: Path) -> None:
    code = "import os, time\nif not os.fork(): time.sleep(600)"
    kept = keep(program(code, tmp_path))
    kept.child.attend(at=0)
    kept.attend_until_said(at=0.1)
    # Who is killed is gone a moment later.
    wait_for(lambda: not kept.processes)


FORKS = """
import os, sys, time
from sync_app.syncs.running.lifelines import bind_forks
bind_forks()
if not os.fork():
    if not os.fork():
        open(sys.argv[1], "w").close()
time.sleep(600)
"""


def test_forks_of_forks_do_not_outlive_the_first(tmp_path: Path) -> None:
    started = tmp_path / "started"
    with begun([sys.executable, "-c", FORKS, str(started)]) as first:
        wait_for(started.exists)
        forks = of(first)
        assert len(forks) == 2
        first.kill()
        first.wait()
        wait_for(lambda: gone(forks))


def test_a_program_whose_parent_is_gone_already_does_not_start() -> None:
    argv = [*dying_with(os.getppid(), by=signal.SIGKILL), sys.executable, "-c", "print('started')"]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, check=False, timeout=PATIENCE)
    assert (done.returncode, done.stdout) == (1, b"")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_every_program(tmp_path: Path, number: signal.Signals) -> None:
    with supervisor(tmp_path, 10, FOREVER, FOREVER) as running:
        wait_for(lambda: len(of(running)) == 2)
        children = of(running)
        running.send_signal(number)
        assert running.wait(timeout=PATIENCE) == 0
        assert gone(children)


def test_a_program_that_does_not_stop_is_killed_after_its_grace(tmp_path: Path) -> None:
    with supervisor(tmp_path, 1, STUBBORN) as running:
        wait_for((tmp_path / "0").exists)
        children = of(running)
        assert len(children) == 2
        running.terminate()
        assert running.wait(timeout=PATIENCE) == 0
        assert gone(children)


def test_a_second_signal_does_not_wait(tmp_path: Path) -> None:
    with supervisor(tmp_path, 600, STUBBORN) as running:
        wait_for((tmp_path / "0").exists)
        running.terminate()
        assert running.stdout is not None
        assert b"Stopping" in running.stdout.readline()
        running.terminate()
        assert running.wait(timeout=PATIENCE) == 0


def test_nothing_is_left_when_the_supervisor_itself_is_killed(tmp_path: Path) -> None:
    with supervisor(tmp_path, 10, FOREVER, FOREVER) as running:
        wait_for(lambda: len([p for p in of(running) if "lifelines" not in " ".join(p.cmdline())]) == 2)
        children = of(running)
        running.kill()
        running.wait()
        wait_for(lambda: gone(children))


def supervisor(folder: Path, grace: float, *codes: str) -> AbstractContextManager[subprocess.Popen[bytes]]:
    return begun([sys.executable, "-c", SUPERVISOR, str(folder), str(grace), *codes])


@contextmanager
def begun(argv: Sequence[str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process that does not outlive its test, whatever became of it."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(argv, stdout=subprocess.PIPE, cwd=ROOT, env=environment) as process:
        try:
            yield process
        finally:
            process.kill()


def of(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def gone(processes: list[psutil.Process]) -> bool:
    """A zombie is gone: nobody here has to reap what was left to the machine's first process."""
    return not any(works(one) for one in processes)


def works(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
