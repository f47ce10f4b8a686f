from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from templates_app.catalog.build import declared_key, extend
from templates_app.catalog.kinds.references import Reference, ReferenceList
from templates_app.catalog.kinds.structures import Json
from templates_app.catalog.kinds.text import Memo, Text
from templates_app.catalog.packs.planning import planning_pack
from templates_app.catalog.refusals import CatalogRefused
from templates_app.catalog.sentences import SENTENCES
from templates_app.catalog.types import Catalog, EntityType, Field, Key

PACK = planning_pack()
FILE_NUMBER = Field("_IDDOSSIER", Text(), "File number")


def contract(*fields: Field, **options: Any) -> EntityType:
    given = fields or (Field("Code", Text()), Field("Learner", Reference(target="Resource")))
    return EntityType(name="Contract", fields={field.name: field for field in given}, **options)


def test_a_brand_adds_a_field_to_a_built_in_type():
    catalog = extend(PACK, fields={"Customer": [FILE_NUMBER]})
    customer = catalog.types["Customer"]
    assert customer.fields["_IDDOSSIER"] is FILE_NUMBER
    assert customer.fields["_IDDOSSIER"].custom
    assert list(customer.fields)[:2] == ["Label", "Type"]
    assert "_IDDOSSIER" not in PACK.types["Customer"].fields
    assert catalog.types["Project"] is PACK.types["Project"]
    assert catalog.enums is PACK.enums


@pytest.mark.parametrize("unique", [True, False])
def test_its_keys_come_before_the_built_in_ones(unique: bool):
    key = declared_key("Customer", "_IDDOSSIER", unique=unique)
    catalog = extend(PACK, fields={"Customer": [FILE_NUMBER]}, keys={"Customer": [key]})
    customer = catalog.types["Customer"]
    assert [found.name for found in customer.keys] == ["_IDDOSSIER", "LastName", "Email", "Company"]
    assert customer.keys[0].unique is unique
    assert customer.key_named("_IDDOSSIER") == key
    assert key.space == "Customer._IDDOSSIER"


def test_a_key_may_have_several_fields_and_a_shared_space():
    keys = {
        "Customer": [declared_key("Customer", "LastName", "FirstName")],
        "Resource": [declared_key("Resource", "LastName", "FirstName", space="Customer.LastName,FirstName")],
    }
    catalog = extend(PACK, keys=keys)
    one, other = catalog.types["Customer"].keys[0], catalog.types["Resource"].keys[0]
    assert one.space == other.space
    data = {"LastName": "Roy", "FirstName": "Léa"}
    assert catalog.types["Customer"].identity_of(one, data) == catalog.types["Resource"].identity_of(other, data)


def test_a_brand_adds_a_type_of_its_own():
    declared = contract(keys=(declared_key("Contract", "Code", unique=True),), label=(("Code",),))
    catalog = extend(
        PACK,
        types=[declared],
        fields={
            "Contract": [Field("Title", Text()), Field("_X", Text())],
            "Customer": [Field("_CONTRACTS", ReferenceList(target="Contract"))],
        },
        keys={"Contract": [declared_key("Contract", "Title")]},
    )
    made = catalog.types["Contract"]
    assert made.custom
    assert list(made.fields) == ["Code", "Learner", "Title", "_X"]
    assert [key.name for key in made.keys] == ["Title", "Code"]
    assert made.label_of({"Code": "C-77"}) == "C-77"
    assert list(catalog.types)[-1] == "Contract"


def with_field(field: Field, entity: str = "Customer") -> Callable[[], Catalog]:
    return lambda: extend(PACK, fields={entity: [field]})


def with_key(key: Key, entity: str = "Customer") -> Callable[[], Catalog]:
    return lambda: extend(PACK, fields={"Customer": [FILE_NUMBER, Field("_LONG", Memo())]}, keys={entity: [key]})


def with_type(entity: EntityType) -> Callable[[], Catalog]:
    return lambda: extend(PACK, types=[entity])


REFUSED: list[tuple[str, Callable[[], Catalog]]] = [
    ("field_name_invalid", with_field(Field("Extra", Text()))),
    ("field_name_invalid", with_field(Field("_", Text()))),
    ("field_name_invalid", with_field(Field("_É", Text()))),
    ("field_name_invalid", with_field(Field("_A B", Text()))),
    ("field_name_invalid", with_field(Field("_a.b", Text()))),
    ("field_name_invalid", with_field(Field("_A\n", Text()))),
    ("field_name_invalid", with_field(Field("_" + "A" * 61, Text()))),
    ("field_exists", lambda: extend(PACK, fields={"Customer": [FILE_NUMBER, Field("_iddossier", Text())]})),
    ("field_exists", lambda: extend(extend(PACK, fields={"Do": [FILE_NUMBER]}), fields={"Do": [FILE_NUMBER]})),
    ("type_unknown", with_field(FILE_NUMBER, "Nothing")),
    ("target_unknown", with_field(Field("_REF", Reference(target="Nothing")))),
    ("target_unknown", with_field(Field("_REFS", ReferenceList(target="customer")))),
    ("type_unknown", with_key(declared_key("Nothing", "_A"), "Nothing")),
    ("declared_field_unknown", with_key(declared_key("Customer", "_NONE"))),
    ("key_empty", with_key(Key(fields=(), space="x"))),
    ("key_empty", with_key(Key(fields=("_IDDOSSIER",), space=""))),
    ("key_exists", with_key(declared_key("Customer", "Email", unique=True))),
    ("key_field_repeated", with_key(declared_key("Customer", "_IDDOSSIER", "_IDDOSSIER"))),
    ("key_field_unfit", with_key(declared_key("Customer", "_LONG"))),
    ("key_field_unfit", with_key(declared_key("Do", "Resources"), "Do")),
    ("key_space_mixed", with_key(declared_key("Customer", "_IDDOSSIER", unique=True, space="Customer.Email"))),
    ("type_exists", with_type(EntityType(name="Customer", fields={}))),
    ("type_exists", with_type(EntityType(name="CUSTOMER", fields={}))),
    ("type_exists", lambda: extend(PACK, types=[contract(), contract()])),
    ("type_name_invalid", with_type(EntityType(name="contract", fields={}))),
    ("type_name_invalid", with_type(EntityType(name="Con tract", fields={}))),
    ("type_name_invalid", with_type(EntityType(name="_Contract", fields={}))),
    ("type_name_invalid", with_type(EntityType(name="", fields={}))),
    ("field_name_invalid", with_type(contract(Field("code", Text())))),
    ("field_name_invalid", with_type(EntityType(name="Contract", fields={"Code": Field("Other", Text())}))),
    ("field_exists", with_type(contract(Field("Code", Text()), Field("CODE", Text())))),
    ("declared_field_unknown", with_type(contract(label=(("Code",), ("Nope",))))),
    ("declared_field_unknown", with_type(contract(keys=(declared_key("Contract", "Nope"),)))),
    ("key_field_unfit", with_type(contract(Field("J", Json()), keys=(declared_key("Contract", "J"),)))),
    ("target_unknown", with_type(contract(Field("R", Reference(target="Nope"))))),
]


@pytest.mark.parametrize(("code", "declare"), REFUSED, ids=[f"{n}-{code}" for n, (code, _) in enumerate(REFUSED)])
def test_what_does_not_fit_is_refused_with_its_code(code: str, declare: Callable[[], Catalog]):
    with pytest.raises(CatalogRefused) as caught:
        declare()
    problem = caught.value.problem
    assert (caught.value.code, problem.code) == (code, code)
    assert problem.type or code == "type_name_invalid"
    assert SENTENCES[code].format(**problem.params)


def test_names_at_their_longest_fit():
    longest = Field("_" + "A" * 60, Text())
    assert longest.name in extend(PACK, fields={"Do": [longest]}).types["Do"].fields


def test_nothing_added_changes_nothing():
    assert extend(PACK).types == PACK.types
