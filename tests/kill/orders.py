"""Orders to die: files that the tests lay down and a process of the site takes up, once, at the point they name."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections import Counter
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import psutil

#: The folder of orders, for the processes of the site.
FOLDER: Final = "KILL_ORDERS"
#: The folder below it in which each worker of the queue leaves its number.
WORKERS: Final = "workers"
#: What `Order.victim` may be: the process itself; with the one that watches over it; all of the queue's; the database.
ITSELF, WITH_PARENT, POSTGRES, STOPPED = "itself", "with parent", "postgres", "stopped"


@dataclass(frozen=True, slots=True)
class Order:
    """Who works for `brand` in a process of this `role` dies at the `call`-th time it comes to `point`, in `phase`."""

    brand: str
    number: int
    role: str
    point: str
    phase: str
    call: int
    victim: str = ITSELF
    postmaster: int = 0
    pid: int = 0

    def __str__(self) -> str:
        return f"{self.role} {self.victim}, {self.phase} {self.point} ({self.call})"


class Orders:
    """The folder of orders, as the tests see it. One order waits per brand."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def lay(self, order: Order) -> None:
        part = self.folder / f"{order.brand}.part"
        part.write_text(json.dumps(asdict(order)))
        part.rename(self.folder / f"{order.brand}.json")

    def take_back(self, brand: str) -> None:
        (self.folder / f"{brand}.json").unlink(missing_ok=True)

    def waits(self, brand: str) -> bool:
        return (self.folder / f"{brand}.json").exists()

    def done(self, order: Order) -> Order | None:
        """The order with the process that it met, once it did."""
        path = _done(self.folder, order)
        return Order(**json.loads(path.read_text())) if path.exists() else None


# --- in a process of the site


class _Here(threading.local):
    """For which brand this thread works now."""

    brand = ""


HERE: Final = _Here()
_met: Counter[tuple[str, int]] = Counter()


def meet(point: str, phase: str, *, role: str) -> None:
    """Carry out the order that waits for whoever comes here, if there is one."""
    folder = Path(os.environ[FOLDER])
    order = _waiting(folder)
    if order is None or (order.point, order.phase, order.role) != (point, phase, role):
        return
    _met[order.brand, order.number] += 1
    if _met[order.brand, order.number] < order.call:
        return
    done = _done(folder, order)
    part = done.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
    part.write_text(json.dumps(asdict(replace(order, pid=os.getpid()))))
    try:
        # Of several who come here at once, one takes it.
        (folder / f"{order.brand}.json").rename(folder / f"{order.brand}.taken")
    except FileNotFoundError:
        part.unlink()
        return
    part.rename(done)
    _carry_out(order)


def _waiting(folder: Path) -> Order | None:
    if not HERE.brand:
        return None
    try:
        read: dict[str, Any] = json.loads((folder / f"{HERE.brand}.json").read_text())
    except FileNotFoundError:
        return None
    return Order(**read)


def _done(folder: Path, order: Order) -> Path:
    return folder / f"{order.brand}-{order.number:04}.done"


def _carry_out(order: Order) -> None:
    if order.victim == STOPPED:
        os.kill(os.getpid(), signal.SIGSTOP)
        return
    if order.victim == POSTGRES:
        kill_postgres(order.postmaster)
        return
    if order.victim == WITH_PARENT:
        os.kill(os.getppid(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(3600)


def kill_postgres(postmaster: int) -> None:
    """SIGKILL to the server and all that it has started: what a machine that runs out of memory does at worst."""
    try:
        server = psutil.Process(postmaster)
        below = server.children(recursive=True)
        for one in [server, *below]:
            one.kill()
    except psutil.NoSuchProcess:
        return
