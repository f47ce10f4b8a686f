"""A large workbook is looked at by the first rows of its sheets, and says the same as if it had been read whole."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
from openpyxl import Workbook

from templates_app.sources import heads, xlsx_head
from templates_app.sources.heads import look_at
from templates_app.sources.reading import Reading
from templates_app.sources.rows import SourceRefused
from templates_app.sources.xlsx_head import sheet_names, workbook_head
from tests.sources.opening import source_from
from tests.sources.test_heads import Kept

NAMES = ["code", "name", "day"]


@pytest.fixture(autouse=True)
def _short_heads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heads, "SMALL_WORKBOOK", 100)
    monkeypatch.setattr(xlsx_head, "SHEET_BYTES", 4000)
    monkeypatch.setattr(xlsx_head, "STRINGS_BYTES", 8000)


def workbook(*sheets: tuple[str, int], text: Callable[[int], str] = "Amélie {}".format) -> bytes:
    book, out = Workbook(), io.BytesIO()
    book.remove(book.worksheets[0])
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        if rows:
            sheet.append(NAMES)
        for number in range(rows):
            sheet.append([number, text(number), None])
    book.save(out)
    return out.getvalue()


def altered(body: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with one part changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            new.writestr(entry.filename, change(content) if entry.filename == part else content)
    return out.getvalue()


def test_the_beginning_says_what_the_whole_says() -> None:
    body = workbook(("Clients", 3000))
    looked, whole = look_at(Kept(body), name="a.xlsx"), source_from(body, name="a.xlsx")
    assert looked.format == whole.format
    assert [row.data for row in looked.rows] == [row.data for row, _ in zip(whole.rows(), range(10), strict=False)]
    assert not looked.exact
    assert 0.8 < looked.total / whole.total < 1.2


def test_a_small_sheet_of_a_large_workbook_is_counted() -> None:
    looked = look_at(Kept(workbook(("Big", 3000), ("Small", 5))), name="a.xlsx", reading=Reading(sheet="small"))
    assert (looked.total, looked.exact, looked.format.sheet) == (5, True, "Small")


def test_which_sheet_holds_the_rows_is_asked_as_ever() -> None:
    with pytest.raises(SourceRefused, match="rows_needed"):
        look_at(Kept(workbook(("A", 2000), ("B", 2000))), name="a.xlsx")
    assert look_at(Kept(workbook(("A", 2000), ("Empty", 0))), name="a.xlsx").format.sheet == "A"


def test_rows_whose_texts_stand_beyond_the_beginning_are_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_head, "STRINGS_BYTES", 300)
    looked = look_at(Kept(workbook(("Clients", 3000))), name="a.xlsx")
    assert looked.rows[9].data["name"] == "Amélie 9"


def test_what_cannot_be_cut_is_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    body = workbook(("Clients", 300))
    styles = altered(body, "xl/styles.xml", lambda xml: xml + b"<!--" + b"x" * 5000 + b"-->")
    assert workbook_head(styles) is None
    monkeypatch.setattr(xlsx_head, "SHEET_BYTES", 700)
    assert workbook_head(body) is None
    for cut in (styles, body):
        assert look_at(Kept(cut), name="a.xlsx").total == 300


def test_prefixes_of_the_file_do_not_matter() -> None:
    def prefixed(xml: bytes) -> bytes:
        return (
            xml.replace(b"xmlns=", b"xmlns:x=").replace(b"<", b"<x:").replace(b"<x:/", b"</x:").replace(b"<x:?", b"<?")
        )

    body = altered(workbook(("Clients", 3000)), "xl/worksheets/sheet1.xml", prefixed)
    looked = look_at(Kept(body), name="a.xlsx")
    assert (looked.exact, looked.rows[3].data["name"]) == (False, "Amélie 3")


@pytest.mark.parametrize("body", [b"", b"PK\x03\x04", b"x" * 500, workbook(("A", 500))[:-400]])
def test_what_is_broken_is_refused(body: bytes) -> None:
    assert workbook_head(body) is None
    with pytest.raises(SourceRefused, match="workbook_broken"):
        sheet_names(body)
    with pytest.raises(SourceRefused):
        look_at(Kept(body), reading=Reading(kind="xlsx"))


def test_a_zip_that_is_no_workbook_is_refused_as_one() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("notes.txt", "x" * 500)
    assert workbook_head(out.getvalue()) is None
    with pytest.raises(SourceRefused, match="file_is_archive"):
        look_at(Kept(out.getvalue()), name="a.xlsx")


@pytest.mark.parametrize("titles", [("Clients", "Vide"), ("A > B", "C & D", "E 'F' \u00ab")])
def test_sheets_are_named_in_order(titles: tuple[str, ...]) -> None:
    body = workbook(*((title, 1) for title in titles))
    assert sheet_names(body) == titles
    assert sheet_names(altered(body, "xl/workbook.xml", lambda xml: xml.replace(b"&gt;", b">"))) == titles
