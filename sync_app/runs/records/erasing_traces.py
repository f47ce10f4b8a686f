"""Where the values of a record stand beside the record itself: in journals, failed rows, bodies, uploads, samples,

turns of syncs and messages.
"""

from __future__ import annotations

import json
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import reduce
from io import BytesIO
from operator import or_
from typing import Any, Final
from xml.sax.saxutils import escape

from django.db.models import Q

from sync_app.engine.fingerprint import Fingerprint, fingerprint, values_of
from sync_app.models import FailedRow, JournalEntry, Record, Run, RunKind, RunPayload, Upload, UploadPart
from sync_app.runs.errors import RunRefused
from sync_app.runs.loading import load_import
from sync_app.runs.records.erasing_words import Cleaned, cleaned_messages, cleaned_turns
from sync_app.runs.row_text import row_data
from sync_app.runs.rows.source import open_run
from sync_app.storage import journal
from templates_app.brand_catalog import catalog_of
from templates_app.models import TemplateSample
from templates_app.sources.open import open_source
from templates_app.sources.rows import Source, SourceRefused

#: Encodings in which a body is looked through before it is read row by row.
_ENCODINGS: Final = ("utf-8", "utf-16-le", "utf-16-be", "cp1252")
_ENTRY: Final = ("run_id", "seq", "row", "record", "entity_type", "key", "before", "after", "problems")


@dataclass(slots=True)
class Traces:
    """`entries`: run -> numbers; `failed`: ids of failed rows; `bodies`: runs; `uploads`, `samples`: ids.

    `turns`, `messages`: id -> the columns without it.
    """

    entries: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    rows: set[tuple[int, int]] = field(default_factory=set)
    failed: set[int] = field(default_factory=set)
    bodies: set[int] = field(default_factory=set)
    uploads: set[int] = field(default_factory=set)
    samples: set[int] = field(default_factory=set)
    turns: Cleaned = field(default_factory=dict)
    messages: Cleaned = field(default_factory=dict)

    @property
    def runs(self) -> set[int]:
        """The runs of which something is erased."""
        return {run for run, numbers in self.entries.items() if numbers} | self.bodies

    def counts(self) -> dict[str, int]:
        return {
            "journalEntries": sum(map(len, self.entries.values())),
            "failedRows": len(self.failed),
            "bodies": len(self.bodies),
            "uploads": len(self.uploads),
            "samples": len(self.samples),
            "turns": len(self.turns),
            "messages": len(self.messages),
        }


def find_traces(record: Record) -> Traces:
    """Looks through all that the brand keeps. It only reads; it may take seconds where there is much."""
    traces = Traces()
    own = JournalEntry.objects.filter(record=record.pk, run__brand_id=record.brand_id)
    for entry in own.values(*_ENTRY):
        _take(traces, entry)
    print_ = _fingerprint(record, traces)
    _planned_alike(record, traces)
    _told_alike(record, traces, print_)
    _failed_rows(record, traces, print_)
    _bodies(record, traces, print_)
    _files(record, traces, print_)
    traces.turns = cleaned_turns(record.brand_id, print_)
    traces.messages = cleaned_messages(record.brand_id, print_)
    return traces


def _fingerprint(record: Record, traces: Traces) -> Fingerprint:
    entity = catalog_of(record.brand).get(record.entity_type)
    if entity is None:
        return Fingerprint(frozenset(), frozenset())
    states = [dict(record.data)]
    for run, numbers in traces.entries.items():
        rows = JournalEntry.objects.filter(run_id=run, seq__in=list(numbers)).values_list("before", "after")
        states += values_of(dict(journal.decode_values(text)) for row in rows for text in row)
    known = [{name: value for name, value in state.items() if name in entity.fields} for state in states]
    return fingerprint(entity, known)


def _take(traces: Traces, entry: dict[str, Any]) -> None:
    traces.entries[entry["run_id"]].add(entry["seq"])
    if entry["row"]:
        traces.rows.add((entry["run_id"], entry["row"]))


def _planned_alike(record: Record, traces: Traces) -> None:
    """An applied plan numbers its entries as the plan did: what is erased of one is erased of the other."""
    applied = Run.objects.filter(brand_id=record.brand_id, kind=RunKind.APPLY, pk__in=list(traces.entries))
    for run, plan in applied.values_list("pk", "parent_id"):
        found = JournalEntry.objects.filter(run_id=plan, seq__in=list(traces.entries[run]))
        for entry in found.values(*_ENTRY):
            _take(traces, entry)


def _told_alike(record: Record, traces: Traces, print_: Fingerprint) -> None:
    """Entries of no record yet that tell of this one: of simulations that were not applied, and of rows that failed."""
    nobody = Q(record__isnull=True) | Q(record__lt=0)
    found = JournalEntry.objects.filter(nobody, run__brand_id=record.brand_id, entity_type=record.entity_type)
    rows: dict[int, set[int]] = defaultdict(set)
    for run, row in traces.rows:
        rows[run].add(row)
    for run, numbers in rows.items():
        for entry in found.filter(run_id=run, row__in=list(numbers)).values(*_ENTRY):
            _take(traces, entry)
    wanted = reduce(or_, (_told(_inside_json(text)) for text in print_.texts), Q(run_id__in=[]))
    for entry in found.filter(wanted).values(*_ENTRY).iterator(chunk_size=1000):
        said = [entry["key"], *(_decoded(entry[name]) for name in ("before", "after", "problems"))]
        if print_.is_in(said):
            _take(traces, entry)


def _told(text: str) -> Q:
    return Q(key__icontains=text) | Q(before__icontains=text) | Q(after__icontains=text) | Q(problems__icontains=text)


def _failed_rows(record: Record, traces: Traces, print_: Fingerprint) -> None:
    rows = FailedRow.objects.filter(run__in={run for run, _row in traces.rows}).values_list("pk", "run_id", "row")
    for pk, run, row in rows.iterator(chunk_size=1000):
        if (run, row) in traces.rows:
            traces.failed.add(pk)
    wanted = reduce(or_, (_held(_inside_json(text)) for text in print_.texts), Q(pk__in=[]))
    found = FailedRow.objects.filter(wanted, run__brand_id=record.brand_id)
    for failed in found.iterator(chunk_size=1000):
        said = [_decoded(failed.content), _decoded(failed.edited), _decoded(failed.problems)]
        if print_.is_in(said):
            traces.failed.add(failed.pk)


def _held(text: str) -> Q:
    return Q(content__icontains=text) | Q(edited__icontains=text) | Q(problems__icontains=text)


def _bodies(record: Record, traces: Traces, print_: Fingerprint) -> None:
    """The bodies that brought an erased row, and others that hold it."""
    kept = RunPayload.objects.filter(run__brand_id=record.brand_id).values_list("run_id", flat=True).distinct()
    brought = _with_parents({run for run, _row in traces.rows})
    for run in Run.objects.filter(pk__in=list(kept)).select_related("brand", "template_version__template__brand"):
        parts = RunPayload.objects.filter(run=run).order_by("part").values_list("content", flat=True)
        if run.pk in brought or _holds(zlib.decompress(b"".join(map(bytes, parts))), print_, _opener(run)):
            traces.bodies.add(run.pk)


def _with_parents(runs: set[int]) -> set[int]:
    """These runs and those they took their rows from: what a retry reads is the body of the run it retries."""
    known, fresh = set(runs), set(runs)
    while fresh:
        parents = Run.objects.filter(pk__in=list(fresh)).exclude(parent=None).values_list("parent_id", flat=True)
        fresh = set(parents) - known
        known |= fresh
    return known


def _opener(run: Run) -> Callable[[], Source]:
    return lambda: open_run(run, loaded=load_import(run))


def _files(record: Record, traces: Traces, print_: Fingerprint) -> None:
    """Files on their way, and the samples of templates."""
    for upload in Upload.objects.filter(brand_id=record.brand_id):
        parts = UploadPart.objects.filter(upload=upload).order_by("part").values_list("content", flat=True)
        body = _unpacked(b"".join(map(bytes, parts)))
        if _holds(body, print_, _reader(body, upload.file_name)):
            traces.uploads.add(upload.pk)
    for sample in TemplateSample.objects.filter(template__brand_id=record.brand_id):
        body = bytes(sample.content)
        if _holds(body, print_, _reader(body, sample.file_name)):
            traces.samples.add(sample.pk)


def _unpacked(packed: bytes) -> bytes:
    return zlib.decompressobj().decompress(packed)


def _reader(body: bytes, name: str) -> Callable[[], Source]:
    return lambda: open_source(body, name=name)


def _holds(body: bytes, print_: Fingerprint, opened: Callable[[], Source]) -> bool:
    """Whether a row of the body tells the record. What cannot be read row by row is judged by its bytes."""
    if not any(needle in part for part in _looked_through(body) for needle in _needles(print_)):
        return False
    try:
        return any(print_.is_in(row.data) for row in opened().rows())
    except (SourceRefused, RunRefused, ValueError):
        return True


def _looked_through(body: bytes) -> Iterator[bytes]:
    """The body in small letters; of a workbook its parts."""
    if not body.startswith(b"PK"):
        yield body.lower()
        return
    try:
        with zipfile.ZipFile(BytesIO(body)) as book:
            for name in book.namelist():
                if name.endswith(".xml"):
                    yield book.read(name).lower()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
        yield body.lower()


def _needles(print_: Fingerprint) -> set[bytes]:
    """The texts as bytes of the encodings and escapes that bodies come in."""
    needles = set()
    for text in print_.texts | print_.forms:
        for said in {text, escape(text), json.dumps(text)[1:-1], _inside_json(text)}:
            for encoding in _ENCODINGS:
                needles.add(said.encode(encoding, "ignore").lower())
    return needles - {b""}


def _inside_json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _decoded(text: str | None) -> Any:
    try:
        return row_data(text) if text else None
    except ValueError:
        return text
