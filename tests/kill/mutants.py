"""Mistakes a product of this kind can make, planted into a process of the site to see whether these tests find them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.db import transaction

from sync_app.models import Sync
from sync_app.storage import journal
from sync_app.syncs.turns import pulling
from tests.kill.lorry import Lorry

#: The variable that names the mistake, for the processes of the site.
NAME: Final = "KILL_MUTANT"


def _journal_outside() -> None:
    """The journal is written after the commit of what it tells of."""
    append = journal.append

    def late(entries: Any) -> None:
        if entries:
            transaction.on_commit(lambda: append(entries))

    journal.append = late


def _acknowledge_first() -> None:
    """The other system is told that its file has arrived before what it holds is committed."""
    pull = Lorry.pull

    def hasty(self: Lorry, link: Any, *, watermark: str) -> Any:
        fetched = pull(self, link, watermark=watermark)
        if fetched.receipt:
            self.settle(link, receipt=fetched.receipt, ok=True)
        return fetched

    Lorry.pull = hasty  # type: ignore[method-assign]


def _watermark_first() -> None:
    """The watermark is moved as soon as something was fetched."""
    begin = pulling._begin

    def ahead(work: Any, *rest: Any) -> Any:
        Sync.objects.filter(pk=work.sync.pk).update(watermark=work.fetched.watermark)
        return begin(work, *rest)

    planted: Any = ahead
    pulling._begin = planted


MUTANTS: Final[Mapping[str, Callable[[], None]]] = {
    "journal-outside": _journal_outside,
    "acknowledge-first": _acknowledge_first,
    "watermark-first": _watermark_first,
}


def plant(name: str) -> None:
    """Make this mistake from now on."""
    MUTANTS[name]()
