"""The shell's doors: findings with line and column, JSON for machines, honest exit codes."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from integration_admin.accounts.models import Brand
from templates_app.brand_catalog import catalog_of
from templates_app.language.reader import MAX_BYTES
from templates_app.models import CustomField, Template
from tests.templates_app.conftest import BAD, GOOD, SAMPLE

MATCHED = """<In>
  <Type Name="Customer" ShouldInsert="true" Match="LastName, FirstName" />
  <Property Name="a" Type="Customer" Field="LastName" />
  <Property Name="b" Type="Customer" Field="FirstName" />
</In>"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "clients.xml"


def run(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def run_json(*words: str) -> Any:
    return json.loads(run(*words, "--json"))


def test_the_documented_sample_is_installed_on_a_new_brand(acme: Brand, file: Path) -> None:
    file.write_text(SAMPLE, encoding="utf-8")
    said = run_json("install_template", "ACME", "dossiers", str(file), "--create-fields")
    assert (said["status"], said["direction"], said["version"]) == ("published", "in", 1)
    assert (said["fieldsCreated"], said["keysDeclared"]) == (["Customer._IDDOSSIER"], ["Customer(_IDDOSSIER)"])
    again = run_json("install_template", "acme", "dossiers", str(file), "--create-fields")
    assert (again["status"], again["version"]) == ("unchanged", 1)


def test_people_read_what_was_done(acme: Brand, file: Path) -> None:
    file.write_text(SAMPLE, encoding="utf-8")
    said = run("install_template", "acme", "dossiers", str(file), "--create-fields")
    assert "Field Customer._IDDOSSIER added." in said
    assert said.splitlines()[-1] == "dossiers version 1 published."


def test_errors_are_printed_with_line_and_column_and_the_exit_code_is_1(acme: Brand, file: Path) -> None:
    file.write_text(BAD, encoding="utf-8")
    out = StringIO()
    with pytest.raises(SystemExit) as caught:
        call_command("install_template", "acme", "clients", str(file), stdout=out)
    assert caught.value.code == 1
    assert "4:3 error field_unknown" in out.getvalue()
    assert not Template.objects.exists()


def test_machines_read_the_same_findings(acme: Brand, file: Path) -> None:
    file.write_text(BAD, encoding="utf-8")
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("install_template", "acme", "clients", str(file), "--json", stdout=out)
    said = json.loads(out.getvalue())
    (found,) = [found for found in said["findings"] if found["severity"] == "error"]
    assert (said["status"], said["error"]["code"]) == ("refused", "template_has_errors")
    assert (found["line"], found["column"], found["code"]) == (4, 3, "field_unknown")


def test_a_shell_is_told_by_which_command_what_is_missing_comes(acme: Brand, file: Path) -> None:
    for text, hint in (
        (SAMPLE, "With --create-fields, fields that are missing are added first."),
        (MATCHED, "A key is declared by: declare_key acme Customer LastName,FirstName"),
    ):
        file.write_text(text, encoding="utf-8")
        out = StringIO()
        with pytest.raises(SystemExit):
            call_command("install_template", "acme", "clients", str(file), "--json", stdout=out)
        assert json.loads(out.getvalue())["error"]["hint"] == hint


def test_a_template_that_is_there_already_is_described_anew(acme: Brand, file: Path) -> None:
    file.write_text(GOOD, encoding="utf-8")
    run("install_template", "acme", "clients", str(file), "--description", "Ours")
    run("install_template", "acme", "clients", str(file))
    assert Template.objects.get(name="clients").description == "Ours"
    assert "already" in run("install_template", "acme", "clients", str(file), "--description", "All of ours")
    assert Template.objects.get(name="clients").description == "All of ours"


@pytest.mark.parametrize("data", [b"<In>\xff</In>", b"", "<In/>".encode("utf-16"), b"<!DOCTYPE x><In/>"])
def test_a_file_that_is_no_template_is_refused_with_a_finding(acme: Brand, file: Path, data: bytes) -> None:
    file.write_bytes(data)
    out = StringIO()
    with pytest.raises(SystemExit) as caught:
        call_command("install_template", "acme", "clients", str(file), "--json", stdout=out)
    assert caught.value.code == 1
    assert json.loads(out.getvalue())["findings"]


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("before", ["", "x"])
def test_a_file_without_an_end_is_read_only_until_it_is_too_large(
    acme: Brand, file: Path, mark: str, before: str
) -> None:
    file.write_text(f"{mark}{before}{'é' * MAX_BYTES}", encoding="utf-8")
    for path in (str(file), "/dev/zero"):
        out = StringIO()
        with pytest.raises(SystemExit) as caught:
            call_command("install_template", "acme", "clients", path, "--json", stdout=out)
        assert caught.value.code == 1
        assert [found["code"] for found in json.loads(out.getvalue())["findings"]] == ["xml_too_large"]


def test_a_byte_order_mark_is_no_obstacle(acme: Brand, file: Path) -> None:
    file.write_text(GOOD, encoding="utf-8-sig")
    assert run_json("install_template", "acme", "clients", str(file))["status"] == "published"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("nobody", "clients", "FILE"), "unknown_brand"),
        (("acme", "clients", "/nowhere/x.xml"), "file_unreadable"),
        (("acme", "Clients!", "FILE"), "name_invalid"),
    ],
)
def test_what_cannot_run_ends_with_2(acme: Brand, file: Path, words: tuple[str, ...], code: str) -> None:
    file.write_text(GOOD, encoding="utf-8")
    out = StringIO()
    with pytest.raises(SystemExit) as caught:
        call_command(
            "install_template", *(str(file) if word == "FILE" else word for word in words), "--json", stdout=out
        )
    assert caught.value.code == 2
    assert json.loads(out.getvalue())["error"]["code"] == code


def test_a_custom_field_is_added_with_its_key(acme: Brand) -> None:
    said = run_json("add_custom_field", "acme", "Do", "_ID", "--identity", "--label", "Number")
    assert said == {"brand": "acme", "type": "Do", "field": "_ID", "kind": "Text", "key": "identity"}
    key = catalog_of(acme).types["Do"].keys[0]
    assert (key.name, key.unique) == ("_ID", True)


@pytest.mark.parametrize(
    ("words", "options"),
    [
        (("--kind", "Double"), {}),
        (("--kind", "Text", "--option", "max_length=40"), {"max_length": 40}),
        (("--kind", "Reference", "--option", "target=Project"), {"target": "Project"}),
        (("--kind", "Combo", "--option", 'choices=["A", "B"]'), {"choices": ["A", "B"]}),
    ],
)
def test_a_custom_field_has_the_kind_and_options_asked_for(
    acme: Brand, words: tuple[str, ...], options: dict[str, Any]
) -> None:
    run("add_custom_field", "acme", "Do", "_X", *words, "--match")
    assert CustomField.objects.get().options == options


@pytest.mark.parametrize("name", ["X", "_", "_é", "LastName"])
def test_a_custom_field_that_does_not_fit_is_refused(acme: Brand, name: str) -> None:
    with pytest.raises(CommandError) as caught:
        run("add_custom_field", "acme", "Customer", name)
    assert caught.value.returncode == 2
    assert not CustomField.objects.exists()
