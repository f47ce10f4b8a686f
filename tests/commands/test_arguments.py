"""What a shell gives beside files is text; what is answered in JSON stands alone on standard output."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from integration_admin.accounts.models import Brand
from integration_admin.commands import ScriptCommand
from sync_app.management import serving
from tests.commands.conftest import GOOD, HEADER, command

OTHER = os.fsdecode(b"M\xfcnster")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "words",
    [
        ("create_brand", "munster", "--name", OTHER),
        ("create_appkey", "acme", "--label", OTHER),
        ("create_appkey", "acme", "--label", "ours", "--template", "ours", "--template", OTHER),
        ("create_account_token", "acme", OTHER),
        ("create_api_user", "acme", "clara", "--group", OTHER),
        ("import_file", "acme", OTHER, "rows.csv"),
        ("add_custom_field", "acme", "Customer", "_X", "--label", OTHER),
        ("declare_key", "acme", "Customer", "Parent", "--space", OTHER),
        ("install_template", "acme", "ours", "ours.xml", "--note", OTHER),
    ],
)
def test_bytes_that_are_no_text_here_are_refused(acme: Brand, words: Sequence[str]) -> None:
    refused = command(*words, as_json=True)
    assert (refused.code, refused.json["error"]["code"]) == (2, "argument_not_text")
    assert "UTF-8" in command(*words).refusal


@pytest.mark.django_db(transaction=True)
def test_a_file_may_have_any_name(dossiers: str, tmp_path: Path) -> None:
    rows, report = tmp_path / f"{OTHER}.csv", tmp_path / f"{OTHER}.json"
    rows.write_text(HEADER + GOOD, encoding="utf-8")
    assert command("import_file", "acme", dossiers, rows, "--report", report).code == 0
    assert report.exists()


@pytest.mark.parametrize("name", ["quickstart", "run_standin", "serve"])
@pytest.mark.parametrize("port", [-1, 65_536, 10**20])
def test_a_number_that_is_no_port_is_refused(name: str, port: int) -> None:
    words = {"quickstart": ["--no-serve"], "run_standin": ["weavy"]}.get(name, [])
    refused = command(name, *words, f"--port={port}", as_json=True)
    assert (refused.code, refused.json["error"]["code"]) == (2, "port")


class Supervised:
    def __init__(self, **given: object) -> None:
        self.given = given

    def run(self) -> None:
        """Nothing is served."""


@pytest.mark.parametrize("as_json", [True, False])
def test_what_is_served_is_told_beside_an_answer_in_json(monkeypatch: pytest.MonkeyPatch, as_json: bool) -> None:
    for name in ("ensure_schedule", "connections"):
        monkeypatch.setattr(serving, name, type("Quiet", (), {"close_all": staticmethod(lambda: None)}))
    monkeypatch.setattr(serving, "Supervisor", Supervised)
    out, beside = io.StringIO(), io.StringIO()
    told = ScriptCommand(stdout=out, stderr=beside)
    told.as_json = as_json
    serving.serve(told, host="127.0.0.1", port=8000)
    said, silent = (beside, out) if as_json else (out, beside)
    assert "Serving on http://127.0.0.1:8000/" in said.getvalue()
    assert silent.getvalue() == ""
