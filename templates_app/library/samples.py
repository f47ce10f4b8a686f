"""The rows a template is tried on: kept with the template, small, as they were given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from integration_admin.accounts.access import Actor
from integration_admin.accounts.audit import record
from templates_app.catalog.problems import Problem
from templates_app.library.permission import require_right
from templates_app.library.refusals import LibraryRefused
from templates_app.models import Template, TemplateSample
from templates_app.sources.csv_delimiter import require_delimiter
from templates_app.sources.cuts import first_part
from templates_app.sources.header_names import WantedNames
from templates_app.sources.limits import Limits
from templates_app.sources.open import open_source
from templates_app.sources.reading import Reading
from templates_app.sources.rows import Source, SourceRefused

#: What a sample may have, in bytes. Of a larger file the first rows that fit are kept.
MAX_SAMPLE: Final = 1024 * 1024
#: How many rows a preview shows at first.
SHOWN_ROWS: Final = 20

_CUT_LIMITS: Final = Limits()
#: What JSON closes its brackets with may stand beyond the limit.
_LIMITS: Final = Limits(max_body=MAX_SAMPLE + 1024)
#: A sample read in vain for one of these reasons is kept: `In Rows` or `In Columns` may yet say how to read it.
_UP_TO_THE_TEMPLATE: Final = frozenset(
    {"rows_needed", "rows_not_found", "rows_missing", "rows_not_a_list", "sheet_not_found"}
)


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
        return cls(**{option.name: kept[option.name] for option in fields(cls) if option.name in kept})

    def to_json(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value not in ("", None)}


@dataclass(frozen=True, slots=True)
class KeptSample:
    """The sample as kept, and `cut`: that only its first rows were (`sample_cut`, params `rows`, `kib`), or None."""

    sample: TemplateSample
    cut: Problem | None = None


def keep_sample(
    *,
    actor: Actor,
    template: Template,
    body: bytes,
    file_name: str = "",
    options: SampleOptions = SampleOptions(),
    rows_path: str = "",
    columns: tuple[str, ...] = (),
    at: datetime,
) -> KeptSample:
    """Keeps the body (pasted text is its UTF-8) as the template's sample, in place of the one before.

    `rows_path` and `columns` are `In Rows` and `In Columns` of the text being edited. A built-in template may have a
    sample, an archived one may not. Raises NotAllowed, LibraryRefused, and SourceRefused when it cannot be read.
    """
    require_right(actor, template)
    if template.archived:
        raise LibraryRefused("template_archived", name=template.name)
    require_delimiter(options.delimiter)
    reading = Reading(rows_path=rows_path, columns=columns, **_reading(options))
    cut = None
    if len(body) > MAX_SAMPLE:
        part = first_part(body, size=MAX_SAMPLE, name=file_name, reading=reading, limits=_CUT_LIMITS)
        body, options = part.content, _options(part.reading)
        kib = MAX_SAMPLE // 1024
        cut = Problem("sample_cut", {"rows": part.rows, "kib": kib}) if part.rows else _cut_sheets(kib)
    else:
        _look(body, file_name, reading)
    values = {
        "file_name": file_name[:255],
        "content": body,
        "file": options.to_json(),
        "author": actor.name,
        "saved_at": at,
    }
    with transaction.atomic():
        sample, _ = TemplateSample.objects.update_or_create(template=template, defaults=values)
        _note(actor, template, "template.sample", at, after={"file": file_name[:255], "bytes": len(body)})
    return KeptSample(sample, cut)


def sample_of(*, actor: Actor, template: Template) -> TemplateSample | None:
    """The template's sample, if there is one. Raises NotAllowed."""
    require_right(actor, template)
    return TemplateSample.objects.filter(template=template).first()


@transaction.atomic
def drop_sample(*, actor: Actor, template: Template, at: datetime) -> bool:
    """Forgets the sample; whether there was one. Raises NotAllowed."""
    require_right(actor, template)
    deleted, _ = TemplateSample.objects.filter(template=template).delete()
    if deleted:
        _note(actor, template, "template.sample_dropped", at)
    return bool(deleted)


def open_sample(
    sample: TemplateSample, *, rows_path: str = "", columns: tuple[str, ...] = (), names: WantedNames = ()
) -> Source:
    """The sample as a source, read as the template's text says: `In Rows`, `In Columns`, and the names it reads.

    Raises SourceRefused.
    """
    options = SampleOptions.from_json(sample.file)
    reading = Reading(rows_path=rows_path, columns=columns, names=names, **_reading(options))
    return open_source(bytes(sample.content), name=sample.file_name, reading=reading, limits=_LIMITS)


def _look(body: bytes, file_name: str, reading: Reading) -> None:
    """Refuses what no template could read."""
    try:
        open_source(body, name=file_name, reading=reading, limits=_LIMITS)
    except SourceRefused as refused:
        if refused.problem.code not in _UP_TO_THE_TEMPLATE:
            raise


def _reading(options: SampleOptions) -> dict[str, Any]:
    return {**asdict(options), "kind": options.kind or None}


def _options(reading: Reading) -> SampleOptions:
    return SampleOptions(
        kind=reading.kind or "",
        encoding=reading.encoding,
        delimiter=reading.delimiter,
        sheet=reading.sheet,
        header_row=reading.header_row,
    )


def _note(
    actor: Actor, template: Template, action: str, at: datetime, *, after: Mapping[str, Any] | None = None
) -> None:
    record(brand=actor.brand, by=actor.name, action=action, target=template.name, at=at, after=dict(after or {}))


def _cut_sheets(kib: int) -> Problem:
    return Problem("sample_cut_sheets", {"kib": kib})
