"""apply_run, undo_run, retry_run, show_run, verify, records_digest: the same words and exit codes as import_file."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import execute_from_command_line

from integration_admin.accounts.models import Brand
from sync_app.engine.tally import Tally
from sync_app.models import BrandClock, Identity, Record, Run, RunLease
from tests.commands.conftest import BROKEN, GOOD, command

pytestmark = pytest.mark.django_db(transaction=True)
Write = Callable[..., Path]


@pytest.fixture
def simulated(dossiers: str, csv_file: Write) -> int:
    """A simulated import of two good rows."""
    return int(command("import_file", "acme", dossiers, csv_file(GOOD), "--simulate", as_json=True).json["run"])


@pytest.fixture
def imported(dossiers: str, csv_file: Write) -> int:
    """An import of two good rows and one that failed."""
    return int(command("import_file", "acme", dossiers, csv_file(GOOD + BROKEN), as_json=True).json["run"])


def digest() -> str:
    return command("records_digest", "acme").out.strip()


def test_a_simulation_is_applied_once(simulated: int) -> None:
    applied = command("apply_run", simulated, as_json=True)
    assert applied.code == 0
    assert applied.json["counts"]["inserted"] == 2
    assert Record.objects.count() == 2
    again = command("apply_run", simulated)
    assert again.code == 2
    assert str(applied.json["run"]) in again.refusal


def test_what_changed_since_the_simulation_is_left_alone_and_counts_as_failed(
    simulated: int, dossiers: str, csv_file: Write
) -> None:
    command("import_file", "acme", dossiers, csv_file("A-1;Somebody Else;;\n"))
    applied = command("apply_run", simulated, as_json=True)
    assert applied.code == 1
    assert applied.json["counts"]["failed"] == 1
    names = sorted(Record.objects.values_list("data__LastName", flat=True))
    assert names == ["Garcia", "Somebody Else"]


def test_a_stale_plan_can_be_refused_as_a_whole(simulated: int, dossiers: str, csv_file: Write) -> None:
    command("import_file", "acme", dossiers, csv_file("A-1;Somebody Else;;\n"))
    before = digest()
    refused = command("apply_run", simulated, "--refuse-stale", as_json=True)
    assert refused.code == 1
    assert digest() == before
    applied = command("apply_run", simulated, as_json=True)
    assert applied.json["counts"]["inserted"] == 1
    assert command("show_run", refused.json["run"], as_json=True).json["parent"] == simulated
    assert str(applied.json["run"]) in command("apply_run", simulated).refusal


def test_undo_leaves_the_records_as_before(simulated: int) -> None:
    before = digest()
    run = command("apply_run", simulated, as_json=True).json["run"]
    assert digest() != before
    assert command("undo_run", run).code == 0
    assert digest() == before


def test_an_undo_keeps_and_names_what_was_edited_since(simulated: int, dossiers: str, csv_file: Write) -> None:
    run = command("apply_run", simulated, as_json=True).json["run"]
    command("import_file", "acme", dossiers, csv_file("A-1;Martel;0700;s.martel@example.com\n"))
    undone = command("undo_run", run, as_json=True)
    assert undone.code == 1
    [kept] = undone.json["errors"]
    assert (kept["code"], kept["field"], undone.json["errorsTotal"]) == ("kept_edited", "Mobile", 1)
    assert "Changed since by" in kept["message"]
    assert kept["message"] in " ".join(command("show_run", undone.json["run"], "--errors").out.split())
    assert [record.data["_IDDOSSIER"] for record in Record.objects.filter(deleted_at=None)] == ["A-1"]


def test_a_record_that_is_undone_in_part_is_named_with_the_field_that_stays(dossiers: str, csv_file: Write) -> None:
    command("import_file", "acme", dossiers, csv_file("A-1;Martel;0600;s.martel@example.com\n"))
    run = command("import_file", "acme", dossiers, csv_file("A-1;Marteau;0700;s@example.com\n"), as_json=True).json[
        "run"
    ]
    command("import_file", "acme", dossiers, csv_file("A-1;Marteau;0800;s@example.com\n"))
    shown = command("undo_run", run)
    assert shown.code == 1
    text = " ".join(shown.out.split())
    assert "LastName: Marteau → Martel" in text
    assert "Changed since by" in text
    undo = command("show_run", Run.objects.latest("pk").pk, "--errors", as_json=True).json
    assert [(error["code"], error["row"]) for error in undo["errors"]] == [("kept_edited", 2)]


def test_moments_are_written_as_the_api_writes_them(simulated: int) -> None:
    told = command("show_run", simulated, as_json=True).json
    for name in ("createdAt", "startedAt", "finishedAt"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", told[name])


@pytest.mark.parametrize("wrong", [["x"], [], ["1", "--nothing"], ["1", "2"]])
def test_arguments_that_are_wrong_are_told_in_json_where_json_was_asked_for(
    capsys: pytest.CaptureFixture[str], wrong: list[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        execute_from_command_line(["manage.py", "show_run", *wrong, "--json"])
    told = capsys.readouterr()
    assert (ended.value.code, told.err) == (2, "")
    assert json.loads(told.out)["error"]["code"] == "usage"


def test_an_undo_can_be_refused_as_a_whole(simulated: int, dossiers: str, csv_file: Write) -> None:
    run = command("apply_run", simulated, as_json=True).json["run"]
    command("import_file", "acme", dossiers, csv_file("A-1;Martel;0700;s.martel@example.com\n"))
    before = digest()
    assert command("undo_run", run, "--refuse-conflicts").code == 1
    assert digest() == before


def test_a_simulated_undo_shows_and_writes_nothing(simulated: int) -> None:
    run = command("apply_run", simulated, as_json=True).json["run"]
    after = digest()
    shown = command("undo_run", run, "--simulate")
    assert shown.code == 0
    assert "Delete" in shown.out
    assert digest() == after


def test_the_failed_rows_alone_are_retried(imported: int) -> None:
    answer = command("retry_run", imported, as_json=True)
    assert answer.code == 1
    assert answer.json["counts"]["rows"] == 1
    assert answer.json["parent"] == imported


def test_a_retry_with_the_template_of_now_uses_its_version(imported: int) -> None:
    answer = command("retry_run", imported, "--now", as_json=True)
    assert answer.json["templateVersion"] == 1


def test_nothing_to_retry_is_said(simulated: int) -> None:
    answer = command("retry_run", simulated)
    assert answer.code == 2
    assert answer.refusal == "None of the rows asked for failed in this run."


def test_a_shown_run_keeps_its_exit_code(imported: int, simulated: int) -> None:
    assert command("show_run", imported).code == 1
    assert command("show_run", simulated).code == 0


def test_show_run_lists_every_error_when_asked(imported: int) -> None:
    plain, full = command("show_run", imported), command("show_run", imported, "--errors")
    assert "Operations" not in plain.out
    assert "A-3" in full.out
    assert "A-1" not in full.out


def test_what_a_simulation_does_not_show_is_counted_and_written_by_show_run(
    dossiers: str, csv_file: Write, tmp_path: Path
) -> None:
    rows = "".join(f"B-{number};N;;\n" for number in range(23)) + "b-1;Other;;\n"
    shown = command("import_file", "acme", dossiers, csv_file(rows), "--simulate")
    run = Run.objects.latest("pk").pk
    assert f"\n4 operations more: show_run {run} --report FILE writes all of them.\n" in shown.out
    path = tmp_path / "report.json"
    told = command("show_run", run, "--report", path)
    assert (told.code, "more:" in told.out) == (0, False)
    written = json.loads(path.read_text(encoding="utf-8"))
    assert (written["run"], len(written["operations"])) == (run, 24)
    assert (written["operations"][-1]["code"], written["source"]["headerRow"]) == ("key_repeated", 1)
    gone = command("show_run", run, "--report", tmp_path / "gone" / "report.json", as_json=True)
    assert (gone.code, gone.json["error"]["code"]) == (2, "file_unwritable")


def test_a_run_under_way_tells_what_it_has_done_so_far(imported: int) -> None:
    so_far = Tally(rows=9, rows_ok=4, rows_failed=1, operations={"Customer": Counter(Insert=4, Error=1)})
    Run.objects.update(status="running", counts={}, by_type={}, finished_at=None)
    RunLease.objects.update(progress={"tally": so_far.to_json()})
    shown = command("show_run", imported)
    assert (shown.code, "9 rows: 4 fine, 1 failed, 4 not processed" in shown.out) == (1, True)
    assert "run_worker" in " ".join(shown.out.split())
    assert "run_worker" in command("undo_run", imported).refusal


def test_a_run_that_waits_counts_as_unfinished(simulated: int) -> None:
    Run.objects.filter(pk=simulated).update(status="queued", counts={}, by_type={}, statistics={})
    answer = command("show_run", simulated)
    assert answer.code == 1
    assert "queued" in answer.out


@pytest.mark.parametrize("name", ["apply_run", "undo_run", "retry_run", "show_run"])
@pytest.mark.usefixtures("acme")
def test_an_unknown_run_is_said(name: str) -> None:
    assert command(name, 4711).refusal == "There is no such run."
    assert command(name, 4711, as_json=True).json["error"]["code"] == "run_not_found"


def test_verify_agrees_with_what_runs_left(imported: int) -> None:
    assert command("undo_run", imported).code == 0
    assert command("verify").code == 0
    assert command("verify", "acme", as_json=True).json == {"discrepancies": []}


def test_verify_names_what_does_not_agree(imported: int, other: Brand) -> None:
    Identity.objects.filter(value__icontains="a-1").delete()
    BrandClock.objects.update(counts={})
    answer = command("verify")
    assert answer.code == 1
    assert "identity_missing" in answer.out
    assert "count_wrong" in answer.out
    assert command("verify", other.key).code == 0


def test_the_digest_is_a_brands_own(imported: int, other: Brand) -> None:
    assert digest() != command("records_digest", other.key).out.strip()
    assert command("records_digest", "acme", as_json=True).json == {"brand": "acme", "digest": digest()}
