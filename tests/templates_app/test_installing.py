"""Installing: save and publish at once, or nothing; with `create_fields` the documented sample works on a new brand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from integration_admin.accounts.access import Actor, NotAllowed
from templates_app.brand_catalog import catalog_of
from templates_app.language.reader import MAX_BYTES
from templates_app.library import (
    LibraryRefused,
    TemplateHasErrors,
    add_custom_field,
    checking,
    ensure_builtin,
    install,
    load,
    save_draft,
)
from templates_app.models import CustomField, DeclaredKey, Template, TemplateVersion
from templates_app.sources.rows import Row
from tests.templates_app.conftest import BAD, BETTER, GOOD, SAMPLE


def test_it_publishes_in_one_step(ann: Actor, now: datetime) -> None:
    done = install(actor=ann, name="clients", xml=GOOD, at=now, note="from a file", description="Ours")
    assert done.version.published
    assert (done.version.number, done.version.note, done.version.template.description) == (1, "from a file", "Ours")
    assert (done.fields, done.keys, done.unchanged) == ((), (), False)


def test_a_text_with_errors_leaves_nothing_behind(ann: Actor, now: datetime) -> None:
    with pytest.raises(TemplateHasErrors):
        install(actor=ann, name="clients", xml=BAD, at=now, create_fields=True)
    assert not Template.objects.exists()


def test_the_documented_sample_needs_its_custom_field(ann: Actor, now: datetime) -> None:
    with pytest.raises(TemplateHasErrors) as caught:
        install(actor=ann, name="clients", xml=SAMPLE, at=now)
    fixes = [found.fix for found in caught.value.findings if found.code == "custom_field_unknown"]
    assert fixes == [("create_field", "Customer", "_IDDOSSIER")]


def test_with_create_fields_the_documented_sample_works_on_a_new_brand(ann: Actor, now: datetime) -> None:
    done = install(actor=ann, name="client-dossiers", xml=SAMPLE, at=now, create_fields=True)
    assert done.fields == ("Customer._IDDOSSIER",)
    assert done.keys == ("Customer(_IDDOSSIER)",)
    assert not [found for found in done.findings if found.severity in {"error", "warning"}]
    importer = load(done.version).importer
    assert importer is not None
    (plan,) = importer.types
    assert plan.match is not None
    assert (plan.match.fields, plan.match.unique) == (("_IDDOSSIER",), True)


def test_the_sample_maps_the_row_it_was_written_for(ann: Actor, now: datetime) -> None:
    loaded = load(install(actor=ann, name="dossiers", xml=SAMPLE, at=now, create_fields=True).version)
    assert loaded.importer is not None
    row = {"Nom usage": "Roy", "Téléphone mobile": "06 12 34 56 78", "Email": "roy@x.fr", "ID_DOSSIER": 4711}
    (draft,) = loaded.importer.map(Row(1, row)).drafts
    assert draft.values == {
        "LastName": "Roy",
        "Mobile": "06 12 34 56 78",
        "Email": "roy@x.fr",
        "_IDDOSSIER": "4711",
    }
    assert draft.key == "4711"


def test_installing_the_sample_again_changes_nothing(ann: Actor, now: datetime) -> None:
    first = install(actor=ann, name="dossiers", xml=SAMPLE, at=now, create_fields=True)
    again = install(actor=ann, name="dossiers", xml=SAMPLE, at=now, create_fields=True)
    assert again.unchanged
    assert again.version == first.version
    assert (CustomField.objects.count(), DeclaredKey.objects.count(), TemplateVersion.objects.count()) == (1, 1, 1)


def test_a_newer_text_becomes_the_next_version(ann: Actor, now: datetime) -> None:
    install(actor=ann, name="clients", xml=GOOD, at=now)
    assert install(actor=ann, name="clients", xml=BETTER, at=now).version.number == 2


@pytest.mark.parametrize(
    ("type_attributes", "property_attributes", "keys"),
    [
        ('ShouldInsert="true" ShouldUpdate="true"', "", [("_A", True)]),
        ('ShouldInsert="true"', "", []),
        ('ShouldInsert="true" ShouldUpdate="true" Match="_B"', "", [("_B", True)]),
        ('ShouldInsert="true" ShouldUpdate="true" Match="Email"', "", []),
        ('ShouldInsert="true" Match="_A,_B"', "", [("_A,_B", True)]),
        ('ShouldUpdate="true"', 'Key="true"', [("_B", True)]),
    ],
)
def test_a_new_field_becomes_the_key_it_is_meant_to_be(
    ann: Actor, now: datetime, type_attributes: str, property_attributes: str, keys: list[tuple[str, bool]]
) -> None:
    xml = f"""<In>
      <Type Name="Customer" {type_attributes} />
      <Property Name="mail" Type="Customer" Field="Email" />
      <Property Name="a" Type="Customer" Field="_A" />
      <Property Name="b" Type="Customer" Field="_B" {property_attributes} />
    </In>"""
    install(actor=ann, name="clients", xml=xml, at=now, create_fields=True)
    assert list(DeclaredKey.objects.values_list("fields", "unique")) == keys


def test_a_field_that_was_there_is_not_made_a_key_behind_its_owners_back(ann: Actor, now: datetime) -> None:
    add_custom_field(actor=ann, entity_type="Customer", name="_IDDOSSIER", at=now)
    with pytest.raises(TemplateHasErrors) as caught:
        install(actor=ann, name="dossiers", xml=SAMPLE, at=now, create_fields=True)
    assert [found.code for found in caught.value.findings if found.severity == "error"] == ["update_without_key"]
    assert not DeclaredKey.objects.exists()


def test_fields_of_a_refused_text_are_not_kept(ann: Actor, now: datetime) -> None:
    with pytest.raises(TemplateHasErrors):
        install(actor=ann, name="dossiers", xml=SAMPLE.replace("LastName", "LastNam"), at=now, create_fields=True)
    assert not CustomField.objects.exists()
    assert catalog_of(ann.brand).types["Customer"].keys[0].name != "_IDDOSSIER"


def test_a_builtin_template_is_not_installed_over(ann: Actor, now: datetime) -> None:
    ensure_builtin(ann.brand, now)
    with pytest.raises(LibraryRefused) as caught:
        install(actor=ann, name="client-import", xml=GOOD, at=now)
    assert caught.value.code == "builtin_template"


def test_a_teammate_without_the_right_installs_nothing(ben: Actor, now: datetime) -> None:
    with pytest.raises(NotAllowed):
        install(actor=ben, name="dossiers", xml=SAMPLE, at=now, create_fields=True)
    assert not CustomField.objects.exists()


def test_a_stranger_installs_into_their_own_brand_only(ann: Actor, eve: Actor, now: datetime) -> None:
    install(actor=eve, name="dossiers", xml=SAMPLE, at=now, create_fields=True)
    assert set(CustomField.objects.values_list("brand__key", flat=True)) == {"other"}
    assert "_IDDOSSIER" not in catalog_of(ann.brand).types["Customer"].fields


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Of each text that is read, and then of each tree that is checked, a word."""
    counted: list[str] = []

    def counting(name: str, original: Callable[..., Any]) -> Callable[..., Any]:
        def called(*args: Any, **kwargs: Any) -> Any:
            counted.append(name)
            return original(*args, **kwargs)

        return called

    for name in ("read", "check"):
        monkeypatch.setattr(checking, name, counting(name, getattr(checking, name)))
    return counted


def test_a_text_is_read_and_checked_once_until_catalog_or_text_change(
    ann: Actor, now: datetime, checks: list[str]
) -> None:
    xml = SAMPLE.replace("_IDDOSSIER", "_COUNTED")
    done = install(actor=ann, name="counted", xml=xml, at=now, create_fields=True)
    assert checks == ["read", "check"] * 2
    load(done.version)
    install(actor=ann, name="counted", xml=xml, at=now, create_fields=True)
    assert checks == ["read", "check"] * 2
    install(actor=ann, name="counted", xml=f"{xml}\n", at=now)
    assert checks == ["read", "check"] * 3
    add_custom_field(actor=ann, entity_type="Customer", name="_LATER", at=now)
    load(done.version)
    assert checks == ["read", "check"] * 4


def test_what_is_too_large_to_be_a_template_is_not_remembered(ann: Actor, now: datetime, checks: list[str]) -> None:
    for _again in range(2):
        with pytest.raises(LibraryRefused) as caught:
            save_draft(actor=ann, name="large", xml=" " * (MAX_BYTES + 1), at=now)
        assert caught.value.code == "template_unsavable"
    assert checks == ["read"] * 2
