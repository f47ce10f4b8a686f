"""A connector that fetches files from a folder of its brand, and notes what it was given to send beside them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from integration_admin.accounts.models import Brand
from sync_app.syncs.connectors.base import Fetched, Link, Sent, Setting, Tested

#: The folder with one folder per brand.
YARD: Final = "KILL_YARD"
BATCH: Final = 5


class Lorry:
    """A pull brings the oldest file after the watermark, which is its name; `settle` moves it away."""

    name = "lorry"
    label = "Lorry"
    form: Sequence[Setting] = ()
    pull_form: Sequence[Setting] | None = ()
    push_form: Sequence[Setting] | None = ()

    def test(self, link: Link) -> Tested:
        return Tested(ok=True, lines=())

    def pull(self, link: Link, *, watermark: str) -> Fetched:
        link.beat()
        waiting = sorted(path for path in _yard(link).glob("*.json") if path.name > watermark)
        if not waiting:
            return Fetched(body=b"", kind="json", watermark=watermark)
        name = waiting[0].name
        return Fetched(body=waiting[0].read_bytes(), kind="json", name=name, watermark=name, receipt={"name": name})

    def settle(self, link: Link, *, receipt: Mapping[str, Any], ok: bool) -> None:
        path = _yard(link) / str(receipt["name"])
        if ok and path.exists():
            path.rename(path.with_suffix(".gone"))

    def push(self, link: Link, *, items: Iterator[Mapping[str, Any]], key: str, skip: int) -> Iterator[Sent]:
        listed = list(items)
        for start in range(skip, len(listed), BATCH):
            part = listed[start : start + BATCH]
            link.beat()
            send(_yard(link), key, start, part)
            yield Sent(delivered=len(part), refused=[])


def send(yard: Path, key: str, start: int, items: Sequence[Mapping[str, Any]]) -> None:
    """What the receiver is given: under which key, from which position on."""
    with (yard / "sent").open("a") as out:
        out.write(json.dumps([key, start, items]) + "\n")


def received(yard: Path) -> dict[str, list[Any]]:
    """key -> items by position, as a receiver that knows each position once has them. A second one must be the first.

    Raises AssertionError when the same position was sent with something else.
    """
    found: dict[str, dict[int, Any]] = {}
    lines = (yard / "sent").read_text().splitlines() if (yard / "sent").exists() else []
    for line in lines:
        key, start, items = json.loads(line)
        places = found.setdefault(key, {})
        for place, item in enumerate(items, start):
            assert places.setdefault(place, item) == item, f"{key}: position {place} was sent twice, and differs"
    return {key: [places[place] for place in sorted(places)] for key, places in found.items()}


def _yard(link: Link) -> Path:
    return yard_of(Brand.objects.values_list("key", flat=True).get(pk=link.brand))


def yard_of(brand: str) -> Path:
    """The folder of this brand, there."""
    path = Path(os.environ[YARD]) / brand
    path.mkdir(parents=True, exist_ok=True)
    return path
