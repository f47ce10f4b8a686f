"""How a kept sample is read, and reading it differently: another sheet, another header, none at all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from django.db import transaction

from integration_admin.accounts.access import Actor
from integration_admin.accounts.audit import record
from templates_app.catalog.problems import Problem
from templates_app.library.permission import require_right
from templates_app.library.refusals import LibraryRefused
from templates_app.library.samples import SampleOptions, open_sample
from templates_app.models import Template, TemplateSample
from templates_app.sources.header_names import WantedNames
from templates_app.sources.notes import notes_of
from templates_app.sources.open import kind_of
from templates_app.sources.rows import SourceFormat, SourceRefused
from templates_app.sources.xlsx_head import sheet_names


@dataclass(frozen=True, slots=True)
class SampleReading:
    """What a sample is read as. `said`: what a person said of it; `found`: what it is read by, None where it cannot be.

    `refused`: why it cannot be. `sheets` of a workbook. `asks_sheet`: nobody said yet which of them. `asks_header`:
    the row taken as header (`header_row` of `found`) looks like values, and nobody said yet what it is. `notes` are
    what was noticed while reading.
    """

    kind: str
    said: SampleOptions
    found: SourceFormat | None = None
    refused: SourceRefused | None = None
    sheets: tuple[str, ...] = ()
    notes: tuple[Problem, ...] = ()

    @property
    def asks_sheet(self) -> bool:
        return self.refused is not None and self.refused.problem.code in {"rows_needed", "sheet_not_found"}

    @property
    def asks_header(self) -> bool:
        return any(note.code == "header_doubtful" for note in self.notes)


def sample_reading(
    *,
    actor: Actor,
    sample: TemplateSample,
    rows_path: str = "",
    columns: tuple[str, ...] = (),
    names: WantedNames = (),
) -> SampleReading:
    """How the sample is read with `In Rows`, `In Columns` and names of the text being written. Raises NotAllowed."""
    require_right(actor, sample.template)
    said = SampleOptions.from_json(sample.file)
    content = bytes(sample.content)
    kind = said.kind or kind_of(content, name=sample.file_name)
    sheets = _sheets(content) if kind == "xlsx" else ()
    try:
        found = open_sample(sample, rows_path=rows_path, columns=columns, names=names).format
    except SourceRefused as refused:
        return SampleReading(kind, said, refused=refused, sheets=sheets)
    return SampleReading(kind, said, found, sheets=sheets, notes=notes_of(found))


@transaction.atomic
def reread_sample(
    *,
    actor: Actor,
    template: Template,
    sheet: str | None = None,
    header_row: int | Literal["find"] | None = None,
    at: datetime,
) -> TemplateSample:
    """Reads the sample by another sheet, another header (0: there is none), or both; None: as before.

    Its rows stay as they are. Raises NotAllowed, and LibraryRefused: `template_archived`, `sample_gone`.
    """
    require_right(actor, template)
    if template.archived:
        raise LibraryRefused("template_archived", name=template.name)
    sample = TemplateSample.objects.select_for_update().filter(template=template).first()
    if sample is None:
        raise LibraryRefused("sample_gone")
    said = SampleOptions.from_json(sample.file)
    before = sample.file
    sample.file = _changed(said, sheet, header_row).to_json()
    sample.save(update_fields=["file"])
    record(
        brand=actor.brand,
        by=actor.name,
        action="template.sample_read",
        target=template.name,
        at=at,
        before=before,
        after=sample.file,
    )
    return sample


def _changed(said: SampleOptions, sheet: str | None, header_row: int | Literal["find"] | None) -> SampleOptions:
    if sheet is not None:
        said = replace(said, sheet=sheet)
    if header_row is not None:
        said = replace(said, header_row=None if header_row == "find" else header_row)
    return said


def _sheets(content: bytes) -> tuple[str, ...]:
    try:
        return sheet_names(content)
    except SourceRefused:
        return ()
