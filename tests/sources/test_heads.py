"""A large body is looked at by its beginning, and says the same as if it had been read whole."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest

from templates_app.sources import heads
from templates_app.sources.heads import look_at
from templates_app.sources.limits import Limits
from templates_app.sources.reading import Reading
from templates_app.sources.rows import SourceRefused
from tests.sources.opening import source_from


@dataclass
class Kept:
    """A body in memory that notes when it is asked for whole."""

    content: bytes
    read_whole: int = 0

    @property
    def size(self) -> int:
        return len(self.content)

    def head(self, length: int) -> bytes:
        return self.content[:length]

    def whole(self) -> bytes:
        self.read_whole += 1
        return self.content


@pytest.fixture(autouse=True)
def _short_heads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heads, "HEAD_BYTES", 600)


def lines(count: int, cell: str = "x", end: str = "\n") -> str:
    return f"code;name{end}" + "".join(f"{number};{cell}{end}" for number in range(count))


def test_a_small_body_is_read_whole_and_counted() -> None:
    looked = look_at(Kept(lines(7).encode()), name="a.csv")
    assert (looked.total, looked.exact, len(looked.rows), looked.format.columns) == (7, True, 7, ("code", "name"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_beginning_of_a_table_says_what_the_whole_says(encoding: str, end: str) -> None:
    content = lines(2000, "Amélie à Besançon", end).encode(encoding)
    looked, whole = look_at(Kept(content), name="a.csv"), source_from(content, name="a.csv")
    assert looked.format == whole.format
    assert not looked.exact
    assert [row.data for row in looked.rows] == [row.data for row, _ in zip(whole.rows(), range(10), strict=False)]
    assert 0.9 < looked.total / whole.total < 1.1


def test_an_accent_far_below_decides_the_encoding() -> None:
    looked = look_at(Kept((lines(2000) + "2001;Amélie préfère déjà Nîmes\n").encode("cp1252")), name="a.csv")
    assert looked.format.encoding == "cp1252"
    assert looked.format.detected[0] == "encoding_detected:cp1252"


def test_a_given_encoding_needs_only_the_beginning() -> None:
    body = Kept(lines(2000, "é").encode("cp1252"))
    looked = look_at(body, name="a.csv", reading=Reading(encoding="cp1252"))
    assert (body.read_whole, looked.rows[0].data["name"]) == (0, "é")
    assert looked.format.detected == ("delimiter_detected:;",)


def test_a_cell_of_several_lines_is_not_cut_in_two() -> None:
    body = Kept(lines(400, '"first\nsecond\nthird"').encode())
    looked = look_at(body, name="a.csv", reading=Reading(encoding="utf-8"))
    assert body.read_whole == 0
    assert {row.data["name"] for row in looked.rows} == {"first\nsecond\nthird"}
    assert 300 < looked.total < 500


def test_what_the_beginning_does_not_explain_is_read_whole() -> None:
    body = Kept(("code;name\n1;" + "x" * 700 + "\n2;y\n").encode())
    looked = look_at(body, name="a.csv", reading=Reading(encoding="utf-8"))
    assert (body.read_whole, looked.total, looked.exact) == (1, 2, True)


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ([{"n": 1, "t": "a]b,{"}] * 200, ""),
        ({"rows": [{"n": 1, "l": [1, 2, 3]}] * 200}, ""),
        ({"meta": {"tags": ["a", "b"], "q": 'a"[,'}, "data": {"rows": [{"n": 1}] * 200}}, "data/rows"),
        ([{"items": [{"n": 1}] * 200}], "items"),
    ],
)
def test_the_beginning_of_json_is_closed_and_read(body: object, path: str) -> None:
    kept = Kept(json.dumps(body).encode())
    looked = look_at(kept, name="a.json", reading=Reading(rows_path=path))
    whole = source_from(kept.content, name="a.json", rows_path=path)
    assert kept.read_whole == 0
    assert [row.data for row in looked.rows] == [row.data for row, _ in zip(whole.rows(), range(10), strict=False)]
    assert looked.format.columns == whole.format.columns
    assert 0.85 < looked.total / 200 < 1.15


def test_rows_that_begin_beyond_the_beginning_are_found() -> None:
    kept = Kept(json.dumps({"preamble": ["x" * 50] * 50, "rows": [{"n": 1}] * 5}).encode())
    looked = look_at(kept, name="a.json", reading=Reading(rows_path="rows"))
    assert (kept.read_whole, looked.total, looked.exact) == (1, 5, True)


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"PK\x03\x04" + b"x" * 2000, "a.xlsx", "workbook_broken"),
        (b"", "a.csv", "table_empty"),
    ],
)
def test_what_cannot_be_read_is_refused_as_ever(content: bytes, name: str, code: str) -> None:
    with pytest.raises(SourceRefused) as refused:
        look_at(Kept(content), name=name)
    assert refused.value.problem.code == code


def test_a_body_over_the_limit_is_refused_unread() -> None:
    body = Kept(b"x" * 100)
    with pytest.raises(SourceRefused, match="body_too_large"):
        look_at(body, limits=Limits(max_body=99))
    assert body.read_whole == 0


def test_what_is_wrong_far_below_is_left_to_whoever_reads_the_whole() -> None:
    kept = Kept(json.dumps([{"n": 1}] * 200).encode() + b"nonsense")
    assert look_at(kept, name="a.json").rows[0].data == {"n": 1}
    with pytest.raises(SourceRefused, match="json_trailing_text"):
        source_from(kept.content, name="a.json")
