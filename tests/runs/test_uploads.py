"""Files on their way: kept and found by their owner only, looked at, fitted, and taken over by a run."""

from __future__ import annotations

import io
import json
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone
from django_q.models import OrmQ
from openpyxl import Workbook
from pytest_django import Settings

from integration_admin.accounts.access import Actor, NotAllowed, site_actor, system_actor
from integration_admin.accounts.models import Brand
from sync_app.models import Run, RunPayload, RunStatus, Upload, UploadPart
from sync_app.runs.errors import RunRefused
from sync_app.runs.loading import load_import
from sync_app.runs.options import FileOptions, ImportOptions
from sync_app.runs.packing import unpacked
from sync_app.runs.payload import body_of
from sync_app.runs.rows import source
from sync_app.runs.rows.failed_file import failed_file
from sync_app.runs.uploads import keeping as uploads
from sync_app.runs.uploads import start as uploads_start
from sync_app.runs.uploads.fit import candidates
from sync_app.runs.uploads.keeping import (
    KeptBody,
    UploadNotFound,
    drop_upload,
    find_upload,
    keep_upload,
    list_uploads,
    purge_uploads,
)
from sync_app.runs.uploads.look import look
from sync_app.runs.uploads.start import import_upload
from sync_app.runs.verbs import importing
from sync_app.runs.verbs.repairing import edit_row, failed_row
from sync_app.runs.verbs.retrying import start_retry
from sync_app.syncs.running.worker import tick
from templates_app.library.installing import install
from templates_app.sources import heads, xlsx_head
from templates_app.sources.limits import Limits
from templates_app.sources.reading import Reading
from templates_app.sources.rows import SourceRefused
from tests.conftest import Login
from tests.runs.conftest import House, customer

CSV = "code;name;town\nC-1;Amélie;Nîmes\nC-2;Zoé;Sète\n".encode("cp1252")
ANY = FileOptions()


def kept(actor: Actor, body: bytes = CSV, name: str = "clients.csv", at: datetime | None = None) -> Upload:
    return keep_upload(actor=actor, chunks=[body[:5], body[5:]], file_name=name, at=at or timezone.now())


def start(actor: Actor, upload: Upload, template: str = "customers", **options: Any) -> Run:
    return import_upload(
        actor=actor,
        upload=upload.pk,
        template=template,
        options=ImportOptions(**options),
        file=ANY,
        holder="here",
        clock=timezone.now,
    )


def as_json(*rows: object) -> bytes:
    return json.dumps(rows).encode()


# --- kept


def test_a_file_comes_back_byte_for_byte(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "PART_BYTES", 7)
    body = KeptBody(kept(house.actor))
    assert (body.size, body.whole(), body.head(6), body.head(10_000)) == (len(CSV), CSV, CSV[:6], CSV)
    assert UploadPart.objects.count() > 1


def test_the_beginning_is_unpacked_no_further_than_asked(house: House) -> None:
    body = KeptBody(kept(house.actor, b"0123456789" * 500_000))
    assert len(body.head(1000)) == 1000
    assert unpacked(bytes(p.content) for p in UploadPart.objects.order_by("part")) == body.whole()


def test_a_file_over_the_limit_is_refused_and_nothing_kept(house: House, settings: Settings) -> None:
    settings.MAX_BODY_BYTES = 20
    with pytest.raises(SourceRefused, match="body_too_large"):
        kept(house.actor)
    assert not Upload.objects.exists()


def test_an_empty_file_is_refused(house: House) -> None:
    with pytest.raises(RunRefused, match="upload_empty"):
        kept(house.actor, b"")
    assert not Upload.objects.exists()


def test_only_who_may_import_brings_files(teammate: Login, acme: Brand) -> None:
    with pytest.raises(NotAllowed, match="right_missing"):
        kept(site_actor(user=teammate.user, brand=acme))


def test_what_is_nobody_brings_no_file(acme: Brand) -> None:
    with pytest.raises(NotAllowed):
        kept(system_actor(brand=acme, name="a command"))


def test_nobody_else_finds_a_file(house: House, outsider: Actor, teammate: Login, acme: Brand) -> None:
    upload = kept(house.actor)
    for actor in (outsider, site_actor(user=teammate.user, brand=acme)):
        for pk in (upload.pk, upload.pk + 1):
            with pytest.raises(UploadNotFound):
                find_upload(actor=actor, upload=pk)
        drop_upload(actor=actor, upload=upload.pk)
        assert list_uploads(actor=actor) == []
    assert list_uploads(actor=house.actor) == [upload]


def test_a_removed_file_is_gone_with_its_bytes(house: House) -> None:
    upload = kept(house.actor)
    for _twice in range(2):
        drop_upload(actor=house.actor, upload=upload.pk)
    assert not UploadPart.objects.exists()


def test_the_oldest_files_of_a_person_make_room(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "KEPT_EACH", 2)
    brought = [kept(house.actor, name=f"{number}.csv") for number in range(3)]
    assert list_uploads(actor=house.actor) == [brought[2], brought[1]]


def test_files_of_yesterday_are_purged(house: House) -> None:
    now = timezone.now()
    kept(house.actor, at=now - timedelta(days=1, seconds=1))
    fresh = kept(house.actor, at=now - timedelta(hours=23))
    assert purge_uploads(now=now) == 1
    assert list_uploads(actor=house.actor) == [fresh]


def test_the_tick_purges(house: House) -> None:
    kept(house.actor, at=timezone.now() - timedelta(days=2))
    cache.clear()
    tick()
    assert not Upload.objects.exists()


# --- looked at


def test_a_look_says_what_was_found(house: House) -> None:
    seen = look(KeptBody(kept(house.actor)))
    assert seen.looked is not None
    assert (seen.kind, seen.looked.format.encoding, seen.looked.format.delimiter) == ("csv", "cp1252", ";")
    assert [row.data["name"] for row in seen.looked.rows] == ["Amélie", "Zoé"]
    assert seen.columns == ("code", "name", "town")


@pytest.mark.parametrize(
    ("reading", "columns"),
    [
        (Reading(delimiter=","), ("code;name;town",)),
        (Reading(header_row=2), ("C-1", "Amélie", "Nîmes")),
        (Reading(encoding="cp437"), ("code", "name", "town")),
    ],
)
def test_a_look_reads_as_it_is_told(house: House, reading: Reading, columns: tuple[str, ...]) -> None:
    assert look(KeptBody(kept(house.actor)), reading=reading).columns == columns


def test_a_kind_that_is_said_counts(house: House) -> None:
    upload = kept(house.actor, as_json(customer("C-1")), name="rows.txt")
    assert look(KeptBody(upload), reading=Reading(kind="json")).columns == ("code", "name")
    assert look(KeptBody(upload)).kind == "csv"


@pytest.mark.parametrize("name", ["", "rows.json"])
def test_pasted_rows_are_known_by_how_they_begin(house: House, name: str) -> None:
    assert look(KeptBody(kept(house.actor, as_json(customer("C-1")), name=name))).kind == "json"
    assert look(KeptBody(kept(house.actor, b"code\tname\nC-1\tZ\n", name=""))).columns == ("code", "name")


def test_what_cannot_be_read_is_told_with_its_place(house: House) -> None:
    seen = look(KeptBody(kept(house.actor, b'[{"a": 1,}]', name="a.json")))
    assert (seen.looked, seen.columns) == (None, ())
    assert seen.refused is not None
    assert (seen.refused.problem.code, seen.refused.line) == ("json_trailing_comma", 1)


def test_a_workbook_names_its_sheets_even_when_one_must_be_chosen(house: House) -> None:
    book, out = Workbook(), io.BytesIO()
    for title in ("Clients", "Projets"):
        book.create_sheet(title).append(["code", "name"])
        book[title].append(["1", "x"])
    book.save(out)
    body = KeptBody(kept(house.actor, out.getvalue(), name="a.xlsx"))
    seen = look(body)
    assert seen.refused is not None
    assert (seen.refused.problem.code, seen.sheets) == ("rows_needed", ("Sheet", "Clients", "Projets"))
    assert look(body, reading=Reading(sheet="Projets")).columns == ("code", "name")


def test_a_broken_workbook_has_no_sheets(house: House) -> None:
    seen = look(KeptBody(kept(house.actor, b"PK\x03\x04 broken", name="a.xlsx")))
    assert (seen.kind, seen.sheets, seen.looked) == ("xlsx", (), None)


# --- fitted

OTHERS = """<In>
  <Type Name="Customer" ShouldInsert="true" ShouldUpdate="true" Match="_CODE" />
  <Property Name="code" Type="Customer" Field="_CODE" />
  <Property Name="Nachname" Type="Customer" Field="LastName" Required="true" />
</In>"""
POSITIONS = """<In Columns="a,b,c">
  <Type Name="Customer" ShouldInsert="true" ShouldUpdate="true" Match="_CODE" />
  <Property Name="a" Type="Customer" Field="_CODE" />
</In>"""
NESTED = OTHERS.replace("<In>", '<In Rows="data/people">').replace("Nachname", "name")


def test_the_template_with_the_most_in_common_comes_first(house: House, now: datetime) -> None:
    for name, xml in (("others", OTHERS), ("positions", POSITIONS), ("nested", NESTED)):
        install(actor=house.actor, name=name, xml=xml, at=now)
    found = candidates(actor=house.actor, body=KeptBody(kept(house.actor)))
    best = found[0]
    assert (best.name, best.good) == ("nested", True)
    assert best.fit.feeds == {"code": ("Customer._CODE",), "name": ("Customer.LastName",)}
    assert best.unused == ("town",)
    others = next(one for one in found if one.name == "others")
    assert (others.good, others.found, [one.name for one in others.fit.lacking]) == (False, 1, ["Nachname"])
    positions = next(one for one in found if one.name == "positions")
    assert positions.score == 0.5
    assert {one.name for one in found} >= {"customers"}
    assert "customers-out" not in {one.name for one in found}


def test_the_names_of_a_template_say_which_line_is_the_header(house: House, now: datetime) -> None:
    install(actor=house.actor, name="others", xml=OTHERS, at=now)
    body = b"code;name;\ncode;Nachname;town\nC-1;Ann;Rennes\nC-2;Bob;Brest\n"
    upload = kept(house.actor, body)
    found = {one.name: one.look.looked for one in candidates(actor=house.actor, body=KeptBody(upload))}
    for name, row, total in (("others", 2, 2), ("customers", 1, 3)):
        looked = found[name]
        assert looked is not None
        assert (looked.format.header_row, looked.total) == (row, total)
    run = start(house.actor, upload, template="others")
    assert (run.source["header_row"], run.source["rows"], run.status) == (2, 2, RunStatus.SUCCEEDED)


def test_each_template_sees_the_rows_where_it_says_they_are(house: House, now: datetime) -> None:
    install(actor=house.actor, name="nested", xml=NESTED, at=now)
    body = json.dumps({"data": {"people": [customer("C-1")], "page": 1}}).encode()
    found = candidates(actor=house.actor, body=KeptBody(kept(house.actor, body, name="a.json")))
    assert (found[0].name, found[0].look.columns, found[0].score) == ("nested", ("code", "name"), 1.0)
    assert all(not other.good for other in found[1:])


def test_templates_that_person_may_not_import_with_are_not_offered(acme: Brand, house: House, teammate: Login) -> None:
    teammate.membership.group.may_import = True  # type: ignore[union-attr]
    teammate.membership.group.save()  # type: ignore[union-attr]
    reader = site_actor(user=teammate.user, brand=acme)
    assert candidates(actor=reader, body=KeptBody(kept(reader))) == []


def test_a_template_of_another_brand_is_not_offered(house: House, outsider: Actor) -> None:
    found = candidates(actor=outsider, body=KeptBody(kept(outsider)))
    assert "customers" not in {one.name for one in found}


# --- started


def test_a_small_file_is_imported_at_once_and_is_gone(house: House) -> None:
    upload = kept(house.actor)
    run = start(house.actor, upload)
    assert (run.status, run.trigger, run.counts["inserted"]) == (RunStatus.SUCCEEDED, "ui", 2)
    assert house.live()["C-1"]["LastName"] == "Amélie"
    assert (run.source["file"], body_of(run)) == ("clients.csv", CSV)
    assert not Upload.objects.exists()
    assert not OrmQ.objects.exists()


def test_a_large_file_waits_for_the_worker(house: House, settings: Settings) -> None:
    settings.ASYNC_ROWS = 1
    run = start(house.actor, kept(house.actor), simulate=True)
    assert (run.status, OrmQ.objects.count(), RunPayload.objects.filter(run=run).count()) == ("queued", 1, 1)
    assert not Upload.objects.exists()
    assert house.perform(run).counts["inserted"] == 2
    assert house.live() == {}


@pytest.fixture
def large(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """A workbook of thirty rows, in a house where that is much: its sheet is looked at by its beginning."""
    settings.ASYNC_ROWS = 2
    monkeypatch.setattr(heads, "SMALL_WORKBOOK", 0)
    monkeypatch.setattr(xlsx_head, "SHEET_BYTES", 3_000)
    book, out = Workbook(), io.BytesIO()
    book.worksheets[0].append(["code", "name"])
    for number in range(30):
        book.worksheets[0].append([f"C-{number}", f"Name {number}"])
    book.save(out)
    return out.getvalue()


def test_a_large_workbook_is_not_read_through_before_its_run_waits(
    house: House, large: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(source, "open_source", None)
        run = start(house.actor, kept(house.actor, large, "a.xlsx"))
    assert (run.status, run.source["about"], body_of(run)) == (RunStatus.QUEUED, True, large)
    assert list(run.source["columns"]) == ["code", "name"]
    assert 4 < run.source["rows"] < 100
    done = house.perform(run)
    assert (done.counts["rows"], done.counts["inserted"], done.source["rows"]) == (30, 30, 30)
    assert "about" not in done.source


def test_a_large_workbook_of_too_many_rows_ends_its_run_unwritten(
    house: House, large: bytes, settings: Settings
) -> None:
    settings.MAX_ROWS = 29
    done = house.perform(start(house.actor, kept(house.actor, large, "a.xlsx")))
    assert (done.status, done.error["code"]) == (RunStatus.FAILED, "too_many_rows")
    assert house.live() == {}


def test_more_rows_than_are_usual_are_read_again_once_they_were_taken(
    house: House, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ASYNC_ROWS = 1
    monkeypatch.setattr(source, "Limits", partial(Limits, max_rows=1))
    run = start(house.actor, kept(house.actor, CSV, "a.csv"))
    done = house.perform(run)
    assert (done.status, done.counts["rows"] > 1) == (RunStatus.SUCCEEDED, True)
    found = source.row_of(done, loaded=load_import(done), number=3)
    assert found is not None
    assert found.data["code"] in house.live()


@pytest.mark.parametrize(
    ("body", "name", "refusal"),
    [
        (b"[1", "a.json", SourceRefused),
        (CSV, "a.json", SourceRefused),
    ],
)
def test_a_refused_file_is_still_there(house: House, body: bytes, name: str, refusal: type[Exception]) -> None:
    upload = kept(house.actor, body, name)
    with pytest.raises(refusal):
        start(house.actor, upload)
    assert list_uploads(actor=house.actor) == [upload]
    assert not Run.objects.exists()


def test_a_template_that_is_not_there_leaves_the_file(house: House) -> None:
    upload = kept(house.actor)
    with pytest.raises(RunRefused, match="template_not_found"):
        start(house.actor, upload, template="nothing")
    assert list_uploads(actor=house.actor) == [upload]


def test_of_two_who_start_one_file_the_second_finds_it_gone(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = kept(house.actor)
    begin = importing.begin_import

    def late(**given: Any) -> Any:
        monkeypatch.setattr(uploads_start, "begin_import", begin)
        start(house.actor, upload)
        return begin(**given)

    monkeypatch.setattr(uploads_start, "begin_import", late)
    with pytest.raises(UploadNotFound):
        start(house.actor, upload)
    assert Run.objects.count() == 1


def test_a_formula_without_a_value_empties_no_field(house: House) -> None:
    house.perform(house.start(customer("C1", "Anna"), customer("C2", "Bert")))
    book = Workbook()
    sheet = book.worksheets[0]
    for row in (["code", "name", "note"], ["C1", "=UPPER(A2)", "x"], ["C2", "Berta", "=1/0"]):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    done = house.perform(start(house.actor, kept(house.actor, out.getvalue(), "a.xlsx")))
    assert (done.status, done.counts["failed"], done.counts["updated"]) == (RunStatus.WITH_FAILURES, 1, 1)
    (group,) = done.summary.groups
    assert group["code"] == "cell_uncalculated"
    assert {code: record["LastName"] for code, record in house.live().items()} == {"C1": "Anna", "C2": "Berta"}
    out = io.BytesIO()
    assert failed_file(actor=house.actor, run=done, out=out) == 1
    again = house.perform(start(house.actor, kept(house.actor, out.getvalue(), "failed.xlsx")))
    assert (again.counts["failed"], [group["code"] for group in again.summary.groups]) == (1, ["cell_uncalculated"])
    seen = failed_row(actor=house.actor, run=done, row=2).seen
    edit_row(actor=house.actor, run=done.pk, row=2, data={"code": "C1", "name": "Annika", "note": "x"}, seen=seen)
    retry = house.perform(start_retry(actor=house.actor, run=done.pk, clock=house.clock))
    assert (retry.counts["updated"], house.live()["C1"]["LastName"]) == (1, "Annika")
