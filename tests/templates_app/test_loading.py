"""Loading: what a run gets, checked against the catalog of today."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from integration_admin.accounts.access import Actor
from templates_app.library import TemplateOutdated, add_custom_field, install, load, retire_field
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
