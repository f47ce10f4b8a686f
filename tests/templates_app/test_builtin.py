"""The ready-to-use templates: there in every brand, without a finding, and mirrors of each other."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from integration_admin.accounts.models import Brand
from templates_app.builtin import BUILTIN_TEMPLATES, BuiltinTemplate
from templates_app.catalog.kinds.base import Setting
from templates_app.catalog.packs.planning import planning_pack
from templates_app.catalog.types import Catalog
from templates_app.language.compiler import compile_export, compile_import
from templates_app.language.drafts import Draft, ExportRecord, Lookup
from templates_app.language.nodes import Element
from templates_app.language.reader import read
from templates_app.language.writer import write
from templates_app.library import builtin as library_builtin
from templates_app.library import check_text, describe, ensure_builtin, installed_templates, load
from templates_app.models import Direction, Template, TemplateVersion
from templates_app.sources.rows import Row

BY_NAME = {builtin.name: builtin for builtin in BUILTIN_TEMPLATES}
PAIRS = ("client", "project", "resource", "do")
SETTING = Setting(zone=ZoneInfo("Europe/Paris"))


def root_of(name: str) -> Element:
    root = read(BY_NAME[name].xml).root
    assert root is not None
    return root


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return planning_pack()


def test_there_is_an_import_and_an_export_for_each() -> None:
    assert set(BY_NAME) == {f"{what}-{direction}" for what in PAIRS for direction in ("import", "export")}


@pytest.mark.parametrize("version", ["4.1", "4.7"])
@pytest.mark.parametrize("builtin", BUILTIN_TEMPLATES, ids=lambda builtin: builtin.name)
def test_each_fits_the_untouched_catalog_without_error_or_warning(builtin: BuiltinTemplate, version: str) -> None:
    checked = check_text(xml=builtin.xml, catalog=planning_pack(version=version))
    assert [found for found in checked.findings if found.severity in {"error", "warning"}] == []
    assert checked.direction == builtin.direction


@pytest.mark.parametrize("builtin", BUILTIN_TEMPLATES, ids=lambda builtin: builtin.name)
def test_each_is_written_as_the_writer_writes(builtin: BuiltinTemplate) -> None:
    assert read(write(root_of(builtin.name))).findings == ()
    assert len(builtin.description) <= 500


@pytest.mark.parametrize("what", PAIRS)
def test_the_import_reads_the_names_the_export_writes(what: str) -> None:
    shown = {child.get("Name") for child in root_of(f"{what}-export").elements("Property")}
    taken = {child.get("Name") for child in root_of(f"{what}-import").elements("Property")}
    assert taken == shown - {"customer"}


def test_a_brand_gets_them_once(acme: Brand, now: datetime) -> None:
    assert len(ensure_builtin(acme, now)) == 8
    assert ensure_builtin(acme, now) == []
    assert Template.objects.filter(brand=acme, builtin=True).count() == 8
    assert all(version.published for version in TemplateVersion.objects.all())


def test_a_release_adds_a_version_and_leaves_the_old_one(
    acme: Brand, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    ensure_builtin(acme, now)
    old = TemplateVersion.objects.get(template__name="client-export")

    class Newer(BuiltinTemplate):
        @property
        def xml(self) -> str:
            return old.xml.replace("label", "Label")

    newer = Newer("client-export", "out", "All clients, anew.")
    monkeypatch.setattr(library_builtin, "BUILTIN_TEMPLATES", (newer,))
    (added,) = ensure_builtin(acme, now)
    assert (added.number, added.template.description) == (2, "All clients, anew.")
    old.refresh_from_db()
    assert old.xml == BY_NAME["client-export"].xml


def test_a_template_of_the_brands_own_keeps_its_name(acme: Brand, now: datetime) -> None:
    Template.objects.create(brand=acme, name="do-import", direction=Direction.IN, description="mine")
    assert len(ensure_builtin(acme, now)) == 7
    assert Template.objects.get(brand=acme, name="do-import").description == "mine"


def test_each_can_be_loaded_and_described(acme: Brand, now: datetime) -> None:
    ensure_builtin(acme, now)
    with CaptureQueriesContext(connection) as queries:
        versions = installed_templates(acme)
    assert len(queries) == 2
    for version in versions:
        assert load(version).mapper is not None
        assert describe(version=version).example


CLIENTS: dict[str, dict[str, Any]] = {
    "by e-mail": {"Email": "roy@x.fr", "LastName": "Roy", "FirstName": "Anna", "Title": "Ms", "Type": "Individual"},
    "by company": {"Company": "Roy SARL", "Type": "Company", "City": "Lyon", "NotValid": True},
    "by last name": {"LastName": "Roy", "Mobile": "06 12 34 56 78", "Notes": "  two\nlines "},
}


@pytest.mark.parametrize("data", CLIENTS.values(), ids=CLIENTS)
def test_an_exported_client_comes_back_as_it_went(data: dict[str, Any], catalog: Catalog) -> None:
    exporter = compile_export(root_of("client-export"), catalog, setting=SETTING)
    importer = compile_import(root_of("client-import"), catalog, setting=SETTING)
    item = exporter.item({"Customer": ExportRecord(1, "Customer", "Roy", data)}, {}, {})
    mapped = importer.map(Row(1, item))
    assert mapped.problems == []
    (draft,) = mapped.drafts
    assert {name: value for name, value in draft.values.items() if value is not None} == data


def test_people_without_e_mail_are_never_changed(catalog: Catalog) -> None:
    importer = compile_import(root_of("client-import"), catalog, setting=SETTING)
    updates = {plan.alias: (plan.insert, plan.update) for plan in importer.types}
    assert updates == {"Customer": (True, True), "Organisation": (True, True), "Person": (True, False)}


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ({"E-Mail": "a@b.fr", "Company": "X", "Nom": "Roy"}, [("Customer", "a@b.fr")]),
        ({"Société": "Roy SARL"}, [("Organisation", "roy sarl")]),
        ({"Company": "Roy SARL", "Nom": "Roy"}, [("Person", "roy")]),
        ({"Nom usage": "Roy", "Email": ""}, [("Person", "roy")]),
        ({"City": "Lyon"}, []),
    ],
)
def test_a_client_is_found_by_the_best_it_has(
    row: dict[str, str], found: list[tuple[str, str]], catalog: Catalog
) -> None:
    mapped = compile_import(root_of("client-import"), catalog, setting=SETTING).map(Row(1, row))
    assert mapped.problems == []
    assert [(draft.plan.alias, draft.key) for draft in mapped.drafts] == found
    assert (mapped.skipped is None) is bool(found)


@pytest.mark.parametrize(("written", "title"), [("M.", "Mr"), ("Madame", "Ms"), ("Mlle", "Miss"), ("Mr", "Mr")])
def test_titles_are_read_as_people_write_them(written: str, title: str, catalog: Catalog) -> None:
    importer = compile_import(root_of("client-import"), catalog, setting=SETTING)
    (draft,) = importer.map(Row(1, {"email": "a@b.fr", "civilité": written})).drafts
    assert draft.values["Title"] == title


LABELS = {5: "Anna", 6: "Bob", 7: "North", 8: "Drive", 9: "Bridge"}


def looked_up(value: Any) -> Any:
    """What a look-up asks for, as text."""
    if isinstance(value, list):
        return [looked_up(item) for item in value]
    return value.shown.strip() if isinstance(value, Lookup) else value


def back(what: str, entity: str, data: dict[str, Any], catalog: Catalog, **through: ExportRecord) -> Draft:
    """The draft that importing an exported record gives."""
    exporter = compile_export(root_of(f"{what}-export"), catalog, setting=SETTING)
    importer = compile_import(root_of(f"{what}-import"), catalog, setting=SETTING)
    item = exporter.item({entity: ExportRecord(1, entity, "x", data), **through}, {}, LABELS)
    mapped = importer.map(Row(1, item))
    assert mapped.problems == []
    return mapped.drafts[0]


def test_an_exported_planned_task_comes_back_as_it_went(catalog: Catalog) -> None:
    data = {
        "Reference": "D-1",
        "Start": "2026-07-01T06:30:00Z",
        "End": "2026-07-01T08:00:00Z",
        "Resources": [5, 6],
        "Task": 8,
        "Project": 9,
        "Customers": [11, 12],
        "Duration": "1.5",
    }
    client = ExportRecord(11, "Customer", "Roy", {"Email": "roy@x.fr"})
    draft = back("do", "Do", data, catalog, Customer=client)
    values = {name: looked_up(value) for name, value in draft.values.items() if value is not None}
    assert values == {
        **data,
        "Resources": ["Anna", "Bob"],
        "Task": "Drive",
        "Project": "Bridge",
        "Customers": ["roy@x.fr"],
    }
    assert draft.plan.policies["Customers"].on_update == "Fill"
    assert draft.key == "d-1"


def test_an_exported_project_comes_back_as_it_went(catalog: Catalog) -> None:
    data = {"Label": "Bridge", "StartDate": "2026-01-01", "Budget": "10.5", "Customer": 11, "Departments": [7]}
    client = ExportRecord(11, "Customer", "Roy", {"Email": "roy@x.fr"})
    draft = back("project", "Project", data, catalog, Customer=client)
    values = {name: looked_up(value) for name, value in draft.values.items() if value is not None}
    assert values == {**data, "Customer": "roy@x.fr", "Departments": ["North"]}


def test_a_project_keeps_a_client_without_e_mail(catalog: Catalog) -> None:
    client = ExportRecord(11, "Customer", "Roy", {"Company": "Roy"})
    draft = back("project", "Project", {"Label": "Bridge", "Customer": 11}, catalog, Customer=client)
    assert draft.values["Customer"] is None
    assert draft.plan.policies["Customer"].on_empty == "Keep"


@pytest.mark.parametrize(
    ("data", "key"),
    [
        ({"RegistrationNumber": "7", "Label": "Anna", "Type": "Human"}, "7"),
        ({"Label": "Crane", "Type": "Material"}, "crane"),
    ],
)
def test_an_exported_resource_comes_back_as_it_went(data: dict[str, Any], key: str, catalog: Catalog) -> None:
    draft = back("resource", "Resource", {**data, "Departments": [7]}, catalog)
    values = {name: looked_up(value) for name, value in draft.values.items() if value is not None}
    assert values == {**data, "Departments": ["North"]}
    assert draft.key == key
