"""The one command, for real: a site that answers, workers that work, and nothing left when it is told to stop."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
import requests

from tests.free_ports import free_port

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 60
OURS = ("DJANGO_SETTINGS_MODULE", "DATABASE_URL", "REDIS_URL", "SECRET_KEY", "CREDENTIAL_KEY", "ALLOWED_HOSTS", "DEBUG")


@dataclass
class Started:
    """A running quickstart, the address it serves, and what it printed before."""

    process: subprocess.Popen[str]
    origin: str
    printed: str
    data: Path

    def below(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def end(self) -> None:
        for one in [*self.below(), psutil.Process(self.process.pid)] if self.process.poll() is None else []:
            with suppress(psutil.NoSuchProcess):
                one.kill()
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()


def wait_for(met: Callable[[], object]) -> None:
    until = time.monotonic() + SECONDS
    while not met():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.1)


def answers(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 - this machine
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def works(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def environment(data: Path) -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in OURS} | {"DATA_DIR": str(data)}


def quickstarted(data: Path) -> Started:
    """quickstart on a free port, with a data folder that was empty."""
    port = free_port()
    argv = [sys.executable, "manage.py", "quickstart", "--port", str(port)]
    process = subprocess.Popen(argv, cwd=ROOT, env=environment(data), stdout=subprocess.PIPE, text=True)
    made = Started(process, f"http://127.0.0.1:{port}", "", data)
    try:
        assert process.stdout is not None
        for line in process.stdout:
            made.printed += line
            if line.startswith("Serving on "):
                break
        wait_for(lambda: answers(f"{made.origin}/healthz") == 200)
    except BaseException:
        made.end()
        raise
    return made


@pytest.fixture(scope="module")
def sites() -> Iterator[list[Started]]:
    """Those that the tests of this module have started."""
    made: list[Started] = []
    yield made
    for one in made:
        one.end()


@pytest.fixture
def started(sites: list[Started], tmp_path_factory: pytest.TempPathFactory) -> Started:
    """A site that serves: the last one, unless a test has stopped it. Nobody promises the order of tests."""
    if not sites or sites[-1].process.poll() is not None:
        sites.append(quickstarted(tmp_path_factory.mktemp("site")))
    return sites[-1]


def calls(started: Started) -> str:
    lines = started.printed.splitlines()
    [first] = [number for number, line in enumerate(lines) if line.startswith("TOKEN=")]
    return "\n".join(lines[first : first + 2])


def test_it_is_ready_and_its_pages_have_their_looks(started: Started) -> None:
    assert answers(f"{started.origin}/readyz") == 200
    assert answers(f"{started.origin}/admin/login/") == 200
    assert answers(f"{started.origin}/static/unfold/css/styles.css") == 200


@pytest.mark.parametrize(
    ("query", "header"), [("?sortInfo=" + "label%2B" * 950, ""), ("", "de;q=0.5, " * 1500)], ids=["address", "header"]
)
def test_a_long_address_or_header_is_answered_by_the_site_and_not_by_its_server(
    query: str, header: str, started: Started
) -> None:
    headers = {"Accept-Language": header}
    answer = requests.get(f"{started.origin}/demo/api/customer{query}", headers=headers, timeout=SECONDS)
    assert (answer.status_code, answer.json()["code"]) == (401, "appkey_refused")


def test_the_printed_call_works_as_it_stands(started: Started) -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", calls(started)], capture_output=True, text=True, check=True, timeout=SECONDS
    )
    report = json.loads(done.stdout)
    assert report["simulate"] is True
    assert report["counts"]["inserted"] == 1


def test_its_workers_do_what_was_asked_of_the_api_for_later(started: Started) -> None:
    later = calls(started).replace("-d '{", "-D - -H 'Prefer: respond-async' -d '{")
    done = subprocess.run(["/bin/sh", "-c", later], capture_output=True, text=True, check=True, timeout=SECONDS)
    assert done.stdout.startswith("HTTP/1.1 202")
    run = json.loads(done.stdout.splitlines()[-1])["run"]

    def ended() -> bool:
        report = manage("show_run", str(run), "--json", data=started.data)
        return bool(json.loads(report.stdout)["status"] == "succeeded")

    wait_for(ended)


def test_its_workers_work_off_the_queue(started: Started) -> None:
    code = "from django_q.tasks import async_task; async_task('sync_app.syncs.running.worker.tick')"
    argv = [sys.executable, "manage.py", "shell", "--no-imports", "-c", code]
    subprocess.run(argv, cwd=ROOT, env=environment(started.data), check=True, timeout=SECONDS)
    database = started.data / "integration_admin.sqlite3"

    def worked_off() -> bool:
        with sqlite3.connect(database, timeout=20) as connection:
            [done] = connection.execute("SELECT count(*) FROM django_q_task WHERE success").fetchone()
        return bool(done)

    wait_for(worked_off)


def test_a_second_one_on_the_same_port_is_refused(started: Started) -> None:
    port = started.origin.rpartition(":")[2]
    argv = [sys.executable, "manage.py", "quickstart", "--port", port]
    second = subprocess.run(
        argv, cwd=ROOT, env=environment(started.data), capture_output=True, text=True, check=False, timeout=SECONDS
    )
    assert second.returncode == 2
    assert f"127.0.0.1:{port}" in second.stderr


def test_ctrl_c_stops_all_of_it(started: Started) -> None:
    # The web server answers before all of the queue's processes are there.
    wait_for(lambda: len(started.below()) >= 4)
    children = started.below()
    started.process.send_signal(signal.SIGINT)
    assert started.process.wait(timeout=SECONDS) == 0
    assert not [one for one in children if works(one)]
    assert answers(f"{started.origin}/healthz") == 0


# --- without a site


def manage(*args: str, data: Path, **more: str) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "manage.py", *args]
    env = environment(data) | more
    return subprocess.run(argv, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=SECONDS)


@pytest.mark.parametrize(
    "args", [("run_worker",), ("show_run", "1"), ("import_file", "demo", "x", "manage.py"), ("create_brand", "demo")]
)
def test_an_empty_database_is_said_in_a_sentence(tmp_path: Path, args: tuple[str, ...]) -> None:
    done = manage(*args, data=tmp_path)
    assert done.returncode == 2
    assert "quickstart" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_that_is_away_is_said_in_a_sentence(tmp_path: Path) -> None:
    done = manage("verify", "--json", data=tmp_path, DATABASE_URL="postgres://nobody@127.0.0.1:1/none")
    assert done.returncode == 2
    assert json.loads(done.stdout)["error"]["code"] == "database_away"


def test_workers_on_their_own_stop_on_sigterm(tmp_path: Path) -> None:
    assert manage("migrate", "-v", "0", data=tmp_path).returncode == 0
    argv = [sys.executable, "manage.py", "run_worker"]
    with subprocess.Popen(argv, cwd=ROOT, env=environment(tmp_path), stdout=subprocess.DEVNULL) as process:
        below = psutil.Process(process.pid)
        # The cluster, its sentinel, two workers, the monitor and the pusher.
        wait_for(lambda: len(below.children(recursive=True)) >= 6)
        children = below.children(recursive=True)
        process.terminate()
        assert process.wait(timeout=SECONDS) == 0
    assert not [one for one in children if works(one)]
