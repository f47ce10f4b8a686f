"""The journal in the database: entries are written beside the change they tell of, and digested."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec
from django.db import connection
from django.db.models import Case, F, IntegerField, Max, Min, Q, When

from sync_app.engine.plan import DELETE, ERROR, INSERT, INSERT_UNDONE, SKIP, UNCHANGED, Operation
from sync_app.models import JournalEntry, Record, Revision
from sync_app.storage.dialect import Column, dialect
from templates_app.catalog.problems import Problem

TABLE = JournalEntry._meta.db_table

_COLUMNS = (
    Column("run_id", "bigint"),
    Column("seq", "bigint"),
    Column("row", "integer"),
    Column("item", "text"),
    Column("entity_type", "text"),
    Column("key", "text"),
    Column("record", "bigint"),
    Column("operation", "text"),
    Column("applied", "boolean"),
    Column("before", "text"),
    Column("after", "text"),
    Column("fields", "text"),
    Column("code", "text"),
    Column("problems", "text"),
    Column("version_seen", "integer"),
    Column("version_after", "integer"),
    Column("revision", "bigint"),
)
_QUOTED = tuple(column._replace(name=f'"{column.name}"') for column in _COLUMNS)

_encode = msgspec.json.Encoder(decimal_format="number").encode
_encode_lines = msgspec.json.Encoder(decimal_format="number").encode_lines
_decode = msgspec.json.Decoder(float_hook=Decimal).decode


class Entry(NamedTuple):
    """One journal row, in the order of its columns."""

    run_id: int
    seq: int
    row: int
    item: str
    entity_type: str
    key: str
    record: int | None
    operation: str
    applied: bool
    before: str | None
    after: str | None
    fields: str
    code: str
    problems: str
    version_seen: int
    version_after: int
    revision: int | None


def entries_of(
    operations: Iterable[Operation], *, run: int, first_seq: int, applied: bool, revision: int | None, verbose: bool
) -> list[Entry]:
    """The entries of these operations, numbered from `first_seq`. `Unchanged` is kept only when `verbose`."""
    entries: list[Entry] = []
    seq = first_seq
    for operation in operations:
        if operation.operation == UNCHANGED and not verbose:
            continue
        entries.append(_entry(operation, run, seq, applied and operation.writes, revision))
        seq += 1
    return entries


def _entry(operation: Operation, run: int, seq: int, applied: bool, revision: int | None) -> Entry:
    writes = operation.writes
    return Entry(
        run,
        seq,
        operation.row,
        operation.item,
        operation.entity.name,
        operation.key,
        operation.record or None,
        operation.operation,
        applied,
        _encode(operation.before).decode() if writes and operation.before else None,
        _encode(operation.after).decode() if writes and operation.after else None,
        ",".join(operation.changed) if writes else "",
        operation.code,
        encode_problems(operation.problems) if operation.problems else "",
        operation.version,
        operation.version + 1 if writes else operation.version,
        revision if applied else None,
    )


def append(entries: Sequence[Entry]) -> None:
    """Insert these entries. The caller's transaction decides whether they, and what they tell of, happened."""
    if entries:
        with connection.cursor() as cursor:
            dialect().insert(cursor, TABLE, _QUOTED, entries)


def lines(entries: Sequence[Entry]) -> bytes:
    """Every column of every entry, in order: what the digest of a revision is over."""
    return _encode_lines(entries)


def digest(entries: Sequence[Entry]) -> str:
    """What `verify` and undo compare with what was written."""
    return hashlib.blake2b(lines(entries), digest_size=32).hexdigest()


def entries(*, run: int, after: int = 0, limit: int, until: int | None = None) -> list[Entry]:
    """The entries of a run whose `seq` is greater than `after` (and at most `until`), in order."""
    names = ", ".join(column.name for column in _QUOTED)
    upper = "" if until is None else " AND seq <= %s"
    parameters = [run, after, *([] if until is None else [until]), limit]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {names} FROM {TABLE} WHERE run_id = %s AND seq > %s{upper} ORDER BY seq LIMIT %s", parameters
        )
        return [_read(row) for row in cursor.fetchall()]


def _read(row: tuple[Any, ...]) -> Entry:
    """SQLite gives a boolean as a number."""
    return Entry._make((*row[:8], bool(row[8]), *row[9:]))


def encode_problems(problems: Iterable[Problem]) -> str:
    """Problems as JSON text: code, params and place; empty members left out."""
    return _encode([{k: v for k, v in asdict(p).items() if v} for p in problems]).decode()


def decode_problems(text: str) -> list[Problem]:
    """The reverse of `encode_problems`."""
    return [Problem(**members) for members in _decode(text)] if text else []


def decode_values(text: str | None) -> Mapping[str, Any]:
    """The `before` or `after` of an entry."""
    values: Mapping[str, Any] = _decode(text) if text else {}
    return values


def changes_of(before: str | None, after: str | None) -> dict[str, dict[str, Any]]:
    """field -> {"old", "new"}, of the two texts of an entry; None where a side has no value."""
    old, new = decode_values(before), decode_values(after)
    return {name: {"old": old.get(name), "new": new.get(name)} for name in dict.fromkeys((*old, *new))}


def remove(*, run: int, first: int, last: int) -> None:
    """Remove planned entries whose applied form takes their place in the same transaction."""
    JournalEntry.objects.filter(run_id=run, seq__gte=first, seq__lte=last, applied=False).delete()


def renamed(*, plan: int, run: int) -> dict[int, int]:
    """provisional id -> real id, of the inserts that `run` has applied of `plan`. Both number their entries alike."""
    sql = (
        f"SELECT p.record, a.record FROM {TABLE} p JOIN {TABLE} a ON a.run_id = %s AND a.seq = p.seq"
        " WHERE p.run_id = %s AND p.record < 0 AND a.applied"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [run, plan])
        return dict(cursor.fetchall())


def spoiled(*, plan: int, run: int) -> set[int]:
    """The records, provisional or not, that `run` was to write by `plan` and did not: nothing later of them stands."""
    sql = (
        f"SELECT p.record FROM {TABLE} p JOIN {TABLE} a ON a.run_id = %s AND a.seq = p.seq"
        " WHERE p.run_id = %s AND p.record IS NOT NULL AND p.operation NOT IN ('Error', 'Skip')"
        " AND (a.operation = 'Error' OR (a.operation = 'Skip' AND p.operation <> 'Unchanged'))"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [run, plan])
        return {row[0] for row in cursor.fetchall()}


def changed_since_planned(*, run: int, brand: int) -> int:
    """How many records that this run plans to change, or found unchanged, are not at the version it saw first."""
    sql = (
        f"SELECT COUNT(*) FROM (SELECT record, MIN(version_seen) AS seen FROM {TABLE}"
        " WHERE run_id = %s AND record > 0 AND operation IN ('Insert', 'Update', 'Delete', 'Unchanged')"
        f" GROUP BY record) planned LEFT JOIN {Record._meta.db_table} present"
        " ON present.id = planned.record AND present.brand_id = %s"
        " WHERE present.id IS NULL OR present.version <> planned.seen"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [run, brand])
        return int(cursor.fetchone()[0])


def skipped_records(*, run: int) -> set[int]:
    """The records this run left as they are, against its purpose."""
    skips = JournalEntry.objects.filter(run_id=run, operation=SKIP, record__isnull=False)
    return {int(record or 0) for record in skips.values_list("record", flat=True)}


def noted_records(*, run: int) -> set[int]:
    """The records this run has entries of."""
    entries = JournalEntry.objects.filter(run_id=run, record__isnull=False)
    return {int(record or 0) for record in entries.values_list("record", flat=True)}


def forget_plan(*, run: int) -> None:
    """Remove all that this run has only planned: it is planned again."""
    JournalEntry.objects.filter(run_id=run, applied=False).delete()


def failures(*, run: int) -> dict[int, tuple[str, str]]:
    """row -> (code, problems) of the rows that failed in a run: the first failing entry's code, problems of all."""
    rows = JournalEntry.objects.filter(run_id=run, operation=ERROR).order_by("seq")
    found: dict[int, tuple[str, str]] = {}
    for row, code, problems in rows.values_list("row", "code", "problems"):
        first, told = found.get(row, (code, ""))
        found[row] = (first or code, _together(told, problems))
    return found


def _together(told: str, more: str) -> str:
    """The problems of both, each once."""
    if not told or not more:
        return told or more
    before = decode_problems(told)
    return encode_problems([*before, *(problem for problem in decode_problems(more) if problem not in before)])


class Editor(NamedTuple):
    """A later change of a record: which run, by whom, which fields."""

    run: int
    actor: str
    fields: frozenset[str]


def editors(*, records: Collection[int], after_run: int) -> dict[int, list[Editor]]:
    """record -> its changes after the last one of `after_run`, the latest first."""
    last = JournalEntry.objects.filter(run_id=after_run, applied=True).aggregate(last=Max("revision"))["last"] or 0
    later = JournalEntry.objects.filter(record__in=list(records), applied=True, revision__gt=last)
    rows = later.order_by("-revision", "-seq").values_list("record", "run_id", "run__actor", "fields")
    found: dict[int, list[Editor]] = {}
    for record, run, actor, fields in rows:
        found.setdefault(int(record or 0), []).append(Editor(run, actor, frozenset(fields.split(","))))
    return found


def insert_undone(*, records: Collection[int]) -> set[int]:
    """Those of which the last applied entry is that their insert was undone."""
    by = dialect()
    sql = (
        f"SELECT e.record FROM {TABLE} e WHERE e.applied AND {by.any_of('e.record')} AND e.code = %s"
        f" AND NOT EXISTS (SELECT 1 FROM {TABLE} l WHERE l.record = e.record AND l.applied AND l.revision >= e.revision"
        " AND (l.revision > e.revision OR l.seq > e.seq))"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [by.array(records), INSERT_UNDONE])
        return {row[0] for row in cursor.fetchall()}


def referring_since(
    *, records: Collection[int], revision: int, references: Mapping[str, Collection[str]], but: int
) -> dict[int, int]:
    """record -> the last revision from this one on that brought it back or wrote a reference (type -> fields) of it.

    What the run `but` wrote does not count.
    """
    later = JournalEntry.objects.filter(record__in=list(records), applied=True, revision__gte=revision)
    later = later.exclude(run_id=but)
    found: dict[int, int] = {}
    for record, number, entity, operation, fields in later.order_by("revision").values_list(
        "record", "revision", "entity_type", "operation", "fields"
    ):
        if operation == INSERT or not set(fields.split(",")).isdisjoint(references.get(entity, ())):
            found[int(record or 0)] = int(number or 0)
    return found


def deleted_since(*, records: Collection[int], run: int, but: int) -> set[int]:
    """Those of these records that this run has deleted, or another one but that since it began to write."""
    # A run numbers its entries as it writes them: the first has the first revision, and is found without the others.
    began = JournalEntry.objects.filter(run_id=run, applied=True).order_by("seq").values_list("revision", flat=True)[:1]
    deleted = JournalEntry.objects.filter(record__in=list(records), applied=True, operation=DELETE, revision__gte=began)
    return {int(record or 0) for record in deleted.exclude(run_id=but).values_list("record", flat=True)}


def applied_types(*, run: int) -> set[str]:
    """The entity types of which this run changed records."""
    applied = JournalEntry.objects.filter(run_id=run, applied=True)
    return set(applied.values_list("entity_type", flat=True).distinct())


def changed_records(*, run: int) -> list[int]:
    """The records this run changed as undo takes them: deleted ones, changed ones, inserted ones (some deleted since).

    Each of these in the reverse order of their last change: referrers before what they refer to.
    """
    applied = JournalEntry.objects.filter(run_id=run, applied=True).values("record")
    turned = applied.annotate(
        last=Max("seq"),
        came=Min("seq", filter=Q(operation=INSERT)),
        went=Min("seq", filter=Q(operation=DELETE)),
    )
    lost = Q(went__isnull=False) & (Q(came__isnull=True) | Q(came__gt=F("went")))
    ordered = turned.order_by(
        Case(When(lost, then=0), When(came__isnull=True, then=1), default=2, output_field=IntegerField()), "-last"
    )
    return [int(row["record"] or 0) for row in ordered]


def inserted_records(*, run: int) -> list[int]:
    """The records that are there because of this run: inserted, or revived without having been deleted by it."""
    applied = JournalEntry.objects.filter(run_id=run, applied=True)
    deleted = applied.filter(operation=DELETE).values("record")
    inserts = applied.filter(operation=INSERT).exclude(record__in=deleted)
    return [int(record or 0) for record in inserts.values_list("record", flat=True)]


def entries_of_records(*, run: int, records: Collection[int]) -> list[Entry]:
    """The applied entries of this run on these records, in order."""
    names, by = ", ".join(column.name for column in _QUOTED), dialect()
    found = f"{by.beside('run_id')} = %s AND applied AND {by.any_of('record')}"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {names} FROM {TABLE} WHERE {found} ORDER BY seq", [run, by.array(records)])
        return [_read(row) for row in cursor.fetchall()]


def entries_since(*, records: Collection[int], revision: int) -> list[Entry]:
    """The applied entries on these records after this revision, of whatever run, in order."""
    names, by = ", ".join(column.name for column in _QUOTED), dialect()
    found = f"{by.any_of('record')} AND applied AND revision > %s"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {names} FROM {TABLE} WHERE {found} ORDER BY revision, seq", [by.array(records), revision]
        )
        return [_read(row) for row in cursor.fetchall()]


def versions(*, runs: Collection[int], records: Collection[int]) -> list[tuple[int, int, int]]:
    """(record, version before, version after) of each change that these runs made of these records, in order."""
    by = dialect()
    found = f"{by.any_of('record')} AND applied AND {by.any_of(by.beside('run_id'))}"
    sql = f"SELECT record, version_seen, version_after FROM {TABLE} WHERE {found} ORDER BY revision, seq"
    with connection.cursor() as cursor:
        cursor.execute(sql, [by.array(records), by.array(runs)])
        return [(int(record), int(seen), int(after)) for record, seen, after in cursor.fetchall()]


def altered(*, run: int) -> list[int]:
    """The revisions of this run whose entries are not those that were written: verify and undo refuse them."""
    wrong = []
    for number, first, last, expected in Revision.objects.filter(run_id=run).values_list(
        "number", "first_seq", "last_seq", "digest"
    ):
        found = entries(run=run, after=first - 1, until=last, limit=last - first + 1)
        if digest(found) != expected:
            wrong.append(number)
    return wrong
