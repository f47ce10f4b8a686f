"""One round: every operation by every subject, one after the other, in one process and one database of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, Final

from sync_app.models import Run
from tests.bench.floor import Floor, updates_by_key, updates_of
from tests.bench.kept import Written, written_by
from tests.bench.operations import ALONE, OPERATIONS, SUBJECTS
from tests.bench.payload import body
from tests.bench.peers import Peer
from tests.bench.product import Product, new_product, unnoticed
from tests.bench.stopwatch import Sample, measure

DEFAULT_ROWS: Final = 1000
FAR: Final = 1_000_000_000
WARM_PEER_ROWS: Final = 50
OnChunk = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Bodies:
    """The three payloads of one size."""

    first: bytes
    one_percent: bytes
    all_changed: bytes

    @classmethod
    def of(cls, rows: int) -> Bodies:
        return cls(body(count=rows), body(count=rows, changed_every=100), body(count=rows, changed_every=1))

    def of_operation(self, operation: str) -> bytes:
        return {"one_percent": self.one_percent, "all_changed": self.all_changed}.get(operation, self.first)


class ProductSubject:
    """The product in two brands: one is simulated into and the plan applied, the other imported into."""

    def __init__(self, name: str, bodies: Bodies) -> None:
        self._planned, self._direct = new_product(f"{name}-plan"), new_product(name)
        self._bodies = bodies
        self.runs: dict[str, Run] = {}

    def work(self, operation: str, on_chunk: OnChunk) -> None:
        if operation == "export":
            self._direct.export()
            return
        product = self._planned if operation in {"simulate", "apply"} else self._direct
        product.on_chunk = on_chunk
        self.runs[operation] = self._run(product, operation)

    def _run(self, product: Product, operation: str) -> Run:
        if operation == "apply":
            return product.apply(self.runs["simulate"])
        if operation == "undo":
            return product.undo(self.runs["all_changed"])
        return product.import_body(self._bodies.of_operation(operation), simulate=operation == "simulate")


class FloorSubject:
    """The raw floor, with the rows that a product of its own wrote before the clock started."""

    def __init__(self, bodies: Bodies, written: Mapping[str, Written]) -> None:
        planned, direct = Floor("floor-plan", shift=FAR), Floor("floor", shift=2 * FAR)
        ready = {
            name: (planned if name in {"simulate", "apply"} else direct).prepared(rows)
            for name, rows in written.items()
        }
        one, every = updates_by_key(ready["one_percent"]), updates_by_key(ready["all_changed"])
        back = updates_of(ready["undo"])[::-1]
        self.works: dict[str, Callable[[], None]] = {
            "simulate": lambda: planned.simulate(bodies.first, ready["simulate"]),
            "apply": lambda: planned.apply(ready["simulate"], ready["apply"]),
            "fresh": lambda: direct.insert(bodies.first, ready["fresh"]),
            "unchanged": lambda: direct.compare(bodies.first),
            "one_percent": lambda: direct.update(bodies.one_percent, one),
            "all_changed": lambda: direct.update(bodies.all_changed, every),
            "undo": lambda: direct.undo(ready["all_changed"], back),
            "export": direct.export,
        }

    def work(self, operation: str, _on_chunk: OnChunk) -> None:
        self.works[operation]()


class PeerSubject:
    """A peer with a table of its own."""

    def __init__(self, name: str, bodies: Bodies) -> None:
        self._peer = Peer(name)
        self._bodies = bodies
        self._peer.import_body(body(count=WARM_PEER_ROWS), simulate=True)

    def work(self, operation: str, _on_chunk: OnChunk) -> None:
        if operation == "export":
            self._peer.export()
        else:
            self._peer.import_body(self._bodies.of_operation(operation), simulate=operation == "simulate")


def warmed_up(bodies: Bodies) -> dict[str, Written]:
    """Do everything once, unmeasured: it warms up, and leaves the rows that the floor will write."""
    subject = ProductSubject("warm", bodies)
    written = {}
    for operation in OPERATIONS:
        subject.work(operation, unnoticed)
        if operation in subject.runs:
            written[operation] = written_by(subject.runs[operation])
    return written


def run(*, rows: int, turn: int, only: list[str], peers: bool) -> dict[str, dict[str, Any]]:
    """operation -> subject -> sample. Every second `turn` the subjects go in the reverse order.

    An operation left out by `only` is done all the same, by product and floor, where later ones need its state.
    """
    bodies = Bodies.of(rows)
    few = min(rows, DEFAULT_ROWS)
    subjects: dict[str, Any] = {
        "product": ProductSubject("product", bodies),
        "floor": FloorSubject(bodies, warmed_up(bodies)),
    }
    if peers:
        subjects |= {name: PeerSubject(name, bodies) for name in ("ie_fast", "ie_diff")}
        subjects["ie_default"] = PeerSubject("ie_default", Bodies.of(few))
    order = [name for name in SUBJECTS if name in subjects][:: -1 if turn % 2 else 1]
    found: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        samples: dict[str, Sample] = {}
        for name in order:
            if operation in ALONE and name.startswith("ie_"):
                continue
            work, given = subjects[name].work, few if name == "ie_default" else rows
            samples[name] = measure(partial(work, operation), rows=given)
        if operation in only:
            found[operation] = {name: asdict(sample) for name, sample in samples.items()}
    return found
