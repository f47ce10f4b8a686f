"""The templates that the README explains, installed and run as it says. `REWRITE_README=1` writes the answers anew."""

from __future__ import annotations

import io
import json
import os
import shlex
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings

from tests.house.readme import Block, blocks, calls, files, rewrite
from tests.house.shown_answers import laid_out, pruned, pruned_lines, read_shown

pytestmark = pytest.mark.django_db(transaction=True, reset_sequences=True)
SITE_SETUP = ("templates_app.library.builtin.ensure_builtin", "sync_app.storage.brand_setup.start_clock")
MANAGE = ".venv/bin/python manage.py "
REWRITE = bool(os.environ.get("REWRITE_README"))


@pytest.fixture
def demo(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo brand, in a folder that holds the files of the guide."""
    settings.DATA_DIR = str(tmp_path)
    settings.BRAND_SETUP = SITE_SETUP
    for name, content in files("guide").items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    run("quickstart --no-serve")


def run(line: str) -> str:
    """What a command prints, whatever its exit code."""
    out = io.StringIO()
    try:
        call_command(*shlex.split(line), stdout=out, stderr=io.StringIO())
    except SystemExit as ended:
        if ended.code != 1:
            raise
    return out.getvalue()


def shown_and_printed(answer: Block, printed: str) -> tuple[str, str]:
    if answer.language == "json":
        shown = read_shown(answer.text)
        return laid_out(shown) + "\n", laid_out(pruned(shown, json.loads(printed))) + "\n"
    return answer.text, pruned_lines(answer.text, printed)


def test_the_guide_does_what_it_says(demo: None) -> None:
    answers = {}
    for call in calls("guide"):
        lines = [line for line in call.commands.splitlines() if line]
        assert all(line.startswith(MANAGE) for line in lines)
        printed = "\n".join(run(line.removeprefix(MANAGE)) for line in lines)
        if call.answer:
            shown, really = shown_and_printed(call.answer, printed)
            answers[call.answer.line] = really
            assert REWRITE or shown == really, call.commands
    if REWRITE:
        rewrite(answers)


TEMPLATES = {block.file: block.text for block in blocks() if block.language == "xml"}


def test_every_template_is_a_file_that_is_installed() -> None:
    installed = " ".join(call.commands for region in ("guide", "api") for call in calls(region))
    assert len(TEMPLATES) >= 7
    assert [name for name in TEMPLATES if f" {name}" not in installed] == []


def test_no_template_has_a_finding_beyond_a_hint(demo: None, tmp_path: Path) -> None:
    for name, content in TEMPLATES.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
        told = json.loads(run(f"install_template demo {Path(name).stem}-again {name} --create-fields --json"))
        assert told["status"] == "published"
        assert {finding["severity"] for finding in told["findings"]} <= {"hint"}, told["findings"]
