"""import_file: what it prints and how it ends."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from integration_admin.accounts.access import system_actor
from integration_admin.accounts.models import Brand
from sync_app.models import Record, Run
from templates_app.library.installing import install
from tests.commands.conftest import BROKEN, GOOD, HEADER, command

PROJECTS = """<In>
  <Type Name="Customer" ShouldInsert="true" Match="Company" />
  <Type Name="Project" ShouldInsert="true" Match="Label" />
  <Property Name="Client" Type="Customer" Field="Company" />
  <Property Name="Project" Type="Project" Field="Label" />
  <Link Type="Project" Field="Customer" To="Customer" />
</In>"""

pytestmark = pytest.mark.django_db(transaction=True)
Write = Callable[..., Path]


@pytest.fixture
def outward(acme: Brand, now: datetime) -> None:
    out = '<Out><Type Name="Customer" /><Property Name="Nom" Type="Customer" Field="LastName" /></Out>'
    install(actor=system_actor(brand=acme, name="the tests"), name="outward", xml=out, at=now)


def test_it_ends_with_0_when_every_row_is_fine(dossiers: str, csv_file: Write) -> None:
    answer = command("import_file", "acme", dossiers, csv_file(GOOD))
    assert answer.code == 0
    assert "2 rows: 2 fine, 0 failed, 0 not processed" in answer.out
    assert sorted(Record.objects.values_list("data___IDDOSSIER", flat=True)) == ["A-1", "A-2"]


def test_it_ends_with_1_when_a_row_failed_and_names_row_column_and_value(dossiers: str, csv_file: Write) -> None:
    answer = command("import_file", "acme", dossiers, csv_file(GOOD + BROKEN))
    assert answer.code == 1
    assert "3 rows: 2 fine, 1 failed, 0 not processed" in answer.out
    [line] = [line for line in answer.out.splitlines() if "email_invalid" in line]
    assert line.split()[:2] == ["4", "Email"]
    assert "dubreuil (at) example.com" in line
    assert Record.objects.count() == 2


def test_it_shows_what_would_change_and_writes_no_record_when_simulated(dossiers: str, csv_file: Write) -> None:
    answer = command("import_file", "acme", dossiers, csv_file(GOOD), "--simulate")
    assert answer.code == 0
    assert "simulated import" in answer.out
    assert "LastName: Martel" in answer.out
    assert Record.objects.count() == 0


def test_it_shows_old_and_new_values_of_a_change(dossiers: str, csv_file: Write) -> None:
    command("import_file", "acme", dossiers, csv_file(GOOD))
    answer = command("import_file", "acme", dossiers, csv_file("A-1;Martel;0700;\n"), "--simulate")
    assert "Mobile: 0639981001 → 0700" in answer.out
    assert "Email: s.martel@example.com → nothing" in answer.out


def test_it_shows_references_by_the_label_of_what_they_point_to(acme: Brand, now: datetime, tmp_path: Path) -> None:
    install(actor=system_actor(brand=acme, name="the tests"), name="projects", xml=PROJECTS, at=now)
    path = tmp_path / "projects.csv"
    path.write_text("Client,Project\nAtelier Garcia,Roof\n")
    assert (
        "Label: Roof, Customer: Atelier Garcia (new)"
        in command("import_file", "acme", "projects", path, "--simulate").out
    )
    command("import_file", "acme", "projects", path)
    path.write_text("Client,Project\nAtelier Garcia,Cellar\n")
    assert (
        "Label: Cellar, Customer: Atelier Garcia\n"
        in command("import_file", "acme", "projects", path, "--simulate").out
    )


def test_its_json_has_what_scripts_were_promised(dossiers: str, csv_file: Write) -> None:
    answer = command("import_file", "acme", dossiers, csv_file(GOOD + BROKEN), "--simulate", as_json=True)
    report = answer.json
    assert answer.code == 1
    assert report["simulate"] is True
    assert report["run"] == Run.objects.get().pk
    assert report["status"] == "with_failures"
    promised = {"rows": 3, "inserted": 2, "updated": 0, "unchanged": 0, "deleted": 0, "skipped": 0, "failed": 1}
    assert {name: report["counts"][name] for name in promised} == promised
    assert report["byType"]["Customer"]["inserted"] == 2
    assert {"queryCount", "queryDurationTotal", "executionDuration"} <= set(report["statistics"])
    [error] = report["errors"]
    assert (error["row"], error["name"], error["code"]) == (4, "Email", "email_invalid")


def test_it_stops_at_the_first_bad_row_and_counts_the_rest_as_unprocessed(dossiers: str, csv_file: Write) -> None:
    answer = command("import_file", "acme", dossiers, csv_file(BROKEN + GOOD), "--stop-on-error", as_json=True)
    assert answer.code == 1
    assert answer.json["status"] == "stopped"
    assert answer.json["counts"]["unprocessed"] == 2


def test_it_writes_nothing_when_atomic_and_a_row_is_bad(dossiers: str, csv_file: Write) -> None:
    answer = command("import_file", "acme", dossiers, csv_file(GOOD + BROKEN), "--atomic", as_json=True)
    assert (answer.code, answer.json["status"]) == (1, "failed")
    assert [answer.json["counts"][name] for name in ("inserted", "skipped", "unprocessed", "rowsOk")] == [0, 2, 2, 0]
    assert Record.objects.count() == 0


def test_stopping_and_atomic_exclude_each_other(dossiers: str, csv_file: Write) -> None:
    answer = command("import_file", "acme", dossiers, csv_file(GOOD), "--atomic", "--stop-on-error")
    assert answer.code != 0
    assert Run.objects.count() == 0


@pytest.mark.parametrize(("given", "code"), [("cp1252", 0), ("utf-8", 2)])
def test_a_given_encoding_is_taken_at_its_word(dossiers: str, csv_file: Write, given: str, code: int) -> None:
    path = csv_file("A-1;Lefèvre;;\n", encoding="cp1252")
    assert command("import_file", "acme", dossiers, path, "--encoding", given).code == code


def test_it_reports_what_was_detected(dossiers: str, csv_file: Write) -> None:
    answer = command("import_file", "acme", dossiers, csv_file(GOOD, encoding="cp1252"))
    assert "Read as CSV, encoding " in answer.out
    assert "delimiter “;”, header in row 1" in answer.out


def test_it_names_columns_nobody_uses_and_names_no_column_has(dossiers: str, tmp_path: Path) -> None:
    path = tmp_path / "drifted.csv"
    path.write_text("ID_DOSSIER;Nom usage;Portable;Email\nA-1;Martel;0700;\n", encoding="utf-8")
    answer = command("import_file", "acme", dossiers, path)
    assert "Names of the template that no column has: Téléphone mobile." in answer.out
    assert "Columns that the template does not use: Portable." in answer.out


def test_it_says_which_spelling_of_a_name_it_took(dossiers: str, tmp_path: Path) -> None:
    path = tmp_path / "twin.csv"
    path.write_text("id_dossier;nom_usage;telephone_mobile;email\nA-1;Martel;0700;\n", encoding="utf-8")
    assert "“Téléphone mobile” was found as “telephone_mobile”." in command("import_file", "acme", dossiers, path).out


def test_a_tab_can_be_given_as_people_write_it(dossiers: str, tmp_path: Path) -> None:
    path = tmp_path / "tabs.csv"
    path.write_text((HEADER + GOOD).replace(";", "\t"), encoding="utf-8")
    assert command("import_file", "acme", dossiers, path, "--delimiter", "\\t").code == 0


def test_lines_before_the_header_are_passed_over(dossiers: str, tmp_path: Path) -> None:
    path = tmp_path / "titled.csv"
    path.write_text(f"Customers;;;\nas of today;;;\n{HEADER}{GOOD}", encoding="utf-8")
    assert command("import_file", "acme", dossiers, path, "--header-row", 3).code == 0


@pytest.mark.parametrize("name", ["customers.json", "customers"])
def test_json_is_known_by_its_name_and_content(dossiers: str, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(json.dumps([{"ID_DOSSIER": "A-1", "Nom usage": "Martel"}]), encoding="utf-8")
    assert command("import_file", "acme", dossiers, path, as_json=True).json["source"]["kind"] == "json"


def test_the_report_file_holds_every_operation(dossiers: str, csv_file: Write, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    command("import_file", "acme", dossiers, csv_file(GOOD + BROKEN), "--simulate", "--report", path)
    report = json.loads(path.read_text(encoding="utf-8"))
    assert report["counts"]["rows"] == 3
    assert [operation["operation"] for operation in report["operations"]] == ["Insert", "Insert", "Error"]


def test_a_report_without_operations_is_json_too(dossiers: str, csv_file: Write, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    command("import_file", "acme", dossiers, csv_file(""), "--report", path)
    assert json.loads(path.read_text(encoding="utf-8"))["operations"] == []


def test_a_report_that_has_no_place_is_said_before_anything_is_written(
    dossiers: str, csv_file: Write, tmp_path: Path
) -> None:
    path = csv_file(GOOD)
    for place in (tmp_path / "gone" / "report.json", tmp_path):
        answer = command("import_file", "acme", dossiers, path, "--report", place, as_json=True)
        assert (answer.code, answer.json["error"]["code"]) == (2, "report_unwritable")
    assert Run.objects.count() == 0
    assert list(tmp_path.iterdir()) == [path]


def test_a_disk_that_became_full_does_not_hide_what_was_done(
    dossiers: str, csv_file: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = command("import_file", "acme", dossiers, csv_file(GOOD), "--report", "/dev/full", as_json=True)
    assert (answer.code, answer.json["counts"]["inserted"]) == (1, 2)
    assert f"Run {Run.objects.get().pk} is done, but “/dev/full” cannot be written" in capsys.readouterr().err


def test_its_json_is_in_ascii(dossiers: str, csv_file: Write) -> None:
    out = command("import_file", "acme", dossiers, csv_file(GOOD), "--simulate", as_json=True).out
    assert out.isascii()
    assert "Téléphone mobile" in json.loads(out)["source"]["columns"]


def test_values_of_the_file_do_not_reach_the_terminal_as_commands(dossiers: str, csv_file: Write) -> None:
    rows = "[bold]A-9[/bold];Ev\u202eil;\x1b]0;title\x07;bad (at) example\n"
    answer = command("import_file", "acme", dossiers, csv_file(rows), "--simulate")
    assert "\x1b" not in answer.out


@pytest.mark.parametrize(
    ("brand", "template", "code"),
    [
        ("nobody", "dossier-import", "unknown_brand"),
        ("acme", "nothing", "template_not_found"),
        ("acme", "client-export", "template_not_found"),
        ("acme", "outward", "template_is_export"),
        ("other", "dossier-import", "template_not_found"),
        ("ACME\u212a", "dossier-import", "unknown_brand"),
    ],
)
@pytest.mark.usefixtures("dossiers", "outward", "other")
def test_it_ends_with_2_and_says_why_when_it_cannot_run(brand: str, template: str, code: str, csv_file: Write) -> None:
    told = command("import_file", brand, template, csv_file(GOOD))
    assert told.code == 2
    assert told.refusal.endswith(".")
    assert "GET" not in told.refusal
    assert command("import_file", brand, template, csv_file(GOOD), as_json=True).json["error"]["code"] == code
    assert Run.objects.count() == 0


def test_a_brand_is_found_in_any_case(dossiers: str, csv_file: Write) -> None:
    assert command("import_file", "ACME", dossiers, csv_file(GOOD)).code == 0


def test_a_missing_file_is_named(dossiers: str, tmp_path: Path) -> None:
    answer = command("import_file", "acme", dossiers, tmp_path / "gone.csv")
    assert answer.code == 2
    assert "gone.csv" in answer.refusal


def test_a_file_above_the_limit_is_refused_and_the_limit_named(
    dossiers: str, csv_file: Write, settings: Settings
) -> None:
    settings.MAX_BODY_BYTES = 20
    answer = command("import_file", "acme", dossiers, csv_file(GOOD))
    assert answer.code == 2
    assert "20 bytes" in answer.refusal
    assert "MAX_BODY_BYTES" in answer.refusal


def test_a_refused_source_says_where(dossiers: str, tmp_path: Path) -> None:
    path = tmp_path / "broken.json"
    path.write_text('[\n {"ID_DOSSIER": NaN}\n]', encoding="utf-8")
    answer = command("import_file", "acme", dossiers, path)
    assert answer.code == 2
    assert "Line 2" in answer.refusal


def test_a_place_without_a_column_names_none(dossiers: str, tmp_path: Path) -> None:
    path = tmp_path / "broken.csv"
    path.write_bytes(HEADER.encode() + b"A-1;Mar\0tel;;\n")
    refusal = command("import_file", "acme", dossiers, path).refusal
    assert "Line 2." in refusal
    assert "column" not in refusal


def test_nobody_is_locked_out_after_it_ended(dossiers: str, csv_file: Write) -> None:
    command("import_file", "acme", dossiers, csv_file(GOOD))
    assert not connection.in_atomic_block
    assert Run.objects.get().lease.expires_at is None
