"""A file that holds no rows is called what it is, not what its name says."""

from __future__ import annotations

import io
import zipfile

import pytest

from templates_app.sources.heads import look_at
from templates_app.sources.other_files import refuse_other_files
from tests.sources.opening import source_from
from tests.sources.refusals import refusal

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x10"
OTHERS = [
    (PNG, "file_is_picture"),
    (b"GIF89a\x01\x00\x01\x00", "file_is_picture"),
    (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", "file_is_picture"),
    (b"BM6\x00\x0c\x00\x00\x00\x00\x00", "file_is_picture"),
    (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "file_is_picture"),
    (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "file_is_document"),
    (b"{\\rtf1\\ansi Hello}", "file_is_document"),
    (b"\x1f\x8b\x08\x00\x00\x00\x00\x00", "file_is_archive"),
    (b"MZ\x90\x00\x03\x00\x00\x00", "file_is_program"),
    (b"\x7fELF\x02\x01\x01\x00", "file_is_program"),
    (b"SQLite format 3\x00\x10\x00", "file_is_database"),
    (b"\x00\x00\x00 ftypisom\x00\x00", "file_is_recording"),
    (b"<!DOCTYPE html>\n<html><body>Sign in</body></html>", "file_is_web_page"),
    (b"\n  <HTML lang=en>", "file_is_web_page"),
    (b'<?xml version="1.0"?><Workbook/>', "file_is_xml"),
    (b"<a/>", "file_is_xml"),
    (b'\xef\xbb\xbf\n<c:list xmlns:c="urn:x" />\n', "file_is_xml"),
    (b'<rows at="1">\n <row>x</row>\n</rows>\n', "file_is_xml"),
]
#: Tables whose first cell looks like a tag.
TABLES = [b"<a>;<b>\n1;2\n", b"<a>\n<b>\n", b"<a/>;b\n1;<a/>\n", b"a\n<a>x</a>\n", b"<a b\n1\n"]


class Held:
    def __init__(self, content: bytes) -> None:
        self.content, self.size = content, len(content)

    def head(self, length: int) -> bytes:
        return self.content[:length]

    def whole(self) -> bytes:
        return self.content


@pytest.mark.parametrize(("body", "code"), OTHERS)
@pytest.mark.parametrize("name", ["clients.csv", "clients.xlsx", ""])
def test_it_is_told_what_the_file_is(body: bytes, code: str, name: str) -> None:
    assert refusal(lambda: source_from(body, name=name)).problem.code == code


@pytest.mark.parametrize("body", TABLES)
def test_a_table_of_tags_is_a_table(body: bytes) -> None:
    assert source_from(body, name="clients.csv").format.kind == "csv"


def test_a_large_picture_is_one_too() -> None:
    body = PNG + b"\x00\x01\x02;\n" * 300_000
    assert refusal(lambda: look_at(Held(body), name="clients.csv")).problem.code == "file_is_picture"


def test_an_archive_that_is_no_office_document_is_to_be_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("clients.csv", "a;b\n1;2\n")
    assert refusal(lambda: source_from(out.getvalue(), name="clients.csv")).problem.code == "file_is_archive"
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert refusal(lambda: source_from(out.getvalue(), name="clients.ods")).problem.code == "workbook_other_kind"


@pytest.mark.parametrize("text", ["MZ;name\n1;2\n", "BM;BN\n1;2\n", "PARTY;x\n1;2\n", "<b>;c\n1;2\n", "II*;x\n1;2\n"])
def test_a_text_that_only_begins_alike_is_read(text: str) -> None:
    refuse_other_files(text.encode())
    assert source_from(text.encode(), name="x.csv").total == 1
