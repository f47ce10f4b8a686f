"""What the address and the form of the import wizard ask for. What makes no sense is as if it was not asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, cast, get_args
from urllib.parse import urlencode

from django.http import QueryDict

from integration_admin.whole_numbers import whole_number
from sync_app.runs.options import FileOptions, ImportOptions, OnError
from templates_app.sources.open import KINDS
from templates_app.sources.reading import Reading

LONGEST: Final = 100
HIGHEST_ROW: Final = 10_000_000
SIGNS: Final = {"semicolon": ";", "comma": ",", "tab": "\t", "bar": "|"}
OTHER: Final = "other"
WRITE: Final = "write"


@dataclass(frozen=True, slots=True)
class Asked:
    """How the file is to be read, by which template, and what is to be done; empty = not said."""

    template: str
    kind: str
    encoding: str
    delimiter: str
    delimiter_other: str
    sheet: str
    header_row: int | None

    @property
    def file(self) -> FileOptions:
        sign = self.delimiter_other if self.delimiter == OTHER else SIGNS.get(self.delimiter, "")
        return FileOptions(self.encoding, sign, self.sheet, self.header_row)

    @property
    def reading(self) -> Reading:
        return self.file.reading(kind=self.kind or None)

    def query(self, *, template: str) -> str:
        """The same as the query of an address, with this template."""
        members = {
            "template": template,
            "kind": self.kind,
            "encoding": self.encoding,
            "delimiter": self.delimiter,
            "delimiter_other": self.delimiter_other,
            "sheet": self.sheet,
            "header_row": "" if self.header_row is None else str(self.header_row),
        }
        return urlencode({name: value for name, value in members.items() if value})


def asked_of(query: QueryDict) -> Asked:
    """From the query of the address."""
    text = {name: query.get(name, "").replace("\0", "")[:LONGEST] for name in ("template", "kind", "encoding", "sheet")}
    row = whole_number(query.get("header_row", "").strip())
    return Asked(
        template=text["template"],
        kind=text["kind"] if text["kind"] in KINDS else "",
        encoding=text["encoding"],
        delimiter=_delimiter(query.get("delimiter", "")),
        delimiter_other=query.get("delimiter_other", "").strip("\r\n\0")[:10],
        sheet=text["sheet"],
        header_row=None if row is None else min(row, HIGHEST_ROW),
    )


def options_of(sent: QueryDict) -> ImportOptions:
    """From the form or the address. Only the exact word makes an import real."""
    on_error = sent.get("on_error", "")
    return ImportOptions(
        simulate=sent.get("mode") != WRITE,
        verbose="verbose" in sent,
        on_error=cast(OnError, on_error) if on_error in get_args(OnError) else "skip",
    )


def _delimiter(word: str) -> str:
    return word if word in SIGNS or word == OTHER else ""
