"""What turns of syncs and messages say of a record, in texts that others have written, and the same without it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from typing import Any, Final

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from sync_app.engine.fingerprint import TELLING, Fingerprint
from sync_app.models import Channel, Notice, SyncTurn
from sync_app.runs.records.erasing_bodies import probes_of
from templates_app.catalog.folding import fold

#: In the place of what told of it.
GONE: Final = "…"
#: What a turn keeps for good; while it is open, its worker writes the last two.
_KEPT: Final = ("error", "held", "receipt", "progress")
_MOVING: Final = frozenset({"receipt", "progress"})

AT_ONCE: Final = 500

#: id of a row -> its columns as they are to be.
Cleaned = dict[int, dict[str, Any]]


def cleaned_turns(brand: int, print_: Fingerprint) -> Cleaned:
    """The turns that tell of it. What an open turn still needs is left as it is."""
    found: Cleaned = {}
    for turn in _telling(SyncTurn.objects.filter(sync__brand=brand), _KEPT, print_):
        closed = turn.finished_at is not None and turn.settled
        kept = {name: getattr(turn, name) for name in _KEPT if closed or name not in _MOVING}
        clean = {name: _cleaned(value, print_) for name, value in kept.items()}
        changed = {name: value for name, value in clean.items() if value != kept[name]}
        if changed:
            found[turn.pk] = changed
    return found


def cleaned_messages(brand: int, print_: Fingerprint) -> Cleaned:
    """The messages that tell of it: they are sent without."""
    found: Cleaned = {}
    for notice in _telling(Notice.objects.filter(brand=brand), ("subject", "body"), print_):
        for_programs = notice.channel == Channel.WEBHOOK
        body = _cleaned(json.loads(notice.body), print_) if for_programs else _cleaned_lines(notice.body, print_)
        fields = {"subject": _cleaned(notice.subject, print_)}
        fields["body"] = json.dumps(body, ensure_ascii=False) if for_programs else body
        if fields != {"subject": notice.subject, "body": notice.body}:
            found[notice.pk] = fields
    return found


def _telling(rows: QuerySet[Any], names: Iterable[str], print_: Fingerprint) -> Iterator[Any]:
    """Those in whose columns a word of the fingerprint stands, or that escape letters: these are read to be known."""
    probes = probes_of(print_)
    if not probes:
        return
    columns = {f"{name}_text": Cast(name, TextField()) for name in names}
    listed = rows.annotate(**columns).order_by("pk").values_list("pk", *columns)
    likely = [pk for pk, *texts in listed.iterator(chunk_size=500) if _is_likely(" ".join(filter(None, texts)), probes)]
    for start in range(0, len(likely), AT_ONCE):
        yield from rows.filter(pk__in=likely[start : start + AT_ONCE]).order_by("pk")


def _is_likely(text: str, probes: Collection[str]) -> bool:
    folded = fold(text)
    return "\\u" in text or any(probe in folded for probe in probes)


def _cleaned(value: Any, print_: Fingerprint) -> Any:
    if isinstance(value, str):
        return GONE if _tells(value, print_) else value
    if isinstance(value, dict):
        return {_cleaned(name, print_): _cleaned(own, print_) for name, own in value.items()}
    return [_cleaned(one, print_) for one in value] if isinstance(value, list) else value


def _cleaned_lines(text: str, print_: Fingerprint) -> str:
    return "\n".join(_cleaned(line, print_) for line in text.split("\n"))


def _tells(text: str, print_: Fingerprint) -> bool:
    """Whether a text has in it what tells the record: here it stands among other words."""
    folded = fold(text)
    found = {form for form in print_.forms if form in folded}
    return len(found) > 1 or any(len(form) >= TELLING for form in found)
