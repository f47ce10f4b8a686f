"""Retrying takes the rows that failed, and nothing else of their run."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from sync_app.models import FailedRow, Record, Run, RunStatus
from sync_app.runs.errors import RunConflict, RunRefused
from sync_app.runs.records.editing import RecordChange, edit_records
from sync_app.runs.row_text import row_data, row_text
from sync_app.runs.rows.source import repaired
from sync_app.runs.verbs.retrying import start_retry
from templates_app.catalog.problems import Problem
from templates_app.library.installing import install
from templates_app.sources.rows import Row
from tests.runs.conftest import CUSTOMERS, House, customer, outcomes

ROWS = (customer("A"), customer("B", parent="Z"), customer("C", score="many"), customer("D"))


def test_rows_that_can_stand_now_are_written_the_others_fail_again(house: House) -> None:
    run = house.send(*ROWS)
    house.send(customer("Z"))
    retried = house.retry(run, verbose=True)
    assert (retried.status, retried.counts["rows"]) == (RunStatus.WITH_FAILURES, 2)
    assert outcomes(retried) == [(2, "Insert", ""), (3, "Error", "number_invalid")]
    assert house.live()["B"]["_PARENT"] == "Z"


def test_a_row_that_was_edited_is_tried_as_it_was_edited(house: House) -> None:
    run = house.send(*ROWS)
    FailedRow.objects.filter(run=run, row=3).update(edited='{"code":"C","name":"Cy","score":2.50}')
    retried = house.retry(run)
    assert house.live()["C"] == {"_CODE": "C", "LastName": "Cy", "_SCORE": "2.5"}
    assert retried.counts["rowsFailed"] == 1


def test_a_row_of_a_sheet_that_was_edited_keeps_days_and_times_and_what_could_not_be_read() -> None:
    fault = Problem("cell_error", {"value": "#N/A"})
    moment = datetime(2026, 3, 1, 10, 20)
    came = {"a": date(2026, 3, 1), "b": moment, "c": time(7), "d": "#N/A", "e": "#N/A", "f": 1, "g": "x", "h": moment}
    row = Row(7, came, problem=fault, faults={"d": fault, "e": fault}, cells=True)
    shown = row_data(row_text(came))
    assert repaired(row, row_text(shown)) == row._replace(problem=None)
    held = repaired(row, row_text(shown | {"a": "2026-03-02", "c": "08:30", "e": "5", "f": True, "h": "1.3.2026"}))
    assert held.data == came | {"a": date(2026, 3, 2), "c": time(8, 30), "e": "5", "f": True, "h": "1.3.2026"}
    assert (held.faults, held.data["f"] is True) == ({"d": fault}, True)


def test_what_was_edited_is_still_known_when_the_retry_is_retried(house: House) -> None:
    run = house.send(*ROWS)
    FailedRow.objects.filter(run=run, row=3).update(edited='{"code":"C","name":"Cy","parent":"Z"}')
    again = house.retry(run)
    house.send(customer("Z"))
    assert house.retry(again).status == RunStatus.SUCCEEDED
    assert house.live()["C"] == {"_CODE": "C", "LastName": "Cy", "_PARENT": "Z"}


def test_a_retry_can_be_simulated_and_the_simulation_applied(house: House) -> None:
    run = house.send(*ROWS)
    FailedRow.objects.filter(run=run, row=3).update(edited='{"code":"C","name":"Cy"}')
    house.send(customer("Z"))
    plan = house.retry(run, simulate=True)
    assert "C" not in house.live()
    applied = house.apply(plan)
    assert (applied.counts["inserted"], set(house.live())) == (2, {"A", "B", "C", "D", "Z"})


def test_a_stale_row_of_an_applied_retry_keeps_what_was_edited(house: House) -> None:
    run = house.send(*ROWS)
    FailedRow.objects.filter(run=run, row=3).update(edited='{"code":"C","name":"Cy"}')
    plan = house.retry(run, simulate=True)
    house.send(customer("C", "Theirs"))
    applied = house.apply(plan)
    assert FailedRow.objects.get(run=applied, row=3).content == '{"code":"C","name":"Cy"}'


@pytest.mark.parametrize(("version", "name"), [("then", "Name"), ("now", "NAME")])
def test_it_uses_the_template_of_then_or_of_now(house: House, version: str, name: str) -> None:
    run = house.send(*ROWS)
    xml = CUSTOMERS.replace(
        'Field="LastName" Required="true" />', 'Field="LastName" Required="true"><Upper /></Property>'
    )
    install(actor=house.actor, name="customers", xml=xml, at=house.clock())
    house.send(customer("Z"))
    retried = house.retry(run, version=version)
    assert house.live()["B"]["LastName"] == name
    assert retried.template_version is not None
    assert retried.template_version.number == (1 if version == "then" else 2)


def test_a_run_without_failed_rows_has_nothing_to_retry(house: House) -> None:
    with pytest.raises(RunConflict) as refused:
        house.retry(house.send(customer("A")))
    assert refused.value.problem.code == "nothing_to_retry"
    with pytest.raises(RunRefused):
        house.retry(house.start(*ROWS))


def test_a_retried_line_of_a_file_keeps_its_cells(house: House) -> None:
    run = house.send(body=b"code;name;parent\nB;Ben;Z\nA;Ada;\n", file_name="in.csv")
    house.send(customer("Z"))
    retried = house.retry(run, verbose=True)
    assert outcomes(retried) == [(2, "Insert", "")]


ONLY_INSERTS = """<In>
  <Type Name="Customer" ShouldInsert="true" />
  <Property Name="name" Type="Customer" Field="LastName" />
  <Property Name="score" Type="Customer" Field="_SCORE" />
</In>"""


def test_a_failed_row_is_written_by_one_retry_only_unless_that_was_undone(house: House) -> None:
    install(actor=house.actor, name="only-inserts", xml=ONLY_INSERTS, at=house.clock())
    house.template = "only-inserts"
    run = house.send({"name": "x", "score": "many"}, {"name": "y", "score": "more"})
    FailedRow.objects.filter(run=run, row=1).update(edited='{"name":"x","score":"1"}')
    # Both are asked for before either begins.
    first, second = (start_retry(actor=house.actor, run=run.pk, clock=house.clock) for _time in range(2))
    assert house.perform(first).counts["inserted"] == 1
    again = house.perform(second)
    assert (again.counts["rows"], again.counts["inserted"]) == (1, 0)
    FailedRow.objects.filter(run=run, row=2).update(edited='{"name":"y","score":"2"}')
    assert house.apply(house.retry(run, simulate=True)).counts["inserted"] == 1
    with pytest.raises(RunConflict, match="nothing_to_retry"):
        house.retry(run)
    assert Record.objects.count() == 2
    house.undo(first)
    assert house.retry(run).counts["inserted"] == 1


def test_a_row_that_a_retry_of_the_retry_wrote_is_written_unless_all_of_it_was_taken_back(house: House) -> None:
    install(actor=house.actor, name="only-inserts", xml=ONLY_INSERTS, at=house.clock())
    house.template = "only-inserts"
    run = house.send({"name": "x", "score": "many"})
    failed = house.retry(run)
    FailedRow.objects.filter(run=failed).update(edited='{"name":"x","score":"1"}')
    again = house.retry(failed)
    assert again.counts["inserted"] == 1
    nothing_is_left_of(house, run, failed)
    changes = [RecordChange("Customer", "change", Record.objects.get().pk, {"FirstName": "Xi"})]
    edited = edit_records(actor=house.actor, changes=changes, clock=house.clock, trigger="ui").run
    assert house.undo(again, conflicts="refuse").status == RunStatus.FAILED
    nothing_is_left_of(house, run, failed)
    assert edited is not None
    house.undo(edited)
    house.undo(house.undo(again))
    nothing_is_left_of(house, run, failed)
    house.undo(again)
    assert house.retry(failed).counts["inserted"] == 1


def nothing_is_left_of(house: House, *runs: Run) -> None:
    for run in runs:
        with pytest.raises(RunConflict, match="nothing_to_retry"):
            house.retry(run)
    assert Record.objects.filter(deleted_at=None).count() == 1
