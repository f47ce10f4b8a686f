"""How the sample is read, as the editor shows it: what was found, and what else a person can say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from integration_admin.accounts.access import Actor
from templates_app.admin.reading_choices import Choice, header_choices, sheet_choices
from templates_app.language.compiler import source_options, wanted_names
from templates_app.language.reader import read
from templates_app.library.problem_words import problem_said
from templates_app.library.sample_reading import SampleReading, sample_reading
from templates_app.models import TemplateSample

#: What the selects show already.
_SHOWN_ELSEWHERE: Final = frozenset(
    {"sheet_detected", "header_detected", "header_absent", "header_doubtful", "delimiter_detected"}
)


@dataclass(frozen=True, slots=True)
class ShownReading:
    """`headers` and `sheets` are none where there is nothing to choose. `given`: the template names the columns."""

    reading: SampleReading
    given: bool
    headers: list[Choice]
    sheets: list[Choice]
    told: str
    notes: list[str]

    @property
    def asks_sheet(self) -> bool:
        return self.reading.asks_sheet and bool(self.sheets)

    @property
    def asks_header(self) -> bool:
        return self.reading.asks_header

    @property
    def header_row(self) -> int:
        return self.reading.found.header_row if self.reading.found is not None else 0


def shown_reading(*, actor: Actor, sample: TemplateSample | None, xml: str) -> ShownReading | None:
    """How the sample is read with the text being written; None without one. Raises NotAllowed."""
    if sample is None:
        return None
    root = read(xml).root
    rows_path, columns = source_options(root) if root is not None else ("", ())
    names = wanted_names(root) if root is not None else ()
    reading = sample_reading(actor=actor, sample=sample, rows_path=rows_path, columns=columns, names=names)
    sheet = reading.found.sheet if reading.found is not None else ""
    return ShownReading(
        reading=reading,
        given=bool(columns),
        headers=_headers(reading) if reading.kind != "json" and not columns else [],
        sheets=sheet_choices(sheets=reading.sheets, chosen=sheet) if len(reading.sheets) > 1 else [],
        told=problem_said(reading.refused.problem) if reading.refused is not None else "",
        notes=[problem_said(note) for note in reading.notes if note.code not in _SHOWN_ELSEWHERE],
    )


def _headers(reading: SampleReading) -> list[Choice]:
    found = reading.found.header_row if reading.found is not None else 0
    return header_choices(said=reading.said.header_row, found=found)
