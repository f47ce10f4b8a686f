"""Which of a brand's import templates fit a file: how many of their names it has, how many of its columns they use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from integration_admin.accounts.access import Actor, NotAllowed
from sync_app.runs.loading import require_types
from sync_app.runs.uploads.keeping import KeptBody
from sync_app.runs.uploads.look import Look, look
from templates_app.brand_catalog import catalog_rows
from templates_app.language.column_fits import ColumnFit, fit_columns
from templates_app.language.drafts import ImportMapper, TypePlan
from templates_app.library.loading import LoadedTemplate, load
from templates_app.library.refusals import TemplateOutdated
from templates_app.library.versions import installed_templates
from templates_app.library.wording import description_in_words
from templates_app.models import Direction, TemplateVersion
from templates_app.sources.columns import LOOKED_AT
from templates_app.sources.header_names import WantedNames, row_with_names
from templates_app.sources.reading import AS_FOUND, Reading
from templates_app.sources.writers.cells import text_of

#: From which score a template is taken to be meant.
GOOD: Final = 0.6
#: What is found by its position only may be anything: it is offered, and left to a person.
BY_POSITION: Final = 0.5


@dataclass(frozen=True, slots=True)
class Candidate:
    """An import template this person may call, held against the file as the template reads it.

    `unused`: columns that nothing in the template reads. `score` is 0 (nothing in common) to 1 (every name has a column
    and every column a use).
    """

    version: TemplateVersion
    types: tuple[TypePlan, ...]
    look: Look
    fit: ColumnFit
    unused: tuple[str, ...]
    score: float

    @property
    def name(self) -> str:
        return self.version.template.name

    @property
    def what_for(self) -> str:
        """The description of the template, in the reader's language where it is ours."""
        return description_in_words(self.version.template)

    @property
    def found(self) -> int:
        """How many of the names have a column."""
        return self.fit.names - len(self.fit.lacking)

    @property
    def good(self) -> bool:
        """Whether it can be offered without asking: much in common, and nothing lacks that rows need."""
        return self.score >= GOOD and not any(one.required for one in self.fit.lacking)


def candidates(*, actor: Actor, body: KeptBody, reading: Reading = AS_FOUND) -> list[Candidate]:
    """The templates this person may import with, the best first. The file is looked at once for each way to read it."""
    looks: dict[tuple[str, tuple[str, ...], int], Look] = {}
    tables: dict[str, _Table] = {}
    found = []
    for loaded, mapper in _callable(actor):
        path, columns = loaded.rows_path, loaded.columns
        if path not in tables:
            tables[path] = _table(body, replace(reading, rows_path=path))
        way = path, columns, 0 if columns else tables[path].header_row(loaded.names)
        if way not in looks:
            looks[way] = look(body, reading=replace(reading, rows_path=path, columns=columns, names=loaded.names))
        found.append(_candidate(loaded, mapper, looks[way]))
    return sorted(found, key=lambda one: (not one.good, -one.score, one.name))


@dataclass(frozen=True, slots=True)
class _Table:
    """The first rows of a table, header or not, as texts, and which of them (from 1) looks like the header.

    None at all where there is nothing to find: the file is no table, or somebody said which row it is.
    """

    rows: tuple[tuple[str, ...], ...] = ()
    looks: int = 0

    def header_row(self, names: WantedNames) -> int:
        """Which of the rows (from 1) is the header to whoever reads these names; 0 where no row is looked at."""
        return row_with_names(self.rows, names, otherwise=self.looks) or self.looks


def _table(body: KeptBody, reading: Reading) -> _Table:
    seen = look(body, reading=reading)
    if seen.looked is None or seen.kind == "json" or reading.header_row is not None:
        return _Table()
    bare = look(body, reading=replace(reading, header_row=0), shown=LOOKED_AT).looked
    if bare is None or bare.format.header_row:
        return _Table()
    numbers = [row.number for row in bare.rows]
    looks = seen.looked.format.header_row
    texts = tuple(tuple(text_of(cell) for cell in row.data.values()) for row in bare.rows)
    return _Table(texts, numbers.index(looks) + 1 if looks in numbers else 0)


def _callable(actor: Actor) -> Iterator[tuple[LoadedTemplate, ImportMapper]]:
    """The import templates of the brand that can be called today, by this person."""
    rows = catalog_rows(actor.brand)
    for version in installed_templates(actor.brand):
        if version.template.direction != Direction.IN or not actor.may_use_template(version.template.name):
            continue
        try:
            loaded = load(version, rows=rows)
            if loaded.importer is not None:
                require_types(actor, loaded.importer.types)
                yield loaded, loaded.importer
        except (TemplateOutdated, NotAllowed):
            continue


def _candidate(loaded: LoadedTemplate, mapper: ImportMapper, seen: Look) -> Candidate:
    fit = fit_columns(loaded.root, mapper.types, seen.columns)
    unused = mapper.unused_columns(seen.columns)
    return Candidate(loaded.version, mapper.types, seen, fit, unused, _score(loaded, seen, fit, unused))


def _score(loaded: LoadedTemplate, seen: Look, fit: ColumnFit, unused: tuple[str, ...]) -> float:
    """How many of its names have a column, and, counting half as much, how many of the columns it uses.

    A template that names the columns itself finds them in any file: it fits as far as the rows have that many cells.
    """
    if seen.looked is None or not fit.names:
        return 0.0
    if loaded.columns:
        rows = seen.looked.rows
        return BY_POSITION * sum(row.problem is None for row in rows) / len(rows) if rows else 0.0
    found, used = fit.names - len(fit.lacking), len(seen.columns) - len(unused)
    return (2 * found / fit.names + (used / len(seen.columns) if seen.columns else 0)) / 3
