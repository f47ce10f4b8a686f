"""The report as text: complete, as wide as it may be, and never taken for markup or commands."""

from __future__ import annotations

from typing import Any

import pytest

from sync_app.management import tables

COUNTS = {"inserted": 1, "updated": 0, "unchanged": 0, "deleted": 0, "skipped": 0, "failed": 0}


def report(**more: Any) -> dict[str, Any]:
    """A run of one row."""
    return {
        "run": 7,
        "kind": "import",
        "status": "succeeded",
        "simulate": False,
        "template": "client-import",
        "templateVersion": 2,
        "source": {},
        "counts": {"rows": 1, "rowsOk": 1, "rowsFailed": 0, "unprocessed": 0, **COUNTS},
        "byType": {"Customer": COUNTS},
        "statistics": {"queryCount": 3, "queryDurationTotal": "00:00:00.1", "executionDuration": "00:00:00.2"},
        "error": None,
        "errors": [],
        "errorsTotal": 0,
        **more,
    }


def operation(**more: Any) -> dict[str, Any]:
    return {"row": 4, "item": "", "type": "Customer", "operation": "Update", "key": "K", "changes": {}, **more}


def test_its_heading_says_which_run_with_what_came_of_it() -> None:
    assert tables.report_text(report()).splitlines()[0] == "Run 7: import with client-import version 2, succeeded"


def test_a_run_without_template_has_a_heading_too() -> None:
    text = tables.report_text(report(kind="undo", template=None, templateVersion=None, simulate=True))
    assert text.startswith("Run 7: simulated undo, succeeded\n")


def test_a_run_that_never_began_has_a_report() -> None:
    text = tables.report_text(report(counts={}, byType={}, statistics={}, status="queued"))
    assert "0 rows: 0 fine" in text


def test_why_a_run_failed_as_a_whole_stands_at_the_top() -> None:
    text = tables.report_text(report(status="failed", error={"code": "plan_stale", "message": "Too late."}))
    assert text.splitlines()[1] == "Too late."


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"Mobile": {"old": "1", "new": "2"}}, "Mobile: 1 → 2"),
        ({"Mobile": {"old": None, "new": "2"}}, "Mobile: 2"),
        ({"Mobile": {"old": "1", "new": None}}, "Mobile: 1 → nothing"),
        ({"Mobile": {"old": 0, "new": False}}, "Mobile: 0 → false"),
        ({"A": {"old": None, "new": [1, "two"]}, "B": {"old": "x", "new": "y"}}, "A: 1; two, B: x → y"),
        ({"A": {"old": [], "new": [{"b": [True, None]}]}}, 'A:  → [{"b": [true, null]}]'),
    ],
)
def test_a_change_shows_old_and_new(changes: dict[str, Any], shown: str) -> None:
    assert tables.changes_of(operation(changes=changes)) == shown


def test_what_was_refused_shows_why_instead() -> None:
    problems = [{"message": "Not a date."}, {"message": "Not a number."}]
    assert tables.changes_of(operation(operation="Error", problems=problems)) == "Not a date.; Not a number."


@pytest.mark.parametrize(
    ("code", "why"),
    [("no_match", "No record was found, and the template does not insert one."), ("", "")],
)
def test_what_was_skipped_shows_why_instead(code: str, why: str) -> None:
    assert tables.changes_of(operation(operation="Skip", code=code)) == why


@pytest.mark.parametrize("outcome", ["Insert", "Update", "Delete"])
def test_what_is_written_for_a_reason_shows_it_behind_the_changes(outcome: str) -> None:
    told = operation(operation=outcome, code="key_repeated", changes={"Mobile": {"old": "1", "new": "2"}}, problems=[])
    assert tables.told_of(told) == "Mobile: 1 → 2; An earlier row of this run has the same key."
    assert tables.told_of({**told, "code": ""}) == "Mobile: 1 → 2"
    kept = [{"message": "Somebody changed it.", "field": "Email"}]
    assert tables.told_of({**told, "problems": kept}) == "Mobile: 1 → 2; Email: Somebody changed it."


def test_a_list_of_changes_is_whole_and_only_a_long_value_is_cut() -> None:
    changes = {f"F{n}": {"old": "o" * 30, "new": "n" * 300} for n in range(12)}
    told = operation(operation="Update", code="key_repeated", changes=changes)
    text = "".join(tables.report_text(report(), operations=[told]).split())
    assert all(f"F{n}:{'o' * 30}→{'n' * 199}…" in text for n in range(12))
    assert "Anearlierrowofthisrunhasthesamekey." in text


def test_operations_that_are_not_shown_are_counted_with_the_way_to_them() -> None:
    text = tables.report_text(report(), operations=[operation()], more=1234)
    assert "\n1234 operations more: show_run 7 --report FILE writes all of them.\n" in text
    assert "\n1 operation more: " in tables.report_text(report(), operations=[operation()], more=1)
    assert "more:" not in tables.report_text(report(), operations=[operation()])


@pytest.mark.parametrize(("count", "said"), [(0, "0 items"), (1, "1 item"), (2, "2 items")])
def test_what_is_counted_is_one_or_many(count: int, said: str) -> None:
    assert tables.counted(count, "item") == said


@pytest.mark.parametrize(("rows", "said"), [(0, "0 rows:"), (1, "1 row:"), (2, "2 rows:")])
def test_rows_are_counted_in_plain_english(rows: int, said: str) -> None:
    assert f"\n{said} " in tables.report_text(report(counts={"rows": rows}))


@pytest.mark.parametrize(
    ("row", "item", "shown"), [(12, "", "12"), (12, "3", "12/3"), (12, "3.2", "12/3.2"), (0, "", "")]
)
def test_a_row_carries_its_item(row: int, item: str, shown: str) -> None:
    assert tables.row_of({"row": row, "item": item}) == shown


def test_errors_that_are_not_shown_are_counted() -> None:
    error = {"row": 1, "item": "", "name": "Email", "code": "email_invalid", "message": "No.", "value": "x"}
    text = tables.report_text(report(errors=[error], errorsTotal=250))
    assert "Errors (the first 1; 249 more)" in text


@pytest.mark.parametrize("value", ["[red]x[/red]", "[/]", ":smile:", "\x1b[31mred", "a\x00b", "\x9b31m"])
def test_values_are_shown_and_not_obeyed(value: str) -> None:
    changed = operation(key=value, changes={"A": {"old": value, "new": None}}, problems=[{"message": value}])
    refused = operation(changes={}, problems=[{"message": value, "field": "A"}])
    text = tables.report_text(report(), operations=[changed, refused])
    assert not any(sign in text for sign in "\x1b\x00\x9b")
    assert value.isprintable() is (value in text)


def test_no_line_is_wider_than_promised() -> None:
    long = operation(key="k" * 300, changes={"Notes": {"old": "o" * 500, "new": "n" * 500}})
    assert max(map(len, tables.report_text(report(), operations=[long]).splitlines())) <= tables.WIDTH


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ({"kind": "csv", "encoding": "cp1252", "delimiter": "\t", "headerRow": 3},
         "Read as CSV, encoding cp1252, delimiter tab, header in row 3."),
        ({"kind": "xlsx", "sheet": "Contrats", "headerRow": 1}, "Read as XLSX, sheet Contrats, header in row 1."),
        ({"kind": "json", "encoding": "utf-8"}, "Read as JSON, encoding utf-8."),
    ],
)  # fmt: skip
def test_how_the_file_was_read_is_said(source: dict[str, Any], line: str) -> None:
    assert line in tables.report_text(report(source=source)).splitlines()


def test_many_unused_columns_are_counted_rather_than_listed() -> None:
    text = tables.report_text(report(source={"kind": "csv", "unusedColumns": [f"C{n}" for n in range(45)]}))
    assert "C19 and 25 more." in " ".join(text.split())
    assert "C20" not in text


def test_a_spelling_is_reported_only_where_it_differs() -> None:
    source = {"kind": "csv", "resolved": {"E-Mail": "e_mail", "Name": "Name"}}
    text = tables.report_text(report(source=source))
    assert "“E-Mail” was found as “e_mail”." in text
    assert "“Name”" not in text
