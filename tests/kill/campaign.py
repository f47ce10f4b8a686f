"""The kills: works are begun in the site, its processes are killed at named points, and all is compared at the end."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

import psutil
from django.db import DatabaseError, connection, connections
from django.utils import timezone
from django_q.models import OrmQ
from django_q.tasks import async_task

from sync_app.models import Run, SyncTurn
from sync_app.runs.queue import enqueue, enqueue_turn
from sync_app.syncs.running.worker import TICK
from tests.kill import points
from tests.kill.orders import ITSELF, POSTGRES, STOPPED, WITH_PARENT, Order, Orders, kill_postgres
from tests.kill.private import Postgres
from tests.kill.served import Served
from tests.kill.sides import Side, differences, make_side, patiently, state_of
from tests.kill.works import WORKS, Asked, Rows, Work, rows_of

#: No work takes longer to end, whoever is killed during it.
BOUND_SECONDS: Final = 60.0
TICK_SECONDS: Final = 0.4
TWICE_EVERY: Final = 3
QUEUED_AT_MOST: Final = 20
IDLE, IDLE_WEB, IDLE_POSTGRES = "idle worker", "idle web", "idle postgres"


@dataclass
class Lane:
    """A pair of brands. `number` counts the orders of the loud one."""

    loud: Side
    quiet: Side
    number: int = 0


@dataclass
class Tally:
    """What happened: kills by whom and in which work, and what was not as it must be."""

    kills: Counter[str] = field(default_factory=Counter)
    works: Counter[str] = field(default_factory=Counter)
    points: Counter[str] = field(default_factory=Counter)
    missed: int = 0
    rounds: int = 0
    slowest: float = 0.0
    problems: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def total(self) -> int:
        return sum(count for name, count in self.kills.items() if name != STOPPED)

    def count(self, who: str, work: str, point: str = "") -> None:
        with self.lock:
            self.kills[who] += 1
            self.works[work] += 1
            if point:
                self.points[point] += 1

    def to_json(self) -> dict[str, Any]:
        return {
            "kills": self.total,
            "byVictim": dict(self.kills),
            "byWork": dict(self.works),
            "points": len(self.points),
            "rounds": self.rounds,
            "notReached": self.missed,
            "slowestSeconds": round(self.slowest, 1),
            "problems": self.problems,
        }


@dataclass(frozen=True)
class Plan:
    """One round of a lane: the work, and the orders that wait one after the other."""

    work: Work
    orders: Sequence[Order]


class Campaign:
    """Kills until there were `kills` of them, or `seconds` have passed."""

    def __init__(self, *, site: Served, orders: Orders, server: Postgres | None, lanes: int, seed: int) -> None:
        self.site = site
        self.tally = Tally()
        self._orders = orders
        self._server = server
        self._chance = random.Random(seed)  # noqa: S311
        self._lanes = [Lane(make_side(f"loud-{n}"), make_side(f"quiet-{n}")) for n in range(lanes)]
        self._bag: list[tuple[Work, str, points.Point]] = []

    def run(self, *, kills: int, seconds: float) -> None:
        until = time.monotonic() + seconds
        turn = 0
        with self._ticking(), self._mending():
            while self.tally.total < kills and time.monotonic() < until and len(self.tally.problems) < 20:
                self._batch(turn)
                turn += 1
            self._close()

    def trial(self, *, work: str, point: points.Point, calls: Sequence[int]) -> None:
        """The same kill again and again, at the next call each time."""
        with self._ticking(), self._mending():
            for call in calls:
                lane = self._lanes[0]
                self._rounds([(lane, Plan(WORKS[work], [self._order(lane, "worker", point, call)]))])
            self._close()

    # --- batches

    def _batch(self, turn: int) -> None:
        """In turn: workers and web processes amid their work; those above them, idle ones, stopped ones."""
        kinds: list[Callable[[], None]] = [self._each, self._each, self._idle, self._each, self._above, self._each]
        kinds.append(self._stopped)
        if self._server is not None:
            kinds = [self._each, self._database, self._database, *kinds, self._database, self._database]
        kinds[turn % len(kinds)]()

    def _each(self) -> None:
        """Every lane for itself: two kills a lane, as many as a run outlives."""
        self._rounds([(lane, self._plan(lane, orders=2)) for lane in self._lanes])

    def _above(self) -> None:
        """The one that watches over the killed one dies with it, and so do the others that it watches over."""
        first, *others = self._lanes
        plan = self._plan(first, orders=1)
        plan = replace(plan, orders=[replace(order, victim=WITH_PARENT) for order in plan.orders])
        self._rounds([(first, plan), *((lane, self._plan(lane, orders=1)) for lane in others)])

    def _stopped(self) -> None:
        """A worker stops between two chunks until another has done its work, and wakes up."""
        lane = self._lanes[0]
        work = WORKS[self._chance.choice(["import", "apply", "undo", "pull"])]
        order = self._order(
            lane, "worker", ("sync_app.runs.work.job:Job.tell", points.BEFORE), self._chance.randint(1, 3)
        )
        self._rounds([(lane, Plan(work, [replace(order, victim=STOPPED)]))])

    def _database(self) -> None:
        lane = self._chance.choice(self._lanes)
        plan = self._plan(lane, orders=1)
        self._rounds([(lane, replace(plan, orders=[replace(order, victim=POSTGRES) for order in plan.orders]))])

    def _idle(self) -> None:
        """Somebody dies while nothing is at work; what is begun then ends all the same."""
        who = self._kill_idle()
        self.tally.count(who, who)
        self._rounds([(lane, self._plan(lane, orders=0)) for lane in self._lanes])

    def _kill_idle(self) -> str:
        who = self._chance.choice([IDLE, IDLE, IDLE_WEB, *([IDLE_POSTGRES] if self._server else [])])
        if who == IDLE_POSTGRES and self._server is not None:
            kill_postgres(self._server.postmaster())
            return who
        workers = self.site.workers()
        if who == IDLE and workers:
            os.kill(self._chance.choice(workers), signal.SIGKILL)
            return who
        below = psutil.Process(self.site.process.pid).children(recursive=True)
        servers = [one for one in below if "gunicorn" in " ".join(one.cmdline())]
        self._chance.choice(servers).kill()
        return IDLE_WEB

    # --- rounds

    def _plan(self, lane: Lane, *, orders: int) -> Plan:
        """The next work and point of all there are, in an order of chance; a second point of the same work with it."""
        if not self._bag:
            self._bag = [
                (work, role, point)
                for work in WORKS.values()
                for role, listed in (("web", work.web), ("worker", work.worker))
                for point in listed
            ]
            self._chance.shuffle(self._bag)
        work, role, point = self._bag.pop()
        chosen = [(role, point)]
        if orders > 1:
            chosen.append(("worker", self._chance.choice(work.worker)))
        return Plan(work, [self._order(lane, role, point, self._call(point)) for role, point in chosen[:orders]])

    def _call(self, point: points.Point) -> int:
        often = point in points.WRITING and point[0].partition(":")[2] not in {"claim", "run_ended", "_end"}
        return self._chance.choice([1, 1, 2, 2, 3, 4]) if often else 1

    def _order(self, lane: Lane, role: str, point: points.Point, call: int) -> Order:
        lane.number += 1
        postmaster = self._server.postmaster() if self._server is not None else 0
        return Order(lane.loud.brand.key, lane.number, role, *point, call, ITSELF, postmaster)

    def _rounds(self, planned: Sequence[tuple[Lane, Plan]]) -> None:
        """Done in the quiet brands first, then begun in the loud ones, all at once."""
        ready = [(lane, plan, *self._prepared(lane, plan)) for lane, plan in planned]
        with ThreadPoolExecutor(len(ready)) as pool:
            waiting = [pool.submit(self._guarded_round, *one) for one in ready]
            for one in waiting:
                one.result()

    def _prepared(self, lane: Lane, plan: Plan) -> tuple[Rows, Asked, int]:
        self.tally.rounds += 1
        rows = rows_of(self.tally.rounds, clean=plan.work.clean)
        # The database may just have been killed: what is done here is done once, and so over a connection that lives.
        connection.close()
        patiently(connection.ensure_connection)
        return rows, plan.work.quiet(lane.quiet, rows), plan.work.prepare(lane.loud, rows)

    def _guarded_round(self, lane: Lane, plan: Plan, rows: Rows, quiet: Asked, prepared: int) -> None:
        try:
            self._round(lane, plan, rows, quiet, prepared)
        except (AssertionError, OSError, DatabaseError) as wrong:
            self._wrong(plan, f"{type(wrong).__name__}: {wrong}")
        finally:
            self._orders.take_back(lane.loud.brand.key)
            connections.close_all()

    def _round(self, lane: Lane, plan: Plan, rows: Rows, quiet: Asked, prepared: int) -> None:
        began = time.monotonic()
        orders = list(plan.orders)
        if orders:
            self._orders.lay(orders[0])
        number = self.tally.rounds
        asked = plan.work.begin(self.site, lane.loud, rows, prepared, f"{lane.loud.brand.key}-{number}-{began}")
        if number % TWICE_EVERY == 0:
            self._deliver_again(asked)
        ended = self._until_ended(plan, asked, orders, began + BOUND_SECONDS)
        self.tally.slowest = max(self.tally.slowest, time.monotonic() - began)
        if not ended:
            self._wrong(plan, f"not ended after {BOUND_SECONDS:.0f} s: {self._state(asked)}")
            return
        self._wake(plan)
        expected, found = patiently(quiet.told), patiently(asked.told)
        for difference in differences(expected, found):
            self._wrong(plan, difference)

    def _until_ended(self, plan: Plan, asked: Asked, orders: list[Order], until: float) -> bool:
        while time.monotonic() < until:
            ended = patiently(asked.has_ended)
            if orders and (met := self._orders.done(orders[0])) is not None:
                self.tally.count(self._who(met), plan.work.name, f"{met.phase} {met.point}")
                orders.pop(0)
                if orders:
                    self._orders.lay(orders[0])
            elif ended:
                self.tally.missed += len(orders)
                return True
            time.sleep(0.05)
        return False

    def _who(self, order: Order) -> str:
        if order.victim == ITSELF:
            return order.role
        return order.victim if order.victim in {STOPPED, POSTGRES} else f"{order.role} {order.victim}"

    def _deliver_again(self, asked: Asked) -> None:
        for _ in range(2):
            if asked.turn:
                patiently(lambda: enqueue_turn(turn=asked.turn))
            else:
                patiently(lambda: enqueue(run=asked.run))

    def _wake(self, plan: Plan) -> None:
        """Whoever was stopped goes on, and is given time to do harm."""
        for order in plan.orders:
            met = self._orders.done(order)
            if met is not None and met.victim == STOPPED:
                os.kill(met.pid, signal.SIGCONT)
                time.sleep(1)

    def _state(self, asked: Asked) -> str:
        if asked.turn:
            return str(
                patiently(lambda: SyncTurn.objects.filter(pk=asked.turn).values("status", "attempts", "run").get())
            )
        return str(patiently(lambda: Run.objects.filter(pk=asked.run).values("status", "lease__attempts").get()))

    def _wrong(self, plan: Plan, what: str) -> None:
        orders = "; ".join(str(order) for order in plan.orders)
        with self.tally.lock:
            self.tally.problems.append(f"{plan.work.name} [{orders}]: {what}")

    # --- meanwhile, and in the end

    def _close(self) -> None:
        """Both brands of a pair hold the same, and nothing is left at work."""
        for lane in self._lanes:
            key = lane.loud.brand.key
            quiet, loud = (patiently(partial(state_of, side)) for side in (lane.quiet, lane.loud))
            self.tally.problems += [f"{key}: {found}" for found in loud["verify"]]
            self.tally.problems += [f"{key}, in the end: {found}" for found in differences(quiet, loud)]

    @contextmanager
    def _ticking(self) -> Iterator[None]:
        """The minute's housekeeping, every half second: the schedule of the queue would call it once a minute."""
        with self._beside(TICK_SECONDS, self._tick):
            yield

    def _tick(self) -> None:
        try:
            # What a killed worker had in its hands stays locked in the queue.
            if OrmQ.objects.filter(lock__lte=timezone.now()).count() < QUEUED_AT_MOST:
                async_task(TICK, q_options={"save": False})
        except DatabaseError:
            connection.close()

    @contextmanager
    def _mending(self) -> Iterator[None]:
        """Starts PostgreSQL again when it was killed, as its own supervisor would."""
        with self._beside(0.3, self._mend):
            yield

    def _mend(self) -> None:
        if self._server is not None and not self._server.is_up():
            self._server.start_again()

    @contextmanager
    def _beside(self, pause: float, do: Callable[[], None]) -> Iterator[None]:
        over = threading.Event()

        def again() -> None:
            while not over.wait(pause):
                do()
            connections.close_all()

        thread = threading.Thread(target=again)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


def orders_of(folder: Path) -> Orders:
    """The folder of orders that the processes of the site look into."""
    return Orders(folder / "orders")
