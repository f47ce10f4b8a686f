"""Finding operations of a run: by what they are, what they changed, why they were refused, and by text.

Where the run has a summary, only blocks of entries are read that hold something asked for. Text is looked for in a
bounded number of entries a page; the page says how far it looked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, Final

import msgspec
from django.db.models import Max, Q

from sync_app.engine.plan import ERROR, SKIP
from sync_app.models import JournalEntry, Run, RunSummary
from sync_app.runs.reports.summing import ANY, BLOCK, CODE, FIELD

#: How many blocks are looked through for one page when they need not hold what is asked for.
LOOKED_BLOCKS: Final = 80
#: Ranges in one statement: SQLite takes 500 parts of a UNION.
RANGES: Final = 40
BEYOND: Final = 2**62

#: The first and the last number of some entries in a row.
Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Asked:
    """What an operation must be. `code` is its own; beside a `field` also one of others that it was refused for.

    `types` None: of any type; `text` stands in its key or in one of its values, with `refused` also in one that
    was refused.
    """

    outcome: str | None = None
    type: str | None = None
    code: str | None = None
    field: str | None = None
    text: str | None = None
    types: Collection[str] | None = None
    refused: bool = True


@dataclass(frozen=True, slots=True)
class Found:
    """The numbers of entries, ascending. `more`: there may be others beyond `looked`, the last one looked at."""

    seqs: list[int]
    more: bool
    looked: int


def find(*, run: Run, asked: Asked, beyond: int, limit: int, backwards: bool = False) -> Found:
    """At most `limit` operations after the entry `beyond`, or before it when `backwards`."""
    ranges, bounded = _ranges(run, asked, beyond, backwards=backwards)
    if not ranges:
        return Found([], more=False, looked=beyond)
    condition = _condition(asked)
    found: list[int] = []
    for some in _by_statement(ranges):
        found += _seqs(run, condition, some, limit + 1 - len(found), backwards=backwards)
        if len(found) > limit:
            kept = sorted(found[:limit])
            return Found(kept, more=True, looked=kept[0] if backwards else kept[-1])
    last = ranges[-1]
    return Found(sorted(found), more=bounded, looked=last[0] if backwards else last[1])


# --- where to look


def _ranges(run: Run, asked: Asked, beyond: int, *, backwards: bool) -> tuple[list[Range], bool]:
    """(ranges of entries in the order they are to be read, whether others are left for another page)."""
    places = _places(run)
    blocks: Sequence[int] = _all_blocks(run) if places is None else _blocks(places, asked)
    first, last = (0, beyond - 1) if backwards else (beyond + 1, BEYOND)
    listed = [block for block in blocks if block * BLOCK <= last and (block + 1) * BLOCK > first]
    if backwards:
        listed.reverse()
    # Two conditions may each be met in a block, and never by one entry.
    certain = not asked.text and (places is None or not (asked.code and asked.field))
    bounded = not certain and len(listed) > LOOKED_BLOCKS
    if bounded:
        listed = listed[:LOOKED_BLOCKS]
    joined = _joined(listed, backwards=backwards)
    return [(max(low, first), min(high, last)) for low, high in joined], bounded


def _places(run: Run) -> list[list[str]] | None:
    kept = RunSummary.objects.filter(run=run).values_list("places", flat=True).first()
    return kept or None


def _blocks(places: list[list[str]], asked: Asked) -> list[int]:
    """The blocks in which all that is asked for occurs."""
    # Places tell the own code of an operation only.
    wanted = [(CODE, asked.code)] if asked.code and not asked.field else []
    wanted += [(FIELD, asked.field)] if asked.field else []
    bits = [_bits(places, asked, aspect, name) for aspect, name in wanted or [(ANY, "")]]
    left = reduce(lambda one, other: one & other, bits)
    digits = bin(left)[:1:-1]
    return [block for block, digit in enumerate(digits) if digit == "1"]


def _bits(places: list[list[str]], asked: Asked, aspect: str, name: str) -> int:
    fitting = (
        int(bits, 16)
        for operation, entity_type, kept, named, bits in places
        if kept == aspect
        and named == name
        and asked.outcome in (None, operation)
        and asked.type in (None, entity_type)
        and (asked.types is None or entity_type in asked.types)
    )
    return reduce(or_, fitting, 0)


def _all_blocks(run: Run) -> range:
    last = JournalEntry.objects.filter(run=run).aggregate(last=Max("seq"))["last"]
    return range(0 if last is None else last // BLOCK + 1)


def _joined(blocks: list[int], *, backwards: bool) -> list[Range]:
    """Neighbouring blocks as one range."""
    step = -1 if backwards else 1
    runs: list[list[int]] = []
    for block in blocks:
        if runs and runs[-1][-1] + step == block:
            runs[-1].append(block)
        else:
            runs.append([block])
    return [(min(ends) * BLOCK, (max(ends) + 1) * BLOCK - 1) for ends in ((run[0], run[-1]) for run in runs)]


def _by_statement(ranges: list[Range]) -> Iterator[list[Range]]:
    for start in range(0, len(ranges), RANGES):
        yield ranges[start : start + RANGES]


# --- what to look for


def _seqs(run: Run, condition: Q, ranges: list[Range], limit: int, *, backwards: bool) -> list[int]:
    entries = JournalEntry.objects.filter(condition, run=run)
    parts = [entries.filter(seq__gte=low, seq__lte=high).values_list("seq", flat=True) for low, high in ranges]
    whole: Any = parts[0] if len(parts) == 1 else parts[0].union(*parts[1:], all=True)
    return list(whole.order_by("-seq" if backwards else "seq")[:limit])


def _condition(asked: Asked) -> Q:
    exact = {"operation": asked.outcome, "entity_type": asked.type}
    condition = Q(**{name: value for name, value in exact.items() if value})
    if asked.code:
        condition &= Q(code=asked.code) | _refused("code", asked.code) if asked.field else Q(code=asked.code)
    if asked.types is not None:
        condition &= Q(entity_type__in=list(asked.types))
    if asked.field:
        condition &= _concerns(asked.field)
    if asked.text:
        condition &= _says(asked.text, refused=asked.refused)
    return condition


def _concerns(name: str) -> Q:
    """It changed the field, or was refused for it."""
    changed = Q(fields=name) | Q(fields__startswith=f"{name},") | Q(fields__endswith=f",{name}")
    return changed | Q(fields__contains=f",{name},") | _refused("field", name)


def _refused(member: str, value: str) -> Q:
    """One of the problems it was refused for has this."""
    return Q(operation__in=(ERROR, SKIP), problems__contains=f'"{member}":{_quoted(value)}')


def _says(text: str, *, refused: bool) -> Q:
    """The key, a value before or after, or the value refused has this text: in any case, names of fields left out."""
    plain = unicodedata.normalize("NFC", text)
    quoted = re.escape(_quoted(plain)[1:-1])
    value = rf'{quoted}(?!([^"\\]|\\.)*":)'
    said = Q(key__iregex=re.escape(plain)) | Q(after__iregex=value) | Q(before__iregex=value)
    return said | Q(problems__iregex=rf'"value":"([^"\\]|\\.)*{quoted}') if refused else said


def _quoted(text: str) -> str:
    """As the journal writes a text."""
    return msgspec.json.encode(text).decode()
