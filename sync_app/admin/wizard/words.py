"""How the import wizard says what it sees: the ways to read a file, its first rows, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from integration_admin.accounts.access import NotAllowed
from sync_app.admin.wizard.asked import OTHER, SIGNS, Asked
from sync_app.runs.errors import RunRefused
from sync_app.runs.row_text import row_text
from sync_app.runs.sentences import message
from sync_app.runs.uploads.fit import Candidate
from sync_app.runs.uploads.look import Look
from templates_app.admin.reading_choices import Choice, Told, header_choices, sheet_choices
from templates_app.catalog.problems import Problem
from templates_app.sources.notes import notes_of
from templates_app.sources.rows import Row, SourceRefused

COLUMNS_SHOWN: Final = 60
CELL_SHOWN: Final = 120
KIND_WORDS: Final = {"csv": _("Table as text (CSV)"), "json": "JSON", "xlsx": _("Workbook (XLSX)")}
ENCODINGS: Final[Mapping[str, object]] = {
    "utf-8": "UTF-8",
    "cp1252": _("cp1252 · Western, Windows"),
    "iso8859_15": _("latin-9 · Western, ISO"),
    "mac_roman": _("Macintosh · Western"),
    "cp850": _("cp850 · Western, DOS"),
    "cp437": _("cp437 · American, DOS"),
    "cp1250": _("cp1250 · Central European, Windows"),
    "iso8859_2": _("latin-2 · Central European, ISO"),
    "cp1251": _("cp1251 · Cyrillic, Windows"),
    "cp1253": _("cp1253 · Greek, Windows"),
    "cp1254": _("cp1254 · Turkish, Windows"),
    "cp1255": _("cp1255 · Hebrew, Windows"),
    "cp1256": _("cp1256 · Arabic, Windows"),
    "cp1257": _("cp1257 · Baltic, Windows"),
    "koi8_r": _("KOI8-R · Russian"),
    "cp932": _("Shift JIS · Japanese"),
    "euc_jp": _("EUC-JP · Japanese"),
    "gb18030": _("GB 18030 · Chinese"),
    "big5hkscs": _("Big5 · Chinese, traditional"),
    "cp949": _("cp949 · Korean"),
    "utf-16": "UTF-16",
}
#: What the codecs of a byte order mark are called.
SAME_ENCODING: Final = {"utf-8-sig": "utf-8", "utf-16-le": "utf-16", "utf-16-be": "utf-16", "utf-32": "utf-32"}
SIGN_WORDS: Final = {
    "semicolon": _("Semicolon ;"),
    "comma": _("Comma ,"),
    "tab": _("Tab"),
    "bar": _("Bar |"),
    OTHER: _("Other…"),
}
#: What a person can do here about what is wrong with a file; every other sentence says it itself.
HINTS: Final[Mapping[str, object]] = {
    "undecodable": _("Choose another encoding below."),
    "nul_character": _("If the file is in UTF-16, choose that encoding below."),
    "quote_not_closed": _("Close it in the file, or choose another separator below."),
    "header_not_found": _("Choose an earlier row below."),
    "rows_needed": _("Choose the sheet below."),
    "sheet_not_found": _("Choose the sheet below."),
    "rows_not_found": _("Choose a template that is made for this file, or change its path to the rows."),
    "rows_missing": _("Choose a template that is made for this file, or change its path to the rows."),
    "file_kind_unknown": _("Choose the format below."),
    "json_syntax": _("If this is no JSON, choose the format below."),
    "template_outdated": _("Open the template and follow its findings, then come back: the file stays here for a day."),
    "template_not_found": _("Choose another template."),
    "columns_unread": _("Choose another template."),
    "columns_unread_inside": _("Choose another template."),
    "table_empty": _("Choose a file with rows, or another sheet if there is one."),
    "json_empty": _("Choose a file with rows."),
    "encoding_unknown": _("Choose one of the encodings below."),
    "body_too_large": _("Divide it, or leave out columns that nothing reads."),
    "too_many_rows": _("Divide it into several files."),
    "too_many_fields": _("Leave out columns that nothing reads, or choose another separator below."),
    "text_over_limit": _("If this is one cell for many, choose another separator below."),
    "sheet_too_large": _("Delete what stands far off the table, or save the table as CSV."),
    "workbook_unpacks_too_large": _("Save the table as CSV."),
    "rows_not_a_list": _("Choose a template that is made for this file, or change its path to the rows."),
    "no_rows_in_value": _("Choose a template that is made for this file, or change its path to the rows."),
}
#: What is wrong inside the file: the sentence and the place say what to correct.
CORRECTED: Final = frozenset(
    {
        "duplicate_key", "invalid_unicode", "json_cut_off", "json_not_a_number", "json_trailing_text",
        "number_over_limit", "too_deep", "too_many_values", "json_control_character", "json_single_quotes",
        "json_unquoted_key",
    }
)  # fmt: skip


#: What no other reading makes a table of, although it is a file of a kind that is read.
UNREADABLE_WORKBOOKS: Final = frozenset(
    {"workbook_broken", "workbook_old", "workbook_other_kind", "workbook_encrypted", "workbook_unpacks_too_large"}
)
#: What has to be mended in the file itself, unless it is of another format.
UNREADABLE_TEXTS: Final = CORRECTED | {"json_trailing_comma", "json_comment", "not_utf8", "body_too_large"}


DOUBTFUL: Final = "header_doubtful"
#: What the selects and the question about the header show already.
SHOWN_ELSEWHERE: Final = frozenset({"encoding_detected", "delimiter_detected", "header_absent", DOUBTFUL})


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a file: the sentence, where, and what can be done. `findings` are those of a template."""

    code: str
    sentence: str
    line: int
    column: int
    pointer: str
    hint: object
    findings: tuple[str, ...]

    @property
    def no_table(self) -> bool:
        """Whether no other reading makes rows of it: a file of quite another kind, or a workbook not to be read."""
        return self.code.startswith("file_is_") or self.code in UNREADABLE_WORKBOOKS

    @property
    def needs_other_file(self) -> bool:
        """Whether no template can help."""
        return self.no_table or self.code in UNREADABLE_TEXTS


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the first rows, with the fields it feeds. `used` by a condition or a list, if by no field."""

    name: str
    fields: tuple[str, ...]
    used: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One of the first rows, as texts under the columns that are shown."""

    number: int
    cells: list[str]
    problem: str


def wrong_of(refused: RunRefused | SourceRefused | NotAllowed) -> Wrong:
    """A refusal in words."""
    problem = Problem(refused.code, refused.params) if isinstance(refused, NotAllowed) else refused.problem
    place = refused if isinstance(refused, SourceRefused) else None
    findings = refused.findings if isinstance(refused, RunRefused) else ()
    return Wrong(
        code=problem.code,
        sentence=message(problem),
        line=place.line if place else 0,
        column=place.column if place else 0,
        pointer=place.pointer if place else "",
        hint=_hint(problem.code, not_allowed=isinstance(refused, NotAllowed)),
        findings=tuple(message(Problem(finding.code, finding.params)) for finding in findings),
    )


def _hint(code: str, *, not_allowed: bool) -> object:
    if code in HINTS:
        return HINTS[code]
    if code in CORRECTED:
        return _("Correct the file, then choose it again.")
    return _("Ask whoever administers the brand.") if not_allowed else ""


def kinds(asked: Asked, seen: Look) -> list[Choice]:
    return [Choice(kind, text, kind == (asked.kind or seen.kind)) for kind, text in KIND_WORDS.items()]


def encodings(asked: Asked, seen: Look) -> list[Choice]:
    """What was found first, then what could be said instead."""
    found = seen.looked.format.encoding if seen.looked is not None and not asked.encoding else ""
    return _with_found(found, SAME_ENCODING.get(found, found), ENCODINGS, asked.encoding)


def delimiters(asked: Asked, seen: Look) -> list[Choice]:
    found = seen.looked.format.delimiter if seen.looked is not None and not asked.delimiter else ""
    return _with_found(
        found, next((word for word, sign in SIGNS.items() if sign == found), found), SIGN_WORDS, asked.delimiter
    )


def sheets(asked: Asked, seen: Look) -> list[Choice]:
    found = seen.looked.format.sheet if seen.looked is not None else asked.sheet
    return sheet_choices(sheets=seen.sheets, chosen=found)


def headers(asked: Asked, seen: Look) -> list[Choice]:
    """Which row names the columns."""
    found = seen.looked.format.header_row if seen.looked is not None else 0
    return header_choices(said=asked.header_row, found=found)


def header_doubted(seen: Look, chosen: Candidate | None) -> bool:
    """Whether the row taken as the header looks like values, nobody said what it is, and no name of it is known."""
    doubted = seen.looked is not None and any(note.code == DOUBTFUL for note in notes_of(seen.looked.format))
    return doubted and not (chosen is not None and chosen.found)


def notes(seen: Look) -> list[str]:
    """What was noticed while reading, in sentences; what the selects show already is left out."""
    if seen.looked is None:
        return []
    told = (note for note in notes_of(seen.looked.format) if note.code not in SHOWN_ELSEWHERE)
    return [message(note) for note in told]


def columns(seen: Look, chosen: Candidate | None) -> list[Column]:
    feeds = chosen.fit.feeds if chosen is not None else {}
    unused = set(chosen.unused) if chosen is not None else set()
    return [Column(name, feeds.get(name, ()), name not in unused) for name in seen.columns[:COLUMNS_SHOWN]]


def lines(seen: Look) -> list[Line]:
    names = seen.columns[:COLUMNS_SHOWN]
    return [_line(row, names) for row in (seen.looked.rows if seen.looked is not None else ())]


def _with_found(found: str, name: str, words: Mapping[str, object], chosen: str) -> list[Choice]:
    what = Told(_("Found: %(what)s"), what=words.get(name, name))
    first = Choice("", what if found else _("Find it"), not chosen)
    listed = [Choice(value, text, value == chosen) for value, text in words.items()]
    unlisted = [Choice(chosen, chosen, True)] if chosen and chosen not in words else []
    return [first, *listed, *unlisted]


def _line(row: Row, names: Iterable[str]) -> Line:
    cells: Mapping[str, Any] = row.data if isinstance(row.data, dict) else {}
    problem = message(row.problem) if row.problem is not None else ""
    return Line(row.number, [_cell(cells.get(name)) for name in names], problem)


def _cell(value: object) -> str:
    """As text, cut where it is long."""
    if value is None:
        return ""
    shown = value if isinstance(value, str) else row_text(value)
    return shown if len(shown) <= CELL_SHOWN else f"{shown[:CELL_SHOWN]}…"
