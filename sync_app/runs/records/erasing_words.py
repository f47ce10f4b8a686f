"""What turns of syncs and messages say of a record, in texts that others have written, and the same without it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import reduce
from operator import or_
from typing import Any, Final

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from sync_app.engine.fingerprint import TELLING, Fingerprint
from sync_app.models import Channel, Notice, SyncTurn
from templates_app.catalog.folding import fold

#: In the place of what told of it.
GONE: Final = "…"
#: What a turn keeps for good; while it is open, its worker writes the last two.
_KEPT: Final = ("error", "held", "receipt", "progress")
_MOVING: Final = frozenset({"receipt", "progress"})

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
    """Those in whose columns one of the texts stands, as JSON writes it or plainly."""
    spelled = {json.dumps(text, ensure_ascii=plain)[1:-1] for text in print_.texts for plain in (True, False)}
    if not spelled:
        return
    texts = {f"{name}_text": Cast(name, TextField()) for name in names}
    wanted = (Q(**{f"{name}__icontains": text}) for name in texts for text in sorted(spelled))
    yield from rows.annotate(**texts).filter(reduce(or_, wanted)).order_by("pk").iterator(chunk_size=500)


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
