"""How a run read its source, in words: format, what was detected, and how names and columns met."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from integration_admin.figures import figure
from sync_app.models import Run, RunKind
from sync_app.runs.sentences import message
from templates_app.sources.notes import SPOKEN, notes_of
from templates_app.sources.rows import SourceFormat

NAMES_SHOWN: Final = 60
#: Notes that say nothing but what stands among the facts.
TOLD_BY_FACTS: Final = frozenset({"delimiter_detected", "header_detected", "sheet_detected"})
FACTS: Final = (
    ("file", _("File")),
    ("kind", _("Format")),
    ("encoding", _("Encoding")),
    ("delimiter", _("Delimiter")),
    ("sheet", _("Sheet")),
    ("header_row", _("Header in row")),
    ("rows", _("Rows")),
)


@dataclass(frozen=True, slots=True)
class SourceWords:
    """`spellings`: (name of the template, name found) where they differ."""

    facts: list[tuple[object, object]]
    notes: list[str]
    spellings: list[tuple[str, str]]
    missing: list[str]
    unused: list[str]


def source_words(run: Run) -> SourceWords | None:
    """None for a run that read no source."""
    kept: dict[str, Any] = run.source
    if not kept.get("kind") or run.kind == RunKind.EXPORT:
        return None
    told = {
        **kept,
        "kind": str(kept["kind"]).upper(),
        "rows": figure(kept.get("rows", 0)),
        "delimiter": SPOKEN.get(kept.get("delimiter", ""), kept.get("delimiter", "")),
    }
    detected = SourceFormat(kind=kept["kind"], detected=tuple(kept.get("detected", ())))
    resolved: dict[str, str] = kept.get("resolved", {})
    return SourceWords(
        facts=[(label, told[name]) for name, label in FACTS if kept.get(name)],
        notes=[message(note) for note in notes_of(detected) if note.code not in TOLD_BY_FACTS],
        spellings=[(name, found) for name, found in resolved.items() if name != found][:NAMES_SHOWN],
        missing=list(kept.get("missingNames", ()))[:NAMES_SHOWN],
        unused=list(kept.get("unusedColumns", ()))[:NAMES_SHOWN],
    )
