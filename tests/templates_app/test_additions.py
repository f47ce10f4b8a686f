"""Additions to the catalog: tried as a whole, then kept; retired, never dropped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import pytest

from integration_admin.accounts.access import Actor, NotAllowed
from integration_admin.accounts.models import AuditEntry
from templates_app.brand_catalog import catalog_of
from templates_app.catalog.problems import Problem
from templates_app.catalog.types import Catalog, Key
from templates_app.library import (
    AdditionRefused,
    add_custom_field,
    add_entity_type,
    declare_key,
    refusal_in_words,
    retire_field,
)
from templates_app.models import CustomEntityType, CustomField, DeclaredKey


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("Text", {}),
        ("Text", {"max_length": 40}),
        ("Double", {}),
        ("Combo", {"choices": ["Red", "Blue"]}),
        ("Reference", {"target": "Project"}),
    ],
)
def test_a_field_of_any_kind_is_in_the_catalog_at_once(
    ann: Actor, now: datetime, kind: str, options: dict[str, Any]
) -> None:
    add_custom_field(actor=ann, entity_type="Customer", name="_X", kind=kind, options=options, label="My X", at=now)
    field = catalog_of(ann.brand).types["Customer"].fields["_X"]
    assert (field.kind.name, field.label, field.custom) == (kind, "My X", True)


@pytest.mark.parametrize(("flags", "unique"), [({"match": True}, False), ({"identity": True}, True)])
def test_a_field_may_be_a_key_from_the_start(ann: Actor, now: datetime, flags: dict[str, Any], unique: bool) -> None:
    add_custom_field(actor=ann, entity_type="Customer", name="_X", at=now, **flags)
    key = catalog_of(ann.brand).types["Customer"].keys[0]
    assert (key.fields, key.unique) == (("_X",), unique)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"entity_type": "Customr"}, "type_unknown"),
        ({"name": "X"}, "field_name_invalid"),
        ({"name": "_X'; DROP"}, "field_name_invalid"),
        ({"name": "_" + "x" * 61}, "field_name_invalid"),
        ({"kind": "Texte"}, "kind_unknown"),
        ({"options": {"length": 3}}, "kind_option_unknown"),
        ({"options": {"max_length": "3"}}, "kind_option_invalid"),
        ({"kind": "Reference"}, "kind_option_missing"),
        ({"kind": "Reference", "options": {"target": "Nothing"}}, "target_unknown"),
        ({"kind": "Memo", "match": True}, "key_field_unfit"),
        ({"name": "_taken"}, "field_exists"),
    ],
)
def test_it_refuses_what_does_not_fit_and_keeps_nothing(
    ann: Actor, now: datetime, given: dict[str, Any], code: str
) -> None:
    add_custom_field(actor=ann, entity_type="Customer", name="_Taken", at=now)
    with pytest.raises(AdditionRefused) as caught:
        add_custom_field(**{"actor": ann, "entity_type": "Customer", "name": "_X", "at": now, **given})
    assert caught.value.code == code
    assert "{" not in refusal_in_words(caught.value)
    assert CustomField.objects.count() == 1
    assert not DeclaredKey.objects.exists()


def test_fields_keep_the_order_they_were_added_in(ann: Actor, now: datetime) -> None:
    for name in ("_C", "_A", "_B"):
        add_custom_field(actor=ann, entity_type="Customer", name=name, at=now)
    custom = [name for name in catalog_of(ann.brand).types["Customer"].fields if name.startswith("_")]
    assert custom == ["_C", "_A", "_B"]


def test_a_retired_field_stays_and_can_be_taken_back(ann: Actor, now: datetime) -> None:
    add_custom_field(actor=ann, entity_type="Customer", name="_X", at=now)
    retire_field(actor=ann, entity_type="Customer", name="_X", at=now)
    assert catalog_of(ann.brand).types["Customer"].fields["_X"].retired
    retire_field(actor=ann, entity_type="Customer", name="_X", at=now, retired=False)
    assert not catalog_of(ann.brand).types["Customer"].fields["_X"].retired


@pytest.mark.parametrize("name", ["LastName", "_Nothing"])
def test_only_own_fields_are_retired(ann: Actor, now: datetime, name: str) -> None:
    with pytest.raises(AdditionRefused) as caught:
        retire_field(actor=ann, entity_type="Customer", name=name, at=now)
    assert caught.value.code == "own_field_unknown"


def test_a_type_of_the_brands_own_takes_fields_and_keys(ann: Actor, now: datetime) -> None:
    add_entity_type(actor=ann, name="Contract", title="Contract", label_fields="Number", at=now)
    add_custom_field(actor=ann, entity_type="Contract", name="Number", identity=True, at=now)
    contract = catalog_of(ann.brand).types["Contract"]
    assert contract.label == (("Number",),)
    assert contract.keys[0].unique


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Customer", "type_exists"),
        ("customer", "type_name_invalid"),
        ("CUSTOMER", "type_exists"),
        ("A B", "type_name_invalid"),
    ],
)
def test_it_refuses_types_that_do_not_fit(ann: Actor, now: datetime, name: str, code: str) -> None:
    with pytest.raises(AdditionRefused) as caught:
        add_entity_type(actor=ann, name=name, at=now)
    assert caught.value.code == code
    assert not CustomEntityType.objects.exists()


def test_a_key_is_declared_only_when_the_records_allow_it(ann: Actor, now: datetime) -> None:
    asked: list[tuple[str, Key]] = []

    def duplicates(catalog: Catalog, entity_type: str, key: Key) -> Sequence[Problem]:
        assert key in catalog.types[entity_type].keys
        asked.append((entity_type, key))
        return [Problem("identity_taken"), Problem("identity_taken")]

    with pytest.raises(AdditionRefused) as caught:
        declare_key(actor=ann, entity_type="Customer", fields=("Reference",), unique=True, at=now, inspect=duplicates)
    assert (caught.value.code, caught.value.params["count"], len(caught.value.problems)) == ("key_not_possible", 2, 2)
    assert asked[0][1].fields == ("Reference",)
    assert not DeclaredKey.objects.exists()
    declare_key(actor=ann, entity_type="Customer", fields=("Reference",), unique=True, at=now, inspect=lambda *_: ())
    assert catalog_of(ann.brand).types["Customer"].keys[0].name == "Reference"


@pytest.mark.parametrize(
    ("fields", "space", "code"),
    [
        (("Nothing",), "", "declared_field_unknown"),
        (("Email",), "", "key_exists"),
        (("Reference", "Reference"), "", "key_field_repeated"),
        (("Notes",), "", "key_field_unfit"),
        (("Reference",), "Customer.Email", "key_space_mixed"),
        (("Reference",), "s" * 101, "key_name_too_long"),
        (("Reference",) * 10, "", "key_name_too_long"),
        ((), "", "declared_field_unknown"),
    ],
)
def test_it_refuses_keys_that_do_not_fit(
    ann: Actor, now: datetime, fields: tuple[str, ...], space: str, code: str
) -> None:
    with pytest.raises(AdditionRefused) as caught:
        declare_key(actor=ann, entity_type="Customer", fields=fields, space=space, unique=True, at=now, inspect=None)
    assert caught.value.code == code


def test_each_addition_is_noted(ann: Actor, now: datetime) -> None:
    add_entity_type(actor=ann, name="Contract", at=now)
    add_custom_field(actor=ann, entity_type="Contract", name="Number", identity=True, at=now)
    retire_field(actor=ann, entity_type="Contract", name="Number", at=now)
    notes = AuditEntry.objects.filter(brand=ann.brand).order_by("pk").values_list("action", "target")
    assert list(notes)[-4:] == [
        ("type.added", "Contract"),
        ("field.added", "Contract.Number"),
        ("key.declared", "Contract(Number)"),
        ("field.retired", "Contract.Number"),
    ]


def test_a_teammate_without_the_right_adds_nothing(ben: Actor, now: datetime) -> None:
    calls: list[Callable[[], object]] = [
        lambda: add_entity_type(actor=ben, name="Contract", at=now),
        lambda: add_custom_field(actor=ben, entity_type="Customer", name="_X", at=now),
        lambda: declare_key(actor=ben, entity_type="Customer", fields=("Reference",), at=now, inspect=None),
        lambda: retire_field(actor=ben, entity_type="Customer", name="_X", at=now),
    ]
    for call in calls:
        with pytest.raises(NotAllowed):
            call()
    assert not CustomField.objects.exists()


def test_a_strangers_fields_are_not_ours(ann: Actor, eve: Actor, now: datetime) -> None:
    add_custom_field(actor=ann, entity_type="Customer", name="_X", at=now)
    with pytest.raises(AdditionRefused):
        retire_field(actor=eve, entity_type="Customer", name="_X", at=now)
    assert "_X" not in catalog_of(eve.brand).types["Customer"].fields
