"""A connector that does as it is told, and remembers what was asked of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sync_app.syncs.connectors.base import Fetched, Link, Refused, Sent, Setting, Sort, Tested

FORM = (
    Setting("address", "Address", Sort.ADDRESS, required=True),
    Setting("password", "Password", Sort.SECRET),
    Setting("mode", "Mode", Sort.CHOICE, choices={"plain": "Plain", "key": "With a key"}, default="plain"),
    Setting("key", "Key", Sort.SECRET, required=True, when=("mode", frozenset({"key"}))),
    Setting("size", "Size", Sort.WHOLE, default=10, least=1, most=100),
    Setting("headers", "Headers", Sort.PAIRS),
    Setting("strict", "Strict", Sort.SWITCH, default=False),
)


@dataclass
class Fake:
    """`rows` are what it fetches next; `fails` is raised instead, by the call it stands for; `batch` items at once."""

    name: str = "fake"
    label: str = "Fake"
    form: Sequence[Setting] = FORM
    pull_form: Sequence[Setting] | None = (Setting("path", "Path"),)
    push_form: Sequence[Setting] | None = (Setting("path", "Path"),)
    rows: list[Any] = field(default_factory=list)
    body: bytes | None = None
    kind: str = "json"
    watermark: str = ""
    complete: bool = False
    receipt: dict[str, Any] = field(default_factory=dict)
    fails: dict[str, Exception] = field(default_factory=dict)
    refuses: dict[int, str] = field(default_factory=dict)
    batch: int = 2
    stops_after: int | None = None
    pulled: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    settled: list[tuple[dict[str, Any], bool]] = field(default_factory=list)
    sent: list[tuple[str, Any]] = field(default_factory=list)
    meanwhile: Callable[[], None] = lambda: None

    def test(self, link: Link) -> Tested:
        self._fail("test")
        self.links.append(link)
        return Tested(ok=True, lines=("Found 3 rows.",))

    def pull(self, link: Link, *, watermark: str) -> Fetched:
        self.pulled.append(watermark)
        self.links.append(link)
        link.beat()
        self._fail("pull")
        self.meanwhile()
        body = json.dumps(self.rows).encode() if self.body is None else self.body
        return Fetched(
            body=body, kind=self.kind, watermark=self.watermark, complete=self.complete, receipt=self.receipt
        )

    def settle(self, link: Link, *, receipt: Mapping[str, Any], ok: bool) -> None:
        self._fail("settle")
        self.settled.append((dict(receipt), ok))

    def push(self, link: Link, *, items: Iterator[Mapping[str, Any]], key: str, skip: int) -> Iterator[Sent]:
        listed = list(items)
        for start in range(skip, len(listed), self.batch):
            if self.stops_after is not None and len(self.sent) >= self.stops_after:
                self._fail("push")
                return
            part = listed[start : start + self.batch]
            self.sent += [(key, item) for item in part]
            refused = [
                Refused(start + place, "no", self.refuses[start + place])
                for place in range(len(part))
                if start + place in self.refuses
            ]
            yield Sent(delivered=len(part) - len(refused), refused=refused)

    def _fail(self, call: str) -> None:
        failure = self.fails.get(call)
        if failure is not None:
            raise failure
