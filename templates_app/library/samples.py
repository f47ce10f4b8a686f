"""The rows a template is tried on: kept with the template, small, as they were given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from integration_admin.accounts.access import Actor
from templates_app.catalog.problems import Problem
from templates_app.models import Template, TemplateSample
from templates_app.sources.rows import Row, Source

#: What a sample may have, in bytes. Of a larger file the first rows that fit are kept.
MAX_SAMPLE: Final = 1024 * 1024
#: How many rows a preview shows at first.
SHOWN_ROWS: Final = 20


@dataclass(frozen=True, slots=True)
class SampleOptions:
    """How the sample is to be read; what is empty (`header_row`: None) is detected. `header_row` 0 = there is none."""

    kind: str = ""
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header_row: int | None = None

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> SampleOptions:
        raise NotImplementedError

    def to_json(self) -> dict[str, Any]:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class KeptSample:
    """The sample as kept, and `cut`: that only its first rows were (`sample_cut`, params `kept`, `limit`), or None."""

    sample: TemplateSample
    cut: Problem | None = None


def keep_sample(
    *,
    actor: Actor,
    template: Template,
    body: bytes,
    file_name: str = "",
    options: SampleOptions = SampleOptions(),
    at: datetime,
) -> KeptSample:
    """Keeps the body (pasted text is its UTF-8) as the template's sample, in place of the one before.

    Raises NotAllowed, LibraryRefused (a built-in or archived template), and SourceRefused when it cannot be read.
    """
    raise NotImplementedError


def sample_of(*, actor: Actor, template: Template) -> TemplateSample | None:
    """The template's sample, if there is one. Raises NotAllowed."""
    raise NotImplementedError


def drop_sample(*, actor: Actor, template: Template) -> bool:
    """Forgets the sample; whether there was one. Raises NotAllowed."""
    raise NotImplementedError


def open_sample(sample: TemplateSample, *, rows_path: str = "", columns: tuple[str, ...] = ()) -> Source:
    """The sample as a source, read as `In Rows` and `In Columns` of the template's text say. Raises SourceRefused."""
    raise NotImplementedError


def open_text(text: str, *, rows_path: str = "", columns: tuple[str, ...] = ()) -> Source:
    """Pasted JSON or CSV as a source, without keeping it. Raises SourceRefused."""
    raise NotImplementedError


def first_rows(source: Source, *, count: int = SHOWN_ROWS, numbers: tuple[int, ...] = ()) -> tuple[Row, ...]:
    """The first rows, or those of these numbers."""
    raise NotImplementedError
