"""Looking at a file before anything runs: what it seems to be, how it begins, and what else it could be read as."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from sync_app.runs.uploads.keeping import KeptBody
from sync_app.runs.verbs.importing import source_limits
from templates_app.sources.csv_delimiter import require_delimiter
from templates_app.sources.heads import ROWS_SHOWN, Looked, look_at
from templates_app.sources.open import kind_of
from templates_app.sources.reading import AS_FOUND, Reading
from templates_app.sources.rows import SourceRefused
from templates_app.sources.xlsx_head import sheet_names

KIND_SIGNS: Final = 64


@dataclass(frozen=True, slots=True)
class Look:
    """What a file shows. Exactly one of `looked` and `refused` is there. `sheets`: those of a workbook, to choose from.

    `kind` is json, csv or xlsx, as said or as found; it is there even when the file cannot be read so.
    """

    kind: str
    looked: Looked | None
    refused: SourceRefused | None
    sheets: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        return self.looked.format.columns if self.looked is not None else ()


def look(
    body: KeptBody,
    *,
    reading: Reading = AS_FOUND,
    shown: int = ROWS_SHOWN,
) -> Look:
    """Reads as little of the file as will do, and gives the first rows: as many as are to be `shown`."""
    name = body.upload.file_name
    known = reading.kind or kind_of(body.head(KIND_SIGNS), name=name)
    try:
        require_delimiter(reading.delimiter)
        looked, refused = (
            look_at(body, name=name, reading=replace(reading, kind=known), limits=source_limits(), shown=shown),
            None,
        )
    except SourceRefused as refusal:
        looked, refused = None, refusal
    return Look(known, looked, refused, _sheets(body) if known == "xlsx" else ())


def _sheets(body: KeptBody) -> tuple[str, ...]:
    try:
        return sheet_names(body.whole())
    except SourceRefused:
        return ()
