"""A folder and servers of these tests' own, gone at the end. No Django here: the environment is not set yet."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from tests.free_ports import free_port

ROOT: Final = Path(__file__).resolve().parents[2]
SECONDS: Final = 30
MIGRATING_SECONDS: Final = 120
ATTEMPTS: Final = 10
#: Where in its folder the data of each database lies.
SQLITE: Final = "site.sqlite3"
POSTGRES: Final = "postgres"


@dataclass(frozen=True)
class Postgres:
    """A PostgreSQL server on loopback, with the promises it makes by default: what it has committed stays."""

    data: Path
    binaries: Path
    port: int

    @property
    def address(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    def make(self) -> None:
        self.data.mkdir(mode=0o700)
        if os.getuid() == 0:
            shutil.chown(self.data, "postgres")
        self._run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")

    def start(self) -> None:
        """Returns when it answers."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''"
        self._run("pg_ctl", "-l", str(self.data / "log"), "-w", "-o", options, "start")

    def postmaster(self) -> int:
        return int((self.data / "postmaster.pid").read_text().splitlines()[0])

    def is_up(self) -> bool:
        try:
            return psutil.Process(self.postmaster()).status() != psutil.STATUS_ZOMBIE
        except (psutil.NoSuchProcess, FileNotFoundError):
            return False

    def start_again(self) -> None:
        """After a kill. What it was killed with may still look alive to PostgreSQL while nobody has asked after it."""
        pid_file = self.data / "postmaster.pid"
        for _ in range(ATTEMPTS):
            pid_file.unlink(missing_ok=True)
            try:
                self.start()
            except subprocess.CalledProcessError:
                time.sleep(0.5)
            else:
                return

    def stop(self) -> None:
        """Leaves the data as it is; a copy of it can be started."""
        if self.is_up():
            self._run("pg_ctl", "-m", "immediate", "-w", "stop")

    def _run(self, program: str, *args: str) -> None:
        as_postgres = ("runuser", "-u", "postgres", "--") if os.getuid() == 0 else ()
        command = (*as_postgres, str(self.binaries / program), "-D", str(self.data), *args)
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True, timeout=SECONDS)


def found_postgres() -> list[Path]:
    """The programs that make a server, of each version that is installed."""
    return sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


def copy_database(source: Path, target: Path) -> None:
    """What of a database that nobody uses lies in one folder, into another, with whom it belongs to."""
    found = [path for path in (source / SQLITE, source / POSTGRES) if path.exists()]
    subprocess.run(["/bin/cp", "-a", *map(str, found), str(target)], check=True, timeout=SECONDS)


def migrate_into(target: Path, *, postgres: bool) -> None:
    """Leaves a database there as migrating makes it."""
    with private_folder() as folder:
        with private_postgres(folder) if postgres else nullcontext() as server:
            told = environment(folder, database=server.address if server is not None else "", redis="")
            command = [sys.executable, "-m", "django", "migrate", "--verbosity", "0"]
            subprocess.run(command, cwd=ROOT, env=os.environ | told, check=True, timeout=MIGRATING_SECONDS)
        copy_database(folder, target)


def found_redis() -> bool:
    """Whether there is a program that makes one."""
    return shutil.which("redis-server") is not None


@contextmanager
def private_folder() -> Iterator[Path]:
    """In memory where that is roomy."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) and shutil.disk_usage("/dev/shm").free > 2 << 30 else None  # noqa: S108
    with tempfile.TemporaryDirectory(prefix="integration-admin-kill-", dir=memory) as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


@contextmanager
def private_postgres(folder: Path) -> Iterator[Postgres]:
    """A server whose data lies in the folder, or comes to lie there."""
    server = Postgres(folder / POSTGRES, found_postgres()[-1].parent, free_port())
    if not server.data.exists():
        server.make()
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def private_redis(folder: Path) -> Iterator[str]:
    """The address of a Redis on loopback that keeps nothing."""
    port = free_port()
    argv = ["redis-server", "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", str(folder)]
    process = subprocess.Popen(argv, stdout=subprocess.DEVNULL)
    try:
        if not wait_until(lambda: _listens(port), seconds=SECONDS):
            raise TimeoutError(argv)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(timeout=SECONDS)


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def environment(folder: Path, *, database: str, redis: str) -> dict[str, str]:
    """What the processes of the site, and the tests, are told. Empty addresses: SQLite, and no Redis."""
    return {
        "DJANGO_SETTINGS_MODULE": "tests.kill.settings",
        "DATA_DIR": str(folder / "data"),
        "DATABASE_URL": database or f"sqlite:///{folder}/{SQLITE}",
        "REDIS_URL": redis,
        "SECRET_KEY": secrets.token_urlsafe(40),
        "CREDENTIAL_KEY": secrets.token_urlsafe(40),
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "LOG_LEVEL": "ERROR",
        "WORKERS": "3",
        "KILL_ORDERS": str(folder / "orders"),
        "KILL_YARD": str(folder / "yard"),
    }


def wait_until(met: Callable[[], object], *, seconds: float, every: float = 0.05) -> bool:
    """Whether `met()` came true within these seconds."""
    until = time.monotonic() + seconds
    while not met():
        if time.monotonic() > until:
            return False
        time.sleep(every)
    return True
