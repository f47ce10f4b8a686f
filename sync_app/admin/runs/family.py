"""The runs that one run comes from and those that came of it, each with what it is to the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _

from sync_app.admin.wording import STATUS_TONES, counts_words, kind_words
from sync_app.models import Run, RunKind

CHILDREN_SHOWN: Final = 20
FROM: Final[Mapping[str, object]] = {
    RunKind.APPLY: _("Applies the simulation"),
    RunKind.UNDO: _("Takes back"),
    RunKind.IMPORT: _("Retries the failed rows of"),
}
BY: Final[Mapping[str, object]] = {
    RunKind.APPLY: _("Applied by"),
    RunKind.UNDO: _("Undone by"),
    RunKind.IMPORT: _("Failed rows retried by"),
}
REHEARSED: Final[Mapping[str, object]] = {
    RunKind.UNDO: _("Undo rehearsed by"),
    RunKind.IMPORT: _("Retry rehearsed by"),
}


@dataclass(frozen=True, slots=True)
class Relative:
    """`relation` is what this run is to it."""

    relation: object
    run: Run
    kind: object
    tone: str
    counts: str


def family_of(run: Run, children: list[Run]) -> list[Relative]:
    """Where it comes from first, then what came of it, the latest first."""
    parents = [] if run.parent is None else [_relative(FROM.get(run.kind, _("Comes from")), run.parent)]
    return parents + [_relative(_to(child), child) for child in children]


def children_of(run: Run) -> list[Run]:
    return list(run.children.select_related("brand").order_by("-id")[:CHILDREN_SHOWN])


def _to(child: Run) -> object:
    words = REHEARSED if child.simulate else BY
    return words.get(child.kind, _("Followed by"))


def _relative(relation: object, run: Run) -> Relative:
    return Relative(relation, run, kind_words(run), STATUS_TONES[run.status], counts_words(run))
