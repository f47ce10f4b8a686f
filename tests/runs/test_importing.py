"""Importing: what each mode writes, what it leaves, and what its report says."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from integration_admin.accounts.access import NotAllowed, site_actor
from sync_app.models import FailedRow, IdempotencyKey, JournalEntry, Run, RunPayload, RunStatus
from sync_app.runs.errors import RunRefused, RunUnprocessable, TemplateNotFound, WrongDirection
from sync_app.runs.reports.report import operations_page, report_of
from sync_app.runs.upkeep.verifying import records_digest, verify
from sync_app.runs.verbs.importing import start_import
from templates_app.library.installing import install
from templates_app.sources.rows import SourceRefused
from tests.runs.conftest import CUSTOMERS, House, customer, outcomes

BAD = customer("X", score="many")


def fails_at(place: int, count: int = 6) -> list[dict[str, Any]]:
    rows = [customer(f"C{n}") for n in range(count)]
    rows[place] = {**rows[place], "score": "many"}
    return rows


@pytest.mark.parametrize("place", [0, 3, 5])
def test_with_skip_bad_rows_are_left_out_and_the_rest_is_written(house: House, small_chunks: None, place: int) -> None:
    run = house.send(*fails_at(place))
    assert run.status == RunStatus.WITH_FAILURES
    assert run.counts == {
        "rows": 6,
        "rowsOk": 5,
        "rowsFailed": 1,
        "unprocessed": 0,
        "inserted": 5,
        "updated": 0,
        "unchanged": 0,
        "deleted": 0,
        "skipped": 0,
        "failed": 1,
    }
    assert set(house.live()) == {f"C{n}" for n in range(6) if n != place}


@pytest.mark.parametrize("place", [0, 3, 5])
def test_with_stop_nothing_follows_the_first_bad_row(house: House, small_chunks: None, place: int) -> None:
    run = house.send(*fails_at(place), on_error="stop")
    assert run.status == RunStatus.STOPPED
    counts = run.counts
    assert (counts["rowsOk"], counts["rowsFailed"], counts["unprocessed"]) == (place, 1, 5 - place)
    assert set(house.live()) == {f"C{n}" for n in range(place)}


@pytest.mark.parametrize("place", [0, 3, 5])
def test_with_atomic_one_bad_row_and_nothing_is_written(house: House, small_chunks: None, place: int) -> None:
    before = records_digest(house.brand)
    run = house.send(*fails_at(place), on_error="atomic")
    assert run.status == RunStatus.FAILED
    assert records_digest(house.brand) == before
    assert not JournalEntry.objects.filter(run=run, applied=True).exists()
    assert FailedRow.objects.filter(run=run).count() == 1
    assert verify(brand=house.brand.key) == []


def test_with_atomic_good_rows_are_written_together(house: House, small_chunks: None) -> None:
    rows = [customer(f"C{n}", friend=f"C{n + 1}") for n in range(6)]
    run = house.send(*rows, on_error="atomic")
    assert run.status == RunStatus.SUCCEEDED
    assert house.live()["C2"]["_FRIEND"] == "C3"
    revisions = set(JournalEntry.objects.filter(run=run, applied=True).values_list("revision", flat=True))
    assert len(revisions) == 1
    assert verify(brand=house.brand.key) == []


@pytest.mark.parametrize("mode", ["skip", "stop", "atomic"])
def test_when_every_row_fails_nothing_is_written(house: House, mode: str) -> None:
    run = house.send(*(customer(f"C{n}", score="many") for n in range(4)), on_error=mode)
    counts = run.counts
    assert counts["rowsOk"] == 0
    assert counts["rows"] == counts["rowsFailed"] + counts["unprocessed"] == 4
    assert house.live() == {}


def test_unchanged_rows_are_kept_one_by_one_only_when_asked(house: House) -> None:
    house.send(customer("A"))
    assert outcomes(house.send(customer("A"))) == []
    assert outcomes(house.send(customer("A"), verbose=True)) == [(1, "Unchanged", "")]
    assert house.send(customer("A")).counts["unchanged"] == 1


@pytest.mark.parametrize("mode", ["skip", "stop", "atomic"])
def test_a_body_without_rows_is_a_run_of_nothing(house: House, mode: str) -> None:
    run = house.send(on_error=mode)
    assert (run.status, run.counts["rows"]) == (RunStatus.SUCCEEDED, 0)


def everything_else() -> dict[str, str]:
    """A hash of every table but those a simulation may write its own rows to."""
    own = {
        f"sync_app.{name}"
        for name in ("Run", "RunLease", "RunSummary", "RunTotal", "JournalEntry", "RunPayload", "FailedRow")
    }
    hashes = {}
    for model in apps.get_models():
        if model._meta.label not in own and model._meta.managed and not model._meta.proxy:
            with connection.cursor() as cursor:
                cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')
                rows = sorted(repr(row) for row in cursor.fetchall())
            hashes[model._meta.label] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return hashes


@pytest.mark.parametrize("mode", ["skip", "stop", "atomic"])
def test_a_simulation_leaves_no_trace_beside_its_own_rows(house: House, small_chunks: None, mode: str) -> None:
    house.send(customer("A"), customer("B", "Old"))
    before = everything_else()
    run = house.simulate(customer("A", "New"), customer("N", friend="M"), BAD, customer("M"), on_error=mode)
    assert everything_else() == before
    assert not JournalEntry.objects.filter(run=run, applied=True).exists()
    assert not JournalEntry.objects.filter(run=run, revision__isnull=False).exists()


def test_a_simulation_counts_as_the_real_run_does(house: House, small_chunks: None) -> None:
    house.send(customer("A"), customer("B", "Old"))
    rows = [customer("A"), customer("B", "New"), customer("N", friend="M"), BAD, customer("M"), customer("N", "Two")]
    shown, real = house.simulate(*rows), house.send(*rows, verbose=True)
    assert (shown.counts, shown.by_type) == (real.counts, real.by_type)
    assert outcomes(shown) == outcomes(real)


def test_no_provisional_id_reaches_records_or_what_is_kept_of_them(house: House) -> None:
    rows = [
        customer("A", friend="B"),
        customer("B", friend="A"),
        customer("A", "Ann", friend=""),
        customer("A", friend="B"),
    ]
    run = house.send(*rows, verbose=True)
    for entry in JournalEntry.objects.filter(run=run):
        assert (entry.record or 1) > 0
        assert ":-" not in f"{entry.before}{entry.after}"
    assert verify(brand=house.brand.key) == []


def test_a_row_that_concerns_no_type_is_done_all_the_same(house: House) -> None:
    xml = CUSTOMERS.replace('Match="_CODE" />', 'Match="_CODE"><When Name="code" Present="true" /></Type>', 1)
    xml = xml.replace(' Required="true"', "")
    install(actor=house.actor, name="customers", xml=xml, at=house.clock())
    plan = house.simulate(customer(""), customer("A"))
    applied = house.apply(plan)
    assert applied.counts == house.send(customer(""), customer("B")).counts
    assert (applied.status, applied.counts["unprocessed"]) == (RunStatus.SUCCEEDED, 0)


# --- failed rows


def test_a_failed_row_is_kept_as_it_came(house: House) -> None:
    body = (
        b'[{"zeta": 1.50, "code": "A", "name": "N", "score": "many", '
        b'"big": 12345678901234567890.10, "alpha": [1, null]}]'
    )
    run = house.send(body=body)
    row = FailedRow.objects.get(run=run)
    assert row.content == body.decode()[1:-1].replace(", ", ",").replace(": ", ":")
    assert (row.row, row.code) == (1, "number_invalid")


def test_a_failed_line_of_a_file_keeps_its_cells_and_its_number(house: House) -> None:
    body = "name;code;score\nAda;A;1,50 €\nBen;B;007.10x\n".encode()
    run = house.send(body=body, file_name="in.csv")
    rows = FailedRow.objects.filter(run=run).order_by("row")
    assert [(row.row, row.content) for row in rows] == [
        (2, '{"name":"Ada","code":"A","score":"1,50 €"}'),
        (3, '{"name":"Ben","code":"B","score":"007.10x"}'),
    ]


def test_the_report_names_row_source_field_code_and_value(house: House) -> None:
    run = house.send(customer("A"), customer("B", score="many"), {"code": "C"})
    report = report_of(actor=house.actor, run=run)
    assert [(e["row"], e["name"], e["field"], e["value"]) for e in report["errors"]] == [
        (2, "score", "_SCORE", "many"),
        (3, "name", "LastName", ""),
    ]
    assert report["errorsTotal"] == 2
    assert all(error["message"] and "{" not in error["message"] for error in report["errors"])


def test_operations_are_paged_and_filtered(house: House) -> None:
    house.send(*(customer(f"C{n}") for n in range(5)))
    run = house.simulate(
        *(customer(f"C{n}", "New" if n < 2 else "Name") for n in range(7)), customer("Z", score="many")
    )
    first = operations_page(actor=house.actor, run=run, limit=3)
    rest = operations_page(actor=house.actor, run=run, after=first.next or 0, limit=100)
    assert [item["seq"] for item in (*first.items, *rest.items)] == list(range(1, 9))
    assert rest.next is None

    def found(**by: Any) -> list[int]:
        return [item["row"] for item in operations_page(actor=house.actor, run=run, **by).items]

    assert found(outcome="Update") == [1, 2]
    assert found(outcome="Insert") == [6, 7]
    assert found(field="LastName") == [1, 2, 6, 7]
    assert found(field="Last") == []
    assert found(code="number_invalid") == [8]
    assert found(text="c3") == [4]
    assert found(type="Project") == []


# --- what is refused leaves nothing


@pytest.mark.parametrize(
    ("template", "refusal"),
    [("nothing", TemplateNotFound), ("customers-flat", WrongDirection)],
)
def test_a_template_that_cannot_import_is_refused(house: House, template: str, refusal: type[RunRefused]) -> None:
    with pytest.raises(refusal):
        start_import(actor=house.actor, template=template, body=b"[]", clock=house.clock)
    assert Run.objects.count() == RunPayload.objects.count() == 0


@pytest.mark.parametrize("body", [b"", b"{", b'[{"a": NaN}]', b"\xff\xfe{}", b'[{"a":1,"a":2}]', b"[" * 200])
def test_a_body_that_cannot_be_read_is_refused_whole(house: House, body: bytes) -> None:
    with pytest.raises(SourceRefused):
        start_import(actor=house.actor, template="customers", body=body, kind="json", clock=house.clock)
    assert Run.objects.count() == IdempotencyKey.objects.count() == 0


def test_without_the_right_nothing_begins(house: House, teammate: Any) -> None:
    with pytest.raises(NotAllowed):
        house.start(customer("A"), actor=site_actor(user=teammate.user, brand=house.brand))
    assert Run.objects.count() == 0


@pytest.mark.parametrize("body", [b"Town,Street\n", b"A;Ann;9\n", b"Report of today\n"])
def test_a_file_without_rows_that_has_no_column_of_the_template_is_no_empty_file_of_it(
    house: House, body: bytes
) -> None:
    with pytest.raises(RunUnprocessable) as refused:
        house.start(body=body, file_name="other.csv")
    assert refused.value.problem.code == "columns_unread"
    assert str(refused.value.problem.params["names"]).startswith("code, ")
    assert not Run.objects.exists()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"Town,Street\nLyon,Rue Haute\n", "columns_unread"),
        (b'[{"foo": "bar"}, {"foo": 1}]', "columns_unread"),
        (b'{"data": {"items": [{"code": "A"}]}}', "columns_unread"),
        (b'{"customers": [{"code": "A"}], "contacts": [{"code": "A"}]}', "columns_unread"),
        (b'{"totalItems": 1, "items": [{"code": "A"}]}', "columns_unread_inside"),
    ],
)
def test_rows_that_have_no_name_of_the_template_are_rows_for_another(house: House, body: bytes, code: str) -> None:
    with pytest.raises(RunUnprocessable) as refused:
        house.start(body=body)
    assert refused.value.problem.code == code
    assert refused.value.problem.params.get("list", "items") == "items"
    assert not Run.objects.exists()


def test_rows_count_as_read_where_a_later_one_has_a_name_of_the_template(house: House) -> None:
    assert house.send(*({"other": n} for n in range(200)), customer("Z")).counts["inserted"] == 1


@pytest.mark.parametrize("body", [b"code,name\n", b"CODE;Other\n", b"[]"])
def test_a_file_of_its_shape_without_rows_is_imported(house: House, body: bytes) -> None:
    run = house.send(body=body)
    assert (run.status, run.counts["rows"]) == (RunStatus.SUCCEEDED, 0)


@pytest.mark.usefixtures("small_chunks")
def test_what_a_later_row_says_holds_against_a_row_that_waited_for_the_last_one(house: House) -> None:
    rows = [
        customer("A", "first", mail="a@x.fr", parent="B"),
        customer("A", "second", parent="C"),
        customer("A", "last"),
        customer("B"),
        customer("C"),
    ]
    assert [house.simulate(*rows).counts["rowsFailed"], house.send(*rows).counts["rowsFailed"]] == [0, 0]
    assert house.live()["A"] == {"_CODE": "A", "LastName": "last", "Email": "a@x.fr", "_PARENT": "C"}
    assert house.send(*rows).status == RunStatus.SUCCEEDED
    assert house.live()["A"] == {"_CODE": "A", "LastName": "last", "Email": "a@x.fr", "_PARENT": "C"}


def test_a_row_that_deletes_never_inserts(house: House) -> None:
    house.send(customer("A"))
    xml = """<In>
      <Type Name="Customer" ShouldInsert="true" ShouldUpdate="true" ShouldDelete="true" Match="_CODE">
        <When Name="gone" Equals="1" />
      </Type>
      <Property Name="code" Type="Customer" Field="_CODE" />
    </In>"""
    install(actor=house.actor, name="leavers", xml=xml, at=house.clock())
    house.template = "leavers"
    told = [outcomes(house.send({"code": code, "gone": "1"})) for code in "AAB"]
    assert told == [[(1, "Delete", "")], [(1, "Skip", "no_match")], [(1, "Skip", "no_match")]]
    assert house.live() == {}


@pytest.mark.parametrize("name", ["a\udcff.json", "a\0.json"])
def test_the_name_of_a_file_that_is_no_text_is_kept_as_far_as_it_is(house: House, name: str) -> None:
    run = house.send(customer("A"), file_name=name)
    assert run.status == RunStatus.SUCCEEDED
    assert run.source["file"] == "a\ufffd.json"
