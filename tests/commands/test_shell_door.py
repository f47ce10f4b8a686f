"""What every command ends with at the shell: wrong settings, letters the shell has not, a reader that left."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import DatabaseError, OperationalError
from django.db.migrations.executor import MigrationExecutor

from integration_admin import shell_door
from sync_app.management import tables
from sync_app.management.commands import serve, show_run
from tests.commands.conftest import command

ROOT = Path(__file__).resolve().parents[2]
LETTERS = "é€😀\udc80"


def shell(monkeypatch: pytest.MonkeyPatch, *, encoding: str, prints: str = "", refuses: str = "") -> io.BytesIO:
    """Puts a shell of this encoding in place, and a command that prints this or finds this wrong with a setting."""
    kept = io.BytesIO()

    def execute(_argv: Sequence[str]) -> None:
        if refuses:
            raise ImproperlyConfigured(refuses)
        sys.stdout.write(prints)

    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(kept, encoding=encoding))
    monkeypatch.setattr(shell_door, "execute_from_command_line", execute)
    return kept


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_no_letter_ends_a_command_and_json_stays_json(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = shell(monkeypatch, encoding=encoding, prints=json.dumps({"name": LETTERS}, ensure_ascii=False))
    shell_door.run(["manage.py", "export_file"])
    assert json.loads(kept.getvalue().decode(encoding)) == {"name": LETTERS}


@pytest.mark.parametrize("words", [[], ["--json"]])
def test_a_wrong_setting_is_one_sentence(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = shell(monkeypatch, encoding="utf-8", refuses="MAX_ROWS must be a whole number.")
    with pytest.raises(SystemExit) as ended:
        shell_door.run(["manage.py", "show_run", "1", *words])
    assert ended.value.code == 2
    sys.stdout.flush()
    told = kept.getvalue().decode()
    if words:
        assert json.loads(told)["error"] == {
            "code": "settings",
            "message": "MAX_ROWS must be a whole number.",
            "hint": "",
        }
    else:
        assert (told, capsys.readouterr().err) == ("", "MAX_ROWS must be a whole number.\n")


def test_a_reader_that_left_is_no_failure() -> None:
    argv = [sys.executable, "manage.py", "version"]
    with subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
        assert process.wait() == shell_door.READER_LEFT
    assert said == b""


def test_a_closed_shell_gets_nothing_and_harms_nothing() -> None:
    argv = f"{sys.executable} manage.py version >&-"
    ended = subprocess.run(["/bin/sh", "-c", argv], cwd=ROOT, stderr=subprocess.PIPE, check=False)
    assert (ended.returncode, ended.stderr) == (0, b"")


@pytest.mark.parametrize("words", [[], ["--json"]])
def test_a_shell_whose_file_takes_no_more_is_told_beside_it(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shell_door, "execute_from_command_line", lambda _argv: sys.stdout.write("a report"))
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        monkeypatch.setattr(sys, "stdout", full)
        with pytest.raises(SystemExit) as ended:
            shell_door.run(["manage.py", "show_run", *words])
    assert ended.value.code == 2
    assert capsys.readouterr().err == "What was to be written could not be: No space left on device.\n"


def test_tables_are_drawn_with_what_the_shell_has(monkeypatch: pytest.MonkeyPatch) -> None:
    table = tables.table("Rows", ["Name"], [["Martel"]])
    assert tables.LINE in tables.render([table])
    shell(monkeypatch, encoding="latin-1")
    drawn = tables.render([table])
    assert tables.LINE not in drawn
    assert "------" in drawn


@pytest.mark.django_db
def test_a_database_of_an_earlier_release_is_said_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def column_missing(*_args: object, **_options: object) -> None:
        raise DatabaseError("no such column")

    monkeypatch.setattr(show_run.Command, "handle", column_missing)
    with pytest.raises(DatabaseError):
        command("show_run", 1)
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda _self, _targets: ["one more"])
    answer = command("show_run", 1, as_json=True)
    assert (answer.code, answer.json["error"]["code"]) == (2, "database_outdated")


@pytest.mark.django_db
def test_a_locked_database_is_said_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(*_args: object, **_options: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(show_run.Command, "handle", locked)
    answer = command("show_run", 1, as_json=True)
    assert (answer.code, answer.json["error"]["code"]) == (2, "database_busy")
    assert (command("show_run", 1).code, command("show_run", 1).refusal) == (
        2,
        "The database did not do it: database is locked. Try again.",
    )


def test_settings_that_do_not_agree_are_no_stack(settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    settings.SECRET_KEY, settings.CSRF_TRUSTED_ORIGINS = "short", ["site.example"]
    with pytest.raises(SystemExit) as ended:
        serve.Command().run_from_argv(["manage.py", "serve", "--json"])
    error = json.loads(capsys.readouterr().out)["error"]
    assert (ended.value.code, error["code"]) == (2, "settings")
    assert "SECRET_KEY can be guessed." in error["message"]
    assert "CSRF_TRUSTED_ORIGINS" in error["message"]
    with pytest.raises(CommandError, match="SECRET_KEY can be guessed") as refused:
        call_command("serve", skip_checks=False)
    assert refused.value.returncode == 2
