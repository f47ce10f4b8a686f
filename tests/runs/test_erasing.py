"""An erased record is nowhere any more, what remains is still true, and only who administers may erase."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from typing import Any, Final

import openpyxl
import pytest
from django.apps import apps
from django.db import connection
from zstandard import ZstdError

from integration_admin.accounts.access import Actor, NotAllowed, site_actor
from integration_admin.accounts.models import AuditEntry, Brand
from sync_app.models import (
    Blob,
    BrandClock,
    FailedRow,
    Identity,
    JournalEntry,
    Record,
    Reference,
    Run,
    RunPayload,
    RunStatus,
    Upload,
)
from sync_app.runs.errors import RunConflict
from sync_app.runs.lists.histories import history_page
from sync_app.runs.packing import unpacked
from sync_app.runs.records.editing import EditConflict, EditOfMissing, RecordChange, edit_records
from sync_app.runs.records.erasing import Erasure, erase_record, plan_erasure
from sync_app.runs.reports.report import operations_page, report_of
from sync_app.runs.upkeep.verifying import verify
from sync_app.runs.uploads.keeping import keep_upload
from sync_app.runs.verbs.applying import start_apply
from sync_app.runs.verbs.retrying import start_retry
from templates_app.library.fields import add_custom_field
from templates_app.library.installing import install
from templates_app.models import Template, TemplateSample
from tests.conftest import Login
from tests.runs.conftest import House, customer

CODE: Final = "ZQ-70817"
MAIL: Final = "zelda.quux@example.org"
NAME: Final = "Zeldaquux"
ROW: Final = customer(CODE, NAME, mail=MAIL)
SECRETS: Final = (CODE, MAIL, NAME)


def erase(house: House, record: Record, actor: Actor | None = None, seen: int | None = None) -> Run:
    return erase_record(
        actor=actor or house.actor,
        record=record,
        seen=record.version if seen is None else seen,
        clock=house.clock,
        trigger="ui",
    )


def planned(house: House, record: Record) -> Erasure:
    return plan_erasure(actor=house.actor, record=record)


def places_of(*texts: str) -> set[str]:
    """Every table.column of the whole database in which one of the texts stands, in clear or compressed."""
    wanted = [text.lower().encode() for text in texts]
    found = set()
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [column[0] for column in cursor.description or ()]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    if any(text in seen for text in wanted for seen in readings(value)):
                        found.add(f"{table}.{name}")
    return found


def readings(value: Any) -> list[bytes]:
    if isinstance(value, str):
        return [value.lower().encode()]
    if isinstance(value, (bytes, memoryview)):
        try:
            return [bytes(value).lower(), unpacked([bytes(value)]).lower()]
        except ZstdError:
            return [bytes(value).lower()]
    return [json.dumps(value, default=str).lower().encode()] if isinstance(value, (dict, list)) else []


@pytest.fixture
def zelda(house: House) -> Record:
    """Known by every way there is: simulated, applied, imported again, edited, failed, on its way, as a sample."""
    house.simulate(ROW)
    house.apply(house.simulate(ROW, customer("B", "Ben")))
    house.simulate(customer(CODE.lower(), "Simulated"))
    house.send(ROW, customer("C", "Cleo"))
    house.send(customer(CODE, "Changed", mail=MAIL), verbose=True)
    house.send(ROW | {"score": "many"}, customer("D", "Dora"))
    house.undo(house.send(customer(CODE, "Undone")))
    record = house.record(CODE)
    change = RecordChange("Customer", "change", record.pk, {"Email": f"old.{MAIL}", "Notes": "private"})
    edit_records(actor=house.actor, changes=[change], clock=house.clock, trigger="ui")
    body = f"code;name\n{CODE};{NAME}\n".encode()
    keep_upload(actor=house.actor, chunks=[body], file_name="people.csv", at=house.clock())
    template = Template.objects.get(brand=house.brand, name="customers")
    TemplateSample.objects.create(
        template=template, content=json.dumps([ROW]).encode(), file_name="rows.json", author="x", saved_at=house.clock()
    )
    return house.record(CODE)


def test_after_erasing_no_table_holds_a_value_of_it(house: House, zelda: Record) -> None:
    assert {place.split(".")[0] for place in places_of(*SECRETS)} >= {
        "sync_app_record",
        "sync_app_identity",
        "sync_app_journalentry",
        "sync_app_failedrow",
        "sync_app_runpayload",
        "sync_app_uploadpart",
        "templates_app_templatesample",
    }
    erase(house, zelda)
    assert places_of(*SECRETS) == set()
    assert not Record.objects.filter(pk=zelda.pk).exists()
    assert not Identity.objects.filter(record_id=zelda.pk).exists()
    assert verify() == []


def test_what_others_have_stays(house: House, zelda: Record) -> None:
    others = JournalEntry.objects.exclude(record=zelda.pk).exclude(code="erased")
    before = set(others.filter(record__gt=0).values_list("run_id", "seq", "before", "after", "key"))
    live = house.live()
    keep_upload(actor=house.actor, chunks=[b"code;name\nB;Ben\n"], file_name="b.csv", at=house.clock())
    house.send(customer("E", "Else"))
    erase(house, zelda)
    after = set(others.values_list("run_id", "seq", "before", "after", "key"))
    assert before <= after
    assert house.live() == {code: row for code, row in live.items() if code != CODE} | {"E": house.live()["E"]}
    assert Upload.objects.count() == 1
    assert RunPayload.objects.count() == 1


def test_the_plan_tells_in_numbers_and_writes_nothing(house: House, zelda: Record) -> None:
    runs = Run.objects.count()
    found = planned(house, zelda)
    assert found.possible
    assert (found.counts["failedRows"], found.counts["uploads"], found.counts["samples"]) == (1, 1, 1)
    assert found.counts["journalEntries"] >= 9
    assert found.counts["bodies"] == 7
    assert (Run.objects.count(), places_of(CODE) != set()) == (runs, True)
    done = erase(house, zelda)
    entry = AuditEntry.objects.get(action="record.erased")
    told = dict(entry.after or {})
    assert told.pop("revisions") > 0
    assert told == {"run": done.pk, **found.counts}


def test_an_audit_entry_without_values_remains(house: House, zelda: Record) -> None:
    run = erase(house, zelda)
    entry = AuditEntry.objects.get(action="record.erased")
    assert (entry.brand, entry.actor, entry.target) == (house.brand, house.actor.name, f"Customer #{zelda.pk}")
    assert entry.before is None
    assert (run.kind, run.status, run.counts["deleted"]) == ("edit", RunStatus.SUCCEEDED, 1)
    (operation,) = operations_page(actor=house.actor, run=run).items
    assert (operation["operation"], operation["code"], operation["changes"]) == ("Delete", "erased", {})


def test_the_counts_of_the_clock_hold(house: House, zelda: Record) -> None:
    live = BrandClock.objects.get().counts["Customer"]
    erase(house, zelda)
    assert BrandClock.objects.get().counts["Customer"] == live - 1


def test_a_deleted_record_is_erased_too(house: House, zelda: Record) -> None:
    change = RecordChange("Customer", "delete", zelda.pk)
    edit_records(actor=house.actor, changes=[change], clock=house.clock, trigger="ui")
    erase(house, house.record(CODE))
    assert places_of(*SECRETS) == set()
    assert verify() == []


def test_a_journal_that_was_altered_before_stays_found(house: House, zelda: Record) -> None:
    entry = JournalEntry.objects.filter(record=zelda.pk, applied=True).first()
    assert entry is not None
    JournalEntry.objects.filter(run=entry.run_id, seq=entry.seq).update(fields="Altered")
    erase(house, zelda)
    assert {found.code for found in verify()} == {"journal_altered"}
    assert places_of(*SECRETS) == set()


# --- refused


def test_a_record_that_is_referred_to_is_kept_and_says_by_whom(house: House, zelda: Record) -> None:
    house.send(customer("K", "Kid", parent=CODE))
    assert (planned(house, zelda).referring, planned(house, zelda).names) == (1, ("Customer Kid",))
    with pytest.raises(RunConflict) as caught:
        erase(house, zelda)
    assert dict(caught.value.problem.params) == {"count": 1, "names": "Customer Kid"}
    change = RecordChange("Customer", "delete", house.record("K").pk)
    edit_records(actor=house.actor, changes=[change], clock=house.clock, trigger="ui")
    with pytest.raises(RunConflict, match="erase_referenced"):
        erase(house, zelda)


def test_a_record_that_refers_to_itself_is_erased(house: House, zelda: Record) -> None:
    change = RecordChange("Customer", "change", zelda.pk, {"_PARENT": zelda.pk})
    edit_records(actor=house.actor, changes=[change], clock=house.clock, trigger="ui")
    erase(house, house.record(CODE))
    assert not Reference.objects.exists()
    assert verify() == []


def test_nothing_is_erased_while_a_run_is_at_work(house: House, zelda: Record) -> None:
    run = house.start(ROW)
    assert planned(house, zelda).running == run.pk
    with pytest.raises(RunConflict, match="erase_while_running"):
        erase(house, zelda)
    assert Record.objects.filter(pk=zelda.pk).exists()


def test_a_record_that_changed_since_is_not_erased(house: House, zelda: Record) -> None:
    with pytest.raises(EditConflict):
        erase(house, zelda, seen=1)


def test_it_is_erased_once(house: House, zelda: Record) -> None:
    erase(house, zelda)
    with pytest.raises(EditOfMissing):
        erase(house, zelda)


def test_only_who_administers_the_brand_erases(house: House, zelda: Record, teammate: Login, outsider: Actor) -> None:
    reader = site_actor(user=teammate.user, brand=house.brand)
    with pytest.raises(NotAllowed, match="right_missing"):
        erase(house, zelda, actor=reader)
    with pytest.raises(NotAllowed, match="right_missing"):
        plan_erasure(actor=reader, record=zelda)
    with pytest.raises(EditOfMissing):
        erase(house, zelda, actor=outsider)
    assert Record.objects.filter(pk=zelda.pk).exists()


def test_another_brand_keeps_the_same_values(house: House, zelda: Record, other: Brand, now: Any) -> None:
    foreign = Record.objects.create(
        brand=other, entity_type="Customer", data={"Email": MAIL}, revision=1, created_at=now, modified_at=now
    )
    erase(house, zelda)
    assert Record.objects.get(pk=foreign.pk).data == {"Email": MAIL}


# --- what others do with what is left


def test_undoing_a_run_that_touched_it_says_that_it_was_erased(house: House) -> None:
    run = house.send(ROW, customer("B", "Ben"))
    erase(house, house.record(CODE))
    undone = house.undo(run)
    items = operations_page(actor=house.actor, run=undone).items
    assert {(item["operation"], item["code"]) for item in items} == {
        ("Delete", "insert_undone"),
        ("Skip", "kept_erased"),
    }
    assert house.live() == {}
    assert verify() == []


def test_a_plan_with_an_erased_record_is_not_applied(house: House) -> None:
    house.send(ROW)
    plan = house.simulate(customer(CODE, "New"), customer("B", "Ben"))
    erase(house, house.record(CODE))
    plan.refresh_from_db()
    with pytest.raises(RunConflict, match="plan_erased"):
        start_apply(actor=house.actor, run=plan.pk, clock=house.clock)


def test_failed_rows_whose_body_is_gone_are_not_retried(house: House) -> None:
    house.send(ROW)
    failed = house.send(ROW | {"score": "many"}, customer("B", "Ben", score="many"))
    erase(house, house.record(CODE))
    assert list(FailedRow.objects.filter(run=failed).order_by("row").values_list("content", "code")) == [
        ("{}", "erased"),
        (FailedRow.objects.get(run=failed, row=2).content, "number_invalid"),
    ]
    with pytest.raises(RunConflict, match="payload_purged"):
        start_retry(actor=house.actor, run=failed.pk, clock=house.clock)
    assert report_of(actor=house.actor, run=failed)["counts"]["failed"] == 2


def test_the_code_is_free_again(house: House) -> None:
    house.send(ROW)
    erase(house, house.record(CODE))
    house.send(ROW)
    record = house.record(CODE)
    assert history_page(actor=house.actor, record=record).complete
    assert verify() == []


def test_a_short_code_does_not_drag_others_along(house: House) -> None:
    first = house.send(customer("1", "Une", mail="une@example.org"))
    second = house.send(customer("B", "Ben", score="1"))
    erase(house, house.record("1"))
    assert set(RunPayload.objects.values_list("run_id", flat=True)) == {second.pk}
    assert first.pk != second.pk


def test_files_of_its_own_go_and_shared_ones_stay(house: House, now: Any) -> None:
    digests = {name: f"sha256:{sign * 64}" for name, sign in (("own", "a"), ("shared", "b"))}
    for digest in digests.values():
        Blob.objects.create(brand=house.brand, digest=digest, content=b"x", created_at=now)
    from_catalog = [{"_FILE": digests["own"], "_OTHER": digests["shared"]}, {"_OTHER": digests["shared"]}]
    add_files(house)
    made = edit_records(
        actor=house.actor,
        changes=[RecordChange("Customer", "create", values={"LastName": "x", **values}) for values in from_catalog],
        clock=house.clock,
        trigger="ui",
    )
    erase(house, Record.objects.get(pk=made.records[0].record))
    assert list(Blob.objects.values_list("digest", flat=True)) == [digests["shared"]]


def add_files(house: House) -> None:
    for name in ("_FILE", "_OTHER"):
        add_custom_field(actor=house.actor, entity_type="Customer", name=name, kind="File", at=house.clock())


def csv(code: str, encoding: str) -> bytes:
    return f"code;name;mail\n{code};Zoë;zoe@example.org\nB;Ben;ben@example.org\n".encode(encoding)


def escaped_json(code: str) -> bytes:
    return json.dumps([customer(code, "Zoë", mail="zoe@example.org"), customer("B", "Ben")]).encode()


def workbook(code: str) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("Rows", 0)
    for row in (("code", "name", "mail"), (code, "Zoë", "zoe@example.org"), ("B", "Ben", "ben@example.org")):
        sheet.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("body", "file"),
    [
        (csv("Ä-1001", "utf-8"), "rows.csv"),
        (csv("Ä-1001", "cp1252"), "rows.csv"),
        (csv("Ä-1001", "utf-16"), "rows.csv"),
        (escaped_json("Ä-1001"), "rows.json"),
        (workbook("Ä-1001"), "rows.xlsx"),
    ],
    ids=["utf-8", "cp1252", "utf-16", "escaped", "workbook"],
)
def test_a_body_of_which_the_journal_tells_nothing_is_found(house: House, body: bytes, file: str) -> None:
    house.send(customer("Ä-1001", "Zoë", mail="zoe@example.org"), customer("B", "Ben", mail="ben@example.org"))
    same = house.perform(house.start(body=body, file_name=file))
    assert (same.counts["unchanged"], JournalEntry.objects.filter(run=same).count()) == (2, 0)
    none = house.send(customer("B", "Ben", mail="ben@example.org"))
    erase(house, house.record("Ä-1001"))
    assert set(RunPayload.objects.values_list("run_id", flat=True)) == {none.pk}
    assert places_of("Ä-1001".lower(), "zoe@example.org") == set()


LAST_NAMES: Final = """<In>
  <Type Name="Customer" ShouldInsert="true" ShouldUpdate="true" Match="LastName" />
  <Property Name="n" Type="Customer" Field="LastName" OnUpdate="Leave" />
  <Property Name="City" Type="Customer" Field="City" />
</In>"""


def sheets(*contents: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    for number, rows in enumerate(contents):
        sheet = book.create_sheet(f"Sheet {number}", number)
        for row in rows:
            sheet.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "body", "file"),
    [
        ("Сидоров", "n;City\nСидоров;Тверь\nИванов Пётр;Москва\n".encode("cp1251"), "rows.csv"),
        ("Σωκράτης", "n;City\nΣωκράτης;Αθήνα\nΠλάτων;Αθήνα\n".encode("iso8859_7"), "rows.csv"),
        ("Élodie", "n;City\nÉLODIE;Paris\n".encode(), "rows.csv"),
        ("Élodie", "n;City\nE\u0301lodie ;Paris\n".encode(), "rows.csv"),
        ("Zoé Straße", 'n;City\n"ZOÉ\n  STRASSE";Paris\n'.encode("cp1252"), "rows.csv"),
        ("Élodie", "n;City\nZoé;Élodie\n".encode(), "rows.csv"),
        ("Élodie", "Élodie\n\nn;City\nZoé;Paris\n".encode(), "rows.csv"),
        ("Élodie", "n;City\nZoé;Paris;;Élodie\n".encode(), "rows.csv"),
        ("Élodie", json.dumps([{"n": "ÉLODIE"}]).encode(), "rows.json"),
        ("Élodie", '{"of": {"name": "Élodie"}, "rows": [{"n": "Zoé"}]}'.encode(), "rows.json"),
        ("Élodie", sheets([["n"], ["ÉLODIE"]]), "rows.xlsx"),
        ("Élodie", sheets([["n"], ["Zoé"]], [["seen"], ["Élodie"]]), "rows.xlsx"),
    ],
    ids=[
        "cyrillic",
        "greek",
        "capitals",
        "composed",
        "quoted",
        "elsewhere",
        "above",
        "beside",
        "escaped",
        "around",
        "workbook",
        "sheet",
    ],
)
def test_a_body_is_found_however_it_writes_and_wherever_it_keeps_a_value(
    house: House, name: str, body: bytes, file: str
) -> None:
    install(actor=house.actor, name="names", xml=LAST_NAMES, at=house.clock())
    house.template = "names"
    house.send({"n": name}, {"n": "Other"})
    mine = Run.objects.latest("pk")
    keep_upload(actor=house.actor, chunks=[body], file_name=file, at=house.clock())
    other = house.send({"n": "Other", "City": "Else"})
    erase(house, Record.objects.get(entity_type="Customer", label=name))
    assert Upload.objects.count() == 0
    assert set(RunPayload.objects.values_list("run_id", flat=True)) == {other.pk}
    assert mine.pk != other.pk


def test_a_row_that_failed_is_found_in_other_letters(house: House) -> None:
    install(
        actor=house.actor,
        name="names",
        xml=LAST_NAMES.replace('Name="City"', 'Name="City" Required="true"'),
        at=house.clock(),
    )
    house.template = "names"
    house.send({"n": "Élodie", "City": "Paris"})
    failed = house.send({"n": "ÉLODIE"}, {"n": "Zoé"})
    plan = house.simulate({"n": "Zoé"}, {"n": "\uff25\u0301lodie", "City": "Rome"})
    erase(house, Record.objects.get(entity_type="Customer", label="Élodie"))
    assert FailedRow.objects.get(run=failed, row=1).code == "erased"
    assert places_of("ÉLODIE", "élodie", "\uff25\u0301lodie") == set()
    assert not RunPayload.objects.filter(run__in=[failed, plan]).exists()


@pytest.mark.parametrize("held", [True, False])
def test_a_body_that_cannot_be_read_is_judged_by_its_text(house: House, held: bool) -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("people.csv", f"n;City\n{'ÉLODIE' if held else 'Zoé'};Paris\n")
    template = Template.objects.get(brand=house.brand, name="customers")
    TemplateSample.objects.create(
        template=template, content=out.getvalue(), file_name="rows.zip", author="x", saved_at=house.clock()
    )
    house.send(customer("X", "Élodie"))
    house.send(customer("Élodie", "x"))
    erase(house, house.record("Élodie"))
    assert TemplateSample.objects.exists() is not held
