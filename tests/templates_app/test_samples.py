"""Samples: small, kept with their template as they were given, and seen by nobody else."""

from __future__ import annotations

import hashlib
import io
import json
from datetime import datetime
from itertools import islice

import pytest
from openpyxl import Workbook, load_workbook

from integration_admin.accounts.access import Actor, NotAllowed
from integration_admin.accounts.models import AuditEntry
from templates_app.catalog.problems import Problem
from templates_app.library import LibraryRefused, archive, samples, save_draft
from templates_app.library.sample_reading import SampleReading, reread_sample, sample_reading
from templates_app.library.samples import (
    MAX_SAMPLE,
    SampleOptions,
    drop_sample,
    keep_sample,
    open_sample,
    sample_of,
)
from templates_app.models import Template, TemplateSample
from templates_app.sources import cuts
from templates_app.sources.rows import SourceRefused
from tests.sources.opening import source_from
from tests.templates_app.conftest import GOOD

CSV = "Mail;Nom\na@x.org;Adé\nb@x.org;Bôle\n".encode()


@pytest.fixture
def clients(ann: Actor, now: datetime) -> Template:
    return save_draft(actor=ann, name="clients", xml=GOOD, at=now)[0].template


def workbook(rows: int, *, width: int = 3) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Données")
    sheet.append([f"c{number}" for number in range(width)])
    for row in range(rows):
        sheet.append([f"value {row * 7919 % 104729} {number}" for number in range(width)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("body", "name", "columns"),
    [
        (CSV, "clients.csv", ("Mail", "Nom")),
        (CSV.decode().encode("cp1252"), "clients.csv", ("Mail", "Nom")),
        (b'[{"Mail": "a@x.org", "Nom": "Ad"}, {"Mail": "b@x.org", "Nom": "B"}]', "", ("Mail", "Nom")),
        (workbook(2), "clients.xlsx", ("c0", "c1", "c2")),
    ],
)
def test_a_sample_is_kept_as_it_was_given_and_read_again(
    ann: Actor, clients: Template, now: datetime, body: bytes, name: str, columns: tuple[str, ...]
) -> None:
    kept = keep_sample(actor=ann, template=clients, body=body, file_name=name, at=now)
    assert kept.cut is None
    sample = sample_of(actor=ann, template=clients)
    assert sample is not None
    assert (bytes(sample.content), sample.file_name, sample.author, sample.saved_at) == (body, name, ann.name, now)
    opened = open_sample(sample)
    assert (opened.format.columns, opened.total) == (columns, 2)


def test_a_second_sample_takes_the_place_of_the_first(ann: Actor, clients: Template, now: datetime) -> None:
    keep_sample(actor=ann, template=clients, body=CSV, at=now, options=SampleOptions(delimiter=";"))
    keep_sample(actor=ann, template=clients, body=b'[{"x": 1}]', at=now)
    sample = TemplateSample.objects.get()
    assert (bytes(sample.content), sample.file) == (b'[{"x": 1}]', {})


def test_a_delimiter_that_separates_nothing_is_refused(ann: Actor, clients: Template, now: datetime) -> None:
    with pytest.raises(SourceRefused, match="delimiter_unfit"):
        keep_sample(actor=ann, template=clients, body=CSV, at=now, options=SampleOptions(delimiter="e"))


def test_what_a_person_said_of_the_file_is_kept_with_it(ann: Actor, clients: Template, now: datetime) -> None:
    options = SampleOptions(kind="csv", encoding="cp1252", delimiter="|", header_row=2)
    body = "note\na|b\n1|é\n".encode("cp1252")
    keep_sample(actor=ann, template=clients, body=body, options=options, at=now)
    sample = TemplateSample.objects.get()
    assert SampleOptions.from_json(sample.file) == options
    assert [row.data for row in open_sample(sample).rows()] == [{"a": "1", "b": "é"}]


def test_a_file_without_header_is_read_with_the_columns_of_the_template(
    ann: Actor, clients: Template, now: datetime
) -> None:
    options = SampleOptions(kind="csv", header_row=0)
    keep_sample(actor=ann, template=clients, body=b"1;2\n3;4\n", options=options, at=now)
    opened = open_sample(TemplateSample.objects.get(), columns=("x", "y"))
    assert [row.data for row in opened.rows()] == [{"x": "1", "y": "2"}, {"x": "3", "y": "4"}]


def test_json_whose_rows_only_the_template_finds_is_kept(ann: Actor, clients: Template, now: datetime) -> None:
    body = b'{"a": [{"n": 1}], "b": [{"n": 2}]}'
    keep_sample(actor=ann, template=clients, body=body, rows_path="c", at=now)
    assert [row.data for row in open_sample(TemplateSample.objects.get(), rows_path="b").rows()] == [{"n": 2}]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "table_empty"),
        (b"[", "json_cut_off"),
        (b"{'a': 1}", "json_single_quotes"),
        (b"PK\x03\x04zz", "workbook_broken"),
    ],
)
def test_it_refuses_what_no_template_could_read(
    ann: Actor, clients: Template, now: datetime, body: bytes, code: str
) -> None:
    with pytest.raises(SourceRefused) as refused:
        keep_sample(actor=ann, template=clients, body=body, at=now)
    assert refused.value.problem.code == code
    assert not TemplateSample.objects.exists()


# --- larger files


def large_csv(encoding: str) -> bytes:
    line = 'é;"one\ntwo; ""three""";{}\n'
    return ("a;b;c\n" + "".join(line.format(number) for number in range(80_000))).encode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_of_a_large_table_the_first_rows_are_kept_and_it_says_so(
    ann: Actor, clients: Template, now: datetime, encoding: str
) -> None:
    kept = keep_sample(actor=ann, template=clients, body=large_csv(encoding), file_name="large.csv", at=now)
    assert kept.cut is not None
    assert kept.cut.code == "sample_cut"
    assert len(kept.sample.content) <= MAX_SAMPLE
    rows = list(open_sample(kept.sample).rows())
    assert len(rows) == kept.cut.params["rows"]
    assert len(rows) > 10_000
    assert not any(row.problem for row in rows)
    assert [row.data for row in rows[:2]] == [{"a": "é", "b": 'one\ntwo; "three"', "c": str(n)} for n in range(2)]


def test_of_a_large_json_the_first_items_are_kept(ann: Actor, clients: Template, now: datetime) -> None:
    items = [{"n": number, "text": "é" * 50, "list": [{"deep": number}]} for number in range(20_000)]
    body = json.dumps({"data": {"rows": items}}, ensure_ascii=False).encode()
    kept = keep_sample(actor=ann, template=clients, body=body, rows_path="data/rows", at=now)
    rows = list(open_sample(kept.sample, rows_path="data/rows").rows())
    assert kept.cut is not None
    assert len(rows) == kept.cut.params["rows"]
    assert len(rows) > 5000
    assert [row.data for row in rows] == items[: len(rows)]


def test_of_a_large_workbook_the_first_rows_are_kept(
    ann: Actor, clients: Template, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = 64 * 1024
    monkeypatch.setattr(samples, "MAX_SAMPLE", limit)
    body = workbook(4_000, width=6)
    assert len(body) > limit
    kept = keep_sample(actor=ann, template=clients, body=body, file_name="large.xlsx", at=now)
    assert len(kept.sample.content) <= limit
    assert load_workbook(io.BytesIO(bytes(kept.sample.content)), read_only=True).sheetnames == ["Données"]
    rows, whole = list(open_sample(kept.sample).rows()), source_from(body, name="large.xlsx")
    assert len(rows) > 500
    assert [row.data for row in rows[:50]] == [row.data for row in islice(whole.rows(), 50)]


def test_one_row_that_is_larger_than_a_sample_is_refused_with_the_limit(
    ann: Actor, clients: Template, now: datetime
) -> None:
    body = json.dumps([{f"n{number}": "x" * 3000 for number in range(600)}]).encode()
    with pytest.raises(SourceRefused) as refused:
        keep_sample(actor=ann, template=clients, body=body, at=now)
    assert refused.value.problem.code == "body_too_large"
    assert refused.value.problem.params["limit"] == MAX_SAMPLE


# --- who


def test_whoever_may_not_edit_templates_and_a_stranger_are_refused(
    ann: Actor, ben: Actor, eve: Actor, clients: Template, now: datetime
) -> None:
    keep_sample(actor=ann, template=clients, body=CSV, at=now)
    for actor, code in ((ben, "right_missing"), (eve, "not_in_brand")):
        with pytest.raises(NotAllowed) as refused:
            sample_of(actor=actor, template=clients)
        assert refused.value.code == code
        with pytest.raises(NotAllowed):
            keep_sample(actor=actor, template=clients, body=b'[{"x": 1}]', at=now)
        with pytest.raises(NotAllowed):
            drop_sample(actor=actor, template=clients, at=now)
    assert bytes(TemplateSample.objects.get().content) == CSV


def test_an_archived_template_takes_no_sample(ann: Actor, clients: Template, now: datetime) -> None:
    archive(actor=ann, template=clients, at=now)
    with pytest.raises(LibraryRefused) as refused:
        keep_sample(actor=ann, template=Template.objects.get(pk=clients.pk), body=CSV, at=now)
    assert refused.value.code == "template_archived"


def test_a_sample_is_dropped_once_and_the_history_never_holds_its_values(
    ann: Actor, clients: Template, now: datetime
) -> None:
    keep_sample(actor=ann, template=clients, body=CSV, file_name="clients.csv", at=now)
    assert drop_sample(actor=ann, template=clients, at=now) is True
    assert drop_sample(actor=ann, template=clients, at=now) is False
    assert sample_of(actor=ann, template=clients) is None
    noted = AuditEntry.objects.filter(action__startswith="template.sample").order_by("pk")
    assert [(entry.action, entry.target) for entry in noted] == [
        ("template.sample", "clients"),
        ("template.sample_dropped", "clients"),
    ]
    assert noted[0].after == {"file": "clients.csv", "bytes": len(CSV)}


def test_of_a_large_workbook_with_several_sheets_the_first_rows_of_each_are_kept(
    ann: Actor, clients: Template, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(samples, "MAX_SAMPLE", 20_000)
    monkeypatch.setattr(cuts, "SHEET_BYTES", 100_000)
    book = Workbook(write_only=True)
    for title in ("Clients", "Projets"):
        sheet = book.create_sheet(title)
        sheet.append([title, "code"])
        for number in range(2_000):
            sheet.append([f"{title} {number}", hashlib.sha256(f"{number}".encode()).hexdigest()])
    out = io.BytesIO()
    book.save(out)
    kept = keep_sample(actor=ann, template=clients, body=out.getvalue(), file_name="two.xlsx", at=now)
    assert kept.cut == Problem("sample_cut_sheets", {"kib": 19})
    read = sample_reading(actor=ann, sample=kept.sample)
    assert (read.asks_sheet, read.sheets, read.found) == (True, ("Clients", "Projets"), None)
    reread_sample(actor=ann, template=clients, sheet="Projets", at=now)
    sample = TemplateSample.objects.get()
    assert next(iter(open_sample(sample).rows())).data["Projets"] == "Projets 0"
    assert len(bytes(sample.content)) < 20_000


def test_a_sample_is_read_by_another_header_without_being_sent_again(
    ann: Actor, clients: Template, now: datetime
) -> None:
    keep_sample(actor=ann, template=clients, body=b"1;a@x.org\n2;b@x.org\n3;c@x.org\n", file_name="x.csv", at=now)

    def read() -> SampleReading:
        return sample_reading(actor=ann, sample=TemplateSample.objects.get())

    assert (read().asks_header, read().said.header_row) == (True, None)
    for row, columns in ((1, ("1", "a@x.org")), (0, ("column_1", "column_2"))):
        reread_sample(actor=ann, template=clients, header_row=row, at=now)
        found = read().found
        assert found is not None
        assert (read().asks_header, found.columns) == (False, columns)
    reread_sample(actor=ann, template=clients, sheet="x", at=now)
    assert read().said == SampleOptions(sheet="x", header_row=0)
    reread_sample(actor=ann, template=clients, header_row="find", at=now)
    assert read().asks_header
    assert AuditEntry.objects.filter(action="template.sample_read").count() == 4


def test_a_template_that_names_the_columns_is_not_asked_for_a_header(
    ann: Actor, clients: Template, now: datetime
) -> None:
    kept = keep_sample(actor=ann, template=clients, body=b"1;a@x.org\n2;b@x.org\n", file_name="x.csv", at=now)
    assert not sample_reading(actor=ann, sample=kept.sample, columns=("a", "b")).asks_header


def test_what_may_not_be_read_differently_is_refused(ann: Actor, ben: Actor, clients: Template, now: datetime) -> None:
    with pytest.raises(LibraryRefused) as refused:
        reread_sample(actor=ann, template=clients, header_row=0, at=now)
    assert refused.value.code == "sample_gone"
    keep_sample(actor=ann, template=clients, body=CSV, at=now)
    with pytest.raises(NotAllowed):
        reread_sample(actor=ben, template=clients, header_row=0, at=now)
