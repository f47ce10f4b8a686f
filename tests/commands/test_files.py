"""export_file and failed_rows: files that other systems read, and that can be imported again."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from integration_admin.accounts.access import system_actor
from integration_admin.accounts.models import Brand
from sync_app.models import Run, RunPayload
from templates_app.library.installing import install
from tests.commands.conftest import BROKEN, GOOD, HEADER, command

pytestmark = pytest.mark.django_db(transaction=True)
Write = Callable[..., Path]
OUT = """<Out>
  <Type Name="Customer" />
  <Property Name="ID_DOSSIER" Type="Customer" Field="_IDDOSSIER" />
  <Property Name="Nom usage" Type="Customer" Field="LastName" />
  <Property Name="Téléphone mobile" Type="Customer" Field="Mobile" />
  <Property Name="Email" Type="Customer" Field="Email" />
</Out>
"""


@pytest.fixture
def outward(acme: Brand, dossiers: str, csv_file: Write, now: datetime) -> str:
    """An export template that mirrors the import one, and two records to export."""
    install(actor=system_actor(brand=acme, name="the tests"), name="dossier-export", xml=OUT, at=now)
    assert command("import_file", "acme", dossiers, csv_file(GOOD)).code == 0
    return "dossier-export"


def rows_of(path: Path) -> list[list[str]]:
    return list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines(), delimiter=delimiter_of(path)))


def delimiter_of(path: Path) -> str:
    return ";" if ";" in path.read_text(encoding="utf-8-sig").splitlines()[0] else ","


def test_without_a_file_the_items_are_json_in_the_shell(outward: str) -> None:
    answer = command("export_file", "acme", outward)
    assert answer.code == 0
    assert [item["ID_DOSSIER"] for item in answer.json] == ["A-1", "A-2"]
    assert answer.json[0]["Téléphone mobile"] == "0639981001"
    assert answer.json[1]["Téléphone mobile"] is None


def test_a_csv_has_a_header_and_a_line_per_record(outward: str, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    answer = command("export_file", "acme", outward, "-o", path, as_json=True)
    assert answer.json["items"] == 2
    rows = rows_of(path)
    assert rows[0] == ["ID_DOSSIER", "Nom usage", "Téléphone mobile", "Email"]
    assert [row[0] for row in rows[1:]] == ["A-1", "A-2"]


def test_a_workbook_opens(outward: str, tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    assert command("export_file", "acme", outward, "-o", path).code == 0
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    assert [cell.value for cell in sheet[2]][:2] == ["A-1", "Martel"]


@pytest.mark.parametrize("name", ["out.json", "out.csv", "out.xlsx", "OUT.CSV"])
def test_what_was_exported_changes_nothing_when_imported_again(
    outward: str, dossiers: str, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    assert f"2 items written to {path}. The next time: " in command("export_file", "acme", outward, "-o", path).out
    answer = command("import_file", "acme", dossiers, path, as_json=True)
    assert answer.code == 0
    assert answer.json["counts"]["unchanged"] == 2


@pytest.mark.parametrize("point", ["since", "cursor"])
def test_it_says_from_where_to_ask_the_next_time(
    outward: str, dossiers: str, csv_file: Write, tmp_path: Path, point: str
) -> None:
    path = tmp_path / "out.json"
    first = command("export_file", "acme", outward, "-o", path, as_json=True).json
    command("import_file", "acme", dossiers, csv_file("A-7;Later;;\n"))
    value = first["next"] if point == "since" else first["cursor"]
    command("export_file", "acme", outward, f"--{point}", value, "-o", path)
    sent = [item["ID_DOSSIER"] for item in json.loads(path.read_text(encoding="utf-8"))]
    assert "A-7" in sent
    assert point == "since" or sent == ["A-7"]


@pytest.mark.parametrize("since", ["2026", "20261340000000", "yesterday", "99991231235959"])
def test_a_since_that_is_none_is_refused(outward: str, since: str) -> None:
    assert command("export_file", "acme", outward, "--since", since).code == 2


@pytest.mark.parametrize("name", ["out.txt", "out", "out.xls"])
def test_an_unknown_ending_is_refused_before_anything_is_read(outward: str, tmp_path: Path, name: str) -> None:
    answer = command("export_file", "acme", outward, "-o", tmp_path / name)
    assert answer.code == 2
    assert ".csv" in answer.refusal


def test_json_answers_need_a_file_for_the_items(outward: str) -> None:
    assert command("export_file", "acme", outward, as_json=True).json["error"]["code"] == "output_needed"


def test_an_import_template_does_not_export(outward: str, dossiers: str, tmp_path: Path) -> None:
    older = tmp_path / "out.json"
    older.write_text("older", encoding="utf-8")
    answer = command("export_file", "acme", dossiers, "-o", older)
    assert (answer.code, answer.refusal) == (2, "This is an import template. Call it with import_file.")
    assert older.read_text(encoding="utf-8") == "older"


def test_a_file_that_cannot_be_written_is_named_and_leaves_nothing(outward: str, tmp_path: Path) -> None:
    answer = command("export_file", "acme", outward, "-o", tmp_path / "no" / "out.csv")
    assert answer.code == 2
    assert "out.csv" in answer.refusal
    assert list(tmp_path.glob("**/.*")) == []


def test_what_a_link_leads_to_is_written_and_keeps_its_permissions(outward: str, tmp_path: Path) -> None:
    link, older = tmp_path / "link.csv", tmp_path / "older.csv"
    older.write_text("older", encoding="utf-8")
    older.chmod(0o600)
    link.symlink_to(older.name)
    assert command("export_file", "acme", outward, "-o", link).code == 0
    assert link.is_symlink()
    assert (len(rows_of(older)), older.stat().st_mode & 0o777) == (3, 0o600)


def test_a_file_that_may_not_be_written_is_not_replaced(
    outward: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = tmp_path / "older.csv"
    older.write_text("older", encoding="utf-8")
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
    answer = command("export_file", "acme", outward, "-o", older)
    assert (answer.code, older.read_text(encoding="utf-8")) == (2, "older")
    assert "Permission denied" in answer.refusal


def left(**_given: object) -> None:
    raise BrokenPipeError


def test_a_pipe_is_written_to_and_not_replaced(
    dossiers: str, csv_file: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, pipe = imported(csv_file(GOOD), dossiers)["run"], tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert command("show_run", run, "--report", pipe).code == 0
        assert json.loads(os.read(reader, 60_000))["run"] == run
        monkeypatch.setattr("sync_app.management.commands.show_run.write_report", left)
        with pytest.raises(BrokenPipeError):
            command("show_run", run, "--report", pipe)
    finally:
        os.close(reader)
    assert pipe.is_fifo()


# --- failed rows


def imported(path: Path, template: str) -> Any:
    return command("import_file", "acme", template, path, as_json=True).json


def test_the_failed_rows_keep_columns_order_and_values(dossiers: str, csv_file: Write, tmp_path: Path) -> None:
    run = imported(csv_file(GOOD + BROKEN), dossiers)["run"]
    path = tmp_path / "failed.csv"
    answer = command("failed_rows", run, "-o", path, as_json=True)
    assert answer.json == {"run": run, "file": str(path), "rows": 1}
    header, row = rows_of(path)
    assert header == [*HEADER.strip().split(";"), "row", "code", "message"]
    assert row[:6] == ["A-3", "Dubreuil", "", "dubreuil (at) example.com", "4", "email_invalid"]
    assert row[6].startswith("Email: ")


def test_repaired_they_can_be_imported_again(dossiers: str, csv_file: Write, tmp_path: Path) -> None:
    run = imported(csv_file(GOOD + BROKEN), dossiers)["run"]
    path = tmp_path / "failed.csv"
    assert command("failed_rows", run, "-o", path).out == f"1 row written to {path}.\n"
    path.write_text(path.read_text(encoding="utf-8").replace(" (at) ", "@"), encoding="utf-8")
    counts = imported(path, dossiers)["counts"]
    assert (counts["rows"], counts["inserted"]) == (1, 1)


@pytest.mark.parametrize("name", ["failed.xlsx", "failed.JSON", "failed.pdf", "failed"])
def test_a_file_of_failed_rows_has_no_name_of_another_kind(
    dossiers: str, csv_file: Write, tmp_path: Path, name: str
) -> None:
    run = imported(csv_file(GOOD + BROKEN), dossiers)["run"]
    answer = command("failed_rows", run, "-o", tmp_path / name)
    assert (answer.code, answer.refusal) == (2, f"“{tmp_path / name}” must end in .csv.")
    assert not (tmp_path / name).exists()


def test_the_failed_rows_of_json_are_json(dossiers: str, tmp_path: Path) -> None:
    source = tmp_path / "in.json"
    rows = [{"ID_DOSSIER": "A-1", "Nom usage": "Martel", "n": 12345678901234567890}, {"Nom usage": "No number"}]
    source.write_text(json.dumps(rows), encoding="utf-8")
    path = tmp_path / "failed.json"
    command("failed_rows", imported(source, dossiers)["run"], "-o", path)
    text = path.read_text(encoding="utf-8-sig")
    assert "No number" in text
    assert "key_missing" in text
    assert "Martel" not in text


def test_a_run_without_failed_rows_gives_a_file_without_rows(dossiers: str, csv_file: Write, tmp_path: Path) -> None:
    path = tmp_path / "failed.csv"
    assert command("failed_rows", imported(csv_file(GOOD), dossiers)["run"], "-o", path).code == 0
    assert len(rows_of(path)) == 1


def test_a_purged_run_says_that_its_rows_are_gone(dossiers: str, csv_file: Write, tmp_path: Path) -> None:
    run = imported(csv_file(BROKEN), dossiers)["run"]
    RunPayload.objects.filter(run=run).delete()
    answer = command("failed_rows", run, "-o", tmp_path / "failed.csv")
    assert answer.code == 2
    assert "purged" in answer.refusal
    assert not (tmp_path / "failed.csv").exists()


def test_a_run_that_has_not_ended_gives_none(dossiers: str, csv_file: Write, tmp_path: Path) -> None:
    run = imported(csv_file(BROKEN), dossiers)["run"]
    Run.objects.update(status="running")
    assert command("failed_rows", run, "-o", tmp_path / "failed.csv").code == 2
