"""Loading: what a run gets, checked against the catalog of today."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from integration_admin.accounts.access import Actor
from templates_app.library import TemplateHasErrors, TemplateOutdated, add_custom_field, install, load, retire_field
from templates_app.models import Direction, TemplateVersion
from templates_app.sources.rows import Row
from tests.templates_app.conftest import GOOD, OUT, SAMPLE


@pytest.fixture
def version(ann: Actor, now: datetime) -> TemplateVersion:
    return install(actor=ann, name="dossiers", xml=SAMPLE, at=now, create_fields=True).version


def test_an_import_has_an_importer_and_what_its_source_must_know(ann: Actor, now: datetime) -> None:
    xml = GOOD.replace("<In>", '<In Rows="data/rows" Columns="Mail,Nom">')
    loaded = load(install(actor=ann, name="clients", xml=xml, at=now).version)
    assert (loaded.direction, loaded.rows_path, loaded.columns) == (Direction.IN, "data/rows", ("Mail", "Nom"))
    assert loaded.mapper is loaded.importer
    assert loaded.exporter is None
    assert loaded.digest == loaded.version.digest
    assert str(loaded.setting.zone) == "Europe/Paris"


def test_an_export_has_an_exporter(ann: Actor, now: datetime) -> None:
    loaded = load(install(actor=ann, name="clients", xml=OUT, at=now).version)
    assert loaded.exporter is not None
    assert loaded.mapper is loaded.exporter
    assert loaded.importer is None
    assert loaded.exporter.columns() == ("mail",)


def test_a_retired_field_makes_the_template_outdated_until_it_is_taken_back(
    ann: Actor, version: TemplateVersion, now: datetime
) -> None:
    retire_field(actor=ann, entity_type="Customer", name="_IDDOSSIER", at=now)
    with pytest.raises(TemplateOutdated) as caught:
        load(version)
    assert "field_retired" in {found.code for found in caught.value.findings}
    assert caught.value.params == {"name": "dossiers"}
    retire_field(actor=ann, entity_type="Customer", name="_IDDOSSIER", at=now, retired=False)
    assert load(version).importer is not None


def test_a_default_is_held_against_the_clock_and_the_version_of_the_brand(ann: Actor, now: datetime) -> None:
    skipped = """<In><Type Name="Do" ShouldInsert="true" Match="Reference">
      <Default Field="Start" Value="2026-03-29 02:30" /><Default Field="End" Value="2026-03-30" /></Type>
      <Property Name="ref" Type="Do" Field="Reference" /></In>"""
    with pytest.raises(TemplateHasErrors) as refused:
        install(actor=ann, name="skipped", xml=skipped, at=now)
    assert [found.code for found in refused.value.findings] == ["default_refused"]
    extern = """<In><Type Name="Resource" ShouldInsert="true" Match="Label">
      <Default Field="Type" Value="Extern" /></Type>
      <Property Name="name" Type="Resource" Field="Label" /></In>"""
    version = install(actor=ann, name="extern", xml=extern, at=now).version
    assert load(version).importer is not None
    version.template.brand.api_version = "4.1"
    with pytest.raises(TemplateOutdated) as caught:
        load(version)
    assert [found.code for found in caught.value.findings] == ["default_refused"]


def test_a_field_added_later_is_in_the_catalog_of_the_next_load(
    ann: Actor, version: TemplateVersion, now: datetime
) -> None:
    load(version)
    add_custom_field(actor=ann, entity_type="Customer", name="_New", at=now)
    assert "_New" in load(version).catalog.types["Customer"].fields


def test_each_load_has_its_own_memory_of_spellings(version: TemplateVersion) -> None:
    first, second = load(version), load(version)
    assert first.root is second.root
    assert first.importer is not None
    assert second.importer is not None
    first.importer.map(Row(1, {"NOM USAGE": "Roy", "id dossier": "1"}))
    assert first.importer.resolved()
    assert not second.importer.resolved()


def test_loading_asks_only_for_the_catalog(version: TemplateVersion, ann: Actor) -> None:
    fresh = TemplateVersion.objects.select_related("template__brand").get(pk=version.pk)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        load(fresh)
    assert len(queries) == 1
