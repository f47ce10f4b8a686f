"""Exporting through a template: one read snapshot, in chunks, with the point from which to ask next. Writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from types import TracebackType
from typing import Any

from integration_admin.accounts.access import Actor
from integration_admin.accounts.models import Right
from sync_app.engine.exporter import Exporter, ItemStopped
from sync_app.runs.errors import RunUnprocessable, WrongDirection
from sync_app.runs.loading import callable_version, load_version
from sync_app.runs.since import MARGIN, format_since, parse_since, read_cursor, sign_cursor
from sync_app.runs.verbs.due import Due, DueSince
from sync_app.storage.clock import Clock, snapshot
from sync_app.storage.exports import DatabaseExports
from templates_app.catalog.types import Catalog
from templates_app.language.drafts import ExportMapper, ExportRecord
from templates_app.models import Direction

CHUNK = 2000

#: (ids of records, the revision after which they are due) -> those that are left out.
LeftOut = Callable[[Sequence[int], int], set[int]]


def open_export(
    *,
    actor: Actor,
    template: str,
    since: str | None = None,
    cursor: str | None = None,
    flat: bool = False,
    but: LeftOut | None = None,
    clock: Clock,
) -> Export:
    """An export to be consumed inside `with`. `flat` items have column names as keys (CSV, XLSX), else nested ones.

    `but`: records that are left out of the items, though they have changed.

    Raises NotAllowed, TemplateNotFound, WrongDirection, RunUnprocessable, and RunRefused for `since` or `cursor`.
    """
    actor.require(Right.EXPORT)
    version = callable_version(actor=actor, name=template, direction=Direction.OUT)
    loaded = load_version(version)
    if loaded.exporter is None:
        raise WrongDirection("in")
    mapper = loaded.exporter
    actor.require_reading(set(mapper.plan.aliases.values()))
    moment = parse_since(since, now=clock()) if since else None
    after = read_cursor(cursor, brand=actor.brand.pk, template=version.template_id) if cursor else None
    return Export(
        actor=actor,
        mapper=mapper,
        catalog=loaded.catalog,
        since=moment,
        after=after,
        flat=flat,
        but=but,
        template=version.template_id,
        clock=clock,
    )


class Export:
    """One export, open while its snapshot is. `next_since` and `cursor` say from where to ask the next time."""

    def __init__(
        self,
        *,
        actor: Actor,
        mapper: ExportMapper,
        catalog: Catalog,
        since: Any,
        after: int | None,
        flat: bool,
        but: LeftOut | None = None,
        template: int | None = None,
        clock: Clock,
    ) -> None:
        self._actor = actor
        self._template = template
        self._mapper = mapper
        self._plan = mapper.plan
        self._catalog = catalog
        self._since = since
        self._after = after
        self._clock = clock
        self._but = but
        self._due = Due()
        self._reader = ReadableExports(actor)
        self._open = ExitStack()
        types = {alias: catalog.types[name] for alias, name in self._plan.aliases.items()}
        self._types = types
        self.exporter = Exporter(mapper=mapper, reader=self._reader, types=types, flat=flat)
        told = since is not None or after is not None
        self.columns = mapper.columns(deleted=told and self._plan.include_deleted)
        self.rows_name = self._plan.rows
        self.root_type = self._plan.aliases[self._plan.root]
        self.next_since = ""
        self.cursor = ""

    def __enter__(self) -> Export:
        self._open.enter_context(snapshot())
        now = self._reader.now()
        self.next_since = format_since(now.stamp or self._clock())
        self.cursor = sign_cursor(brand=self._actor.brand.pk, revision=now.revision, template=self._template)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    @property
    def items(self) -> Iterator[dict[str, Any]]:
        """The items, chunk by chunk. Raises RunUnprocessable `export_stopped`."""
        changed = self._revision() is not None
        for chunk in self.roots():
            try:
                yield from self.exporter.items(self._without(chunk), changed=changed)
            except ItemStopped as stopped:
                raise _refusal(stopped) from stopped

    def roots(self, *, ordered: bool = True) -> Iterator[Sequence[ExportRecord]]:
        """The records that are due, before any condition, chunk by chunk; in the order of changes if not `ordered`."""
        return self._chunks(self._revision(), ordered=ordered)

    def _without(self, chunk: Sequence[ExportRecord]) -> Sequence[ExportRecord]:
        """A record that is due because of others which it shows is never left out."""
        if self._but is None:
            return chunk
        left = self._but([record.id for record in chunk if record.id not in self._due.shown], self._revision() or 0)
        return [record for record in chunk if record.id not in left]

    def _revision(self) -> int | None:
        """The revision after which records are due; None = all of them."""
        if self._after is not None:
            return self._after
        return self._reader.before(self._since - MARGIN) if self._since else None

    def _chunks(self, after: int | None, *, ordered: bool) -> Iterator[Sequence[ExportRecord]]:
        plan = self._plan
        related = plan.through or plan.each or plan.labelled
        if (ordered and plan.order) or (after and related):
            yield from self._listed(after)
            return
        deleted = after is not None and plan.include_deleted
        root = plan.aliases[plan.root]
        yield from self._reader.changed(root, after=after or 0, deleted=deleted, size=CHUNK)

    # --- with an order of its own, or due because of what they show

    def _listed(self, after: int | None) -> Iterator[Sequence[ExportRecord]]:
        """A record that is gone is due once, when it goes: what it would show tells nobody anything."""
        self._due = self._find_due(after)
        own = self._due.own
        ids = self._sorted(sorted(own | self._due.shown))
        for start in range(0, len(ids), CHUNK):
            part = ids[start : start + CHUNK]
            found = self._reader.exported(part)
            yield [found[i] for i in part if i in found and (i in own or not found[i].deleted)]

    def _find_due(self, after: int | None) -> Due:
        """All of them, when nothing is asked for that anybody has seen before."""
        if not after:
            return Due(own=self._reader.changed_ids(self._plan.aliases[self._plan.root], after=0))
        readable = [name for name in self._catalog.types if self._actor.reads(name)]
        return DueSince(self._reader, self._plan, self._catalog, readable, after).find()

    def _sorted(self, ids: list[int]) -> list[int]:
        """By the template's order: the sort form of each kind, records without a value last."""
        fields = self._types[self._plan.root].fields
        for name, descending in reversed(self._plan.order):
            forms = {}
            for start in range(0, len(ids), CHUNK):
                for record in self._reader.exported(ids[start : start + CHUNK]).values():
                    if name in record.data:
                        forms[record.id] = fields[name].kind.sort_form(record.data[name])
            with_value = sorted((i for i in ids if i in forms), key=forms.__getitem__, reverse=descending)
            ids = with_value + [i for i in ids if i not in forms]
        return ids


def _refusal(stopped: ItemStopped) -> RunUnprocessable:
    """Where in the data and where in the template it stopped, and why."""
    record, problem = stopped.record, stopped.problem
    refusal = RunUnprocessable("export_stopped")
    params = {**problem.params, "record": record.label or record.type, "key": record.id, "name": problem.name}
    params |= {"field": problem.field, "value": problem.value, "reason": problem.code}
    refusal.problem = replace(refusal.problem, params=params)
    return refusal


class ReadableExports(DatabaseExports):
    """The same, showing an actor no label of a record whose type they may not read."""

    def __init__(self, actor: Actor) -> None:
        super().__init__(brand=actor.brand.pk)
        self._actor = actor

    def labels(self, ids: Any) -> dict[int, str]:
        return {i: r.label if self._actor.reads(r.type) else "" for i, r in self.exported(ids).items()}
