"""Where the values of a record stand beside the record itself: in journals, failed rows, bodies, uploads, samples,
turns of syncs and messages.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from django.db.models import Q

from sync_app.engine.fingerprint import Fingerprint, fingerprint, values_of
from sync_app.models import FailedRow, JournalEntry, Record, Run, RunKind, RunPayload, Upload, UploadPart
from sync_app.runs.loading import load_import
from sync_app.runs.packing import unpacked
from sync_app.runs.records.erasing_bodies import Body, probes_of, tells
from sync_app.runs.records.erasing_words import Cleaned, cleaned_messages, cleaned_turns
from sync_app.runs.row_text import row_data
from sync_app.runs.rows.source import open_run
from sync_app.storage import journal
from templates_app.brand_catalog import catalog_of
from templates_app.catalog.folding import fold
from templates_app.models import TemplateSample
from templates_app.sources.open import open_source
from templates_app.sources.rows import Source

AT_ONCE: Final = 1000
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
    names = ("key", "before", "after", "problems")
    for entry in _likely(found.values(*_ENTRY).iterator(chunk_size=AT_ONCE), names, print_):
        if print_.is_in([entry["key"], *(_decoded(entry[name]) for name in names[1:])]):
            _take(traces, entry)


def _failed_rows(record: Record, traces: Traces, print_: Fingerprint) -> None:
    rows = FailedRow.objects.filter(run__in={run for run, _row in traces.rows}).values_list("pk", "run_id", "row")
    for pk, run, row in rows.iterator(chunk_size=1000):
        if (run, row) in traces.rows:
            traces.failed.add(pk)
    found = FailedRow.objects.filter(run__brand_id=record.brand_id)
    names = ("content", "edited", "problems")
    for failed in _likely(found.values("pk", *names).iterator(chunk_size=AT_ONCE), names, print_):
        if print_.is_in([_decoded(failed[name]) for name in names]):
            traces.failed.add(failed["pk"])


def _likely(rows: Iterable[dict[str, Any]], names: tuple[str, ...], print_: Fingerprint) -> Iterator[dict[str, Any]]:
    """Those in whose texts a word of the fingerprint stands; no database folds letters as it was folded.

    JSON texts of ours hold every letter as itself. Many at once are folded at a fraction of the cost.
    """
    probes = probes_of(print_)
    if not probes:
        return
    iterator = iter(rows)
    while some := list(islice(iterator, AT_ONCE)):
        texts = [" ".join(row[name] or "" for name in names) for row in some]
        if _has_one(fold(" ".join(texts)), probes):
            yield from (row for row, text in zip(some, texts, strict=True) if _has_one(fold(text), probes))


def _has_one(folded: str, probes: frozenset[str]) -> bool:
    return any(probe in folded for probe in probes)


def _bodies(record: Record, traces: Traces, print_: Fingerprint) -> None:
    """The bodies that brought an erased row, and others that hold it."""
    kept = RunPayload.objects.filter(run__brand_id=record.brand_id).values_list("run_id", flat=True).distinct()
    brought = _with_parents({run for run, _row in traces.rows})
    for run in Run.objects.filter(pk__in=list(kept)).select_related("brand", "template_version__template__brand"):
        if run.pk in brought or tells(_body(run), print_):
            traces.bodies.add(run.pk)


def _body(run: Run) -> Body:
    parts = RunPayload.objects.filter(run=run).order_by("part").values_list("content", flat=True)
    content, told = unpacked(map(bytes, parts)), run.source.get
    name = told("file", "")
    opener = _opener(run) if run.kind == RunKind.IMPORT else _reader(content, name)
    return Body(content, opener, name, told("kind", ""), told("encoding", ""), told("delimiter", ""))


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
        body = unpacked(map(bytes, parts))
        if tells(Body(body, _reader(body, upload.file_name), upload.file_name), print_):
            traces.uploads.add(upload.pk)
    for sample in TemplateSample.objects.filter(template__brand_id=record.brand_id):
        body = bytes(sample.content)
        if tells(Body(body, _reader(body, sample.file_name), sample.file_name), print_):
            traces.samples.add(sample.pk)


def _reader(body: bytes, name: str) -> Callable[[], Source]:
    return lambda: open_source(body, name=name)


def _decoded(text: str | None) -> Any:
    try:
        return row_data(text) if text else None
    except ValueError:
        return text
