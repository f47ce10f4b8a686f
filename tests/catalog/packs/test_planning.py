from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from templates_app.catalog.build import extend
from templates_app.catalog.enums import enums_of
from templates_app.catalog.kinds.choices import Combo
from templates_app.catalog.kinds.references import Reference, ReferenceList
from templates_app.catalog.kinds.text import Memo
from templates_app.catalog.naming import json_name
from templates_app.catalog.packs.planning import planning_pack
from templates_app.catalog.sentences import SENTENCES
from templates_app.catalog.types import EntityType, Field
from tests.catalog.settings import PARIS

PACK = planning_pack()
TYPES = list(PACK.types.values())
FIELDS = [(entity, field) for entity in TYPES for field in entity.fields.values()]


def each_field(function: Any) -> Any:
    return pytest.mark.parametrize(("entity", "field"), FIELDS, ids=[f"{e.name}.{f.name}" for e, f in FIELDS])(function)


def each_type(function: Any) -> Any:
    return pytest.mark.parametrize("entity", TYPES, ids=list(PACK.types))(function)


def test_the_pack_holds_the_planning_types():
    expected = "Customer Project SubProject Resource Department Category Status Skill Task Do Unavailability Equipment"
    assert list(PACK.types) == expected.split()
    assert extend(PACK).types.keys() == PACK.types.keys()


@pytest.mark.parametrize("version", ["4.1", "4.7"])
def test_each_version_has_its_enums_and_the_same_types(version: str):
    pack = planning_pack(version=version)
    assert pack.enums == enums_of(version)
    assert pack is planning_pack(version=version)
    assert pack.types == PACK.types
    assert pack.get("Customer") is not None
    assert pack.get("Nothing") is None


def test_an_unknown_version_is_refused():
    with pytest.raises(KeyError):
        planning_pack(version="3.0")


@each_field
def test_every_field_is_named_labelled_and_writable(entity: EntityType, field: Field):
    assert entity.fields[field.name] is field
    assert field.name[0].isupper()
    assert field.name.isalnum()
    assert field.label
    assert field.writable
    assert not field.custom
    assert not field.retired


@each_field
def test_every_reference_points_to_a_type_of_the_pack(entity: EntityType, field: Field):
    if isinstance(field.kind, Reference | ReferenceList):
        assert field.kind.target in PACK.types
        assert field.name in entity.reference_fields
    else:
        assert not field.kind.refers


@each_field
def test_every_choice_is_a_documented_enum(entity: EntityType, field: Field):
    if isinstance(field.kind, Combo):
        assert field.kind.enum in PACK.enums


@each_type
def test_labels_keys_and_rules_name_fields_that_exist(entity: EntityType):
    named = [name for alternative in entity.label for name in alternative]
    named += [name for key in entity.keys for name in key.fields]
    named += [name for rule in entity.rules for name in rule.fields]
    assert set(named) <= set(entity.fields)
    assert entity.label
    assert entity.title
    assert not entity.custom


@each_type
def test_built_in_keys_match_but_do_not_bind(entity: EntityType):
    assert all(key.unique is False and key.space == f"{entity.name}.{key.name}" for key in entity.keys)
    assert not any(isinstance(entity.fields[name].kind, Memo) for key in entity.keys for name in key.fields)


@each_type
def test_the_list_shape_is_a_part_of_the_detail(entity: EntityType):
    listed = [field for field in entity.fields.values() if field.in_list]
    assert 1 < len(listed) < len(entity.fields)
    assert entity.fields["Label"].in_list
    assert entity.fields["NotValid"].in_list or entity.name in ("Skill",)


def test_the_documented_keys():
    keys = {name: [key.name for key in entity.keys] for name, entity in PACK.types.items()}
    assert keys.pop("Customer") == ["LastName", "Email", "Company"]
    assert keys.pop("Resource") == ["Label", "Email", "RegistrationNumber"]
    assert keys.pop("Do") == keys.pop("Unavailability") == ["Reference"]
    assert all(found == ["Label"] for found in keys.values())


def test_few_fields_are_required():
    required = {name: sorted(entity.required_fields) for name, entity in PACK.types.items() if entity.required_fields}
    calendar = {name: required.pop(name) for name in ("Do", "Unavailability")}
    assert calendar == {"Do": ["End", "Start"], "Unavailability": ["End", "Start"]}
    assert set(required) == set(PACK.types) - {"Customer", "Resource", "Skill", "Do", "Unavailability"}
    assert all(found == ["Label"] for found in required.values())


def test_the_vendor_s_sample_fits():
    customer = PACK.types["Customer"]
    assert {"Type", "LastName", "Mobile", "Email"} <= set(customer.fields)
    assert customer.fields["Type"].kind.clean("1026", PARIS) == "Individual"


@pytest.mark.parametrize(
    ("entity", "fields"),
    [
        (
            "Do",
            "Start End Resources Customers Project SubProject Task Category Status Equipments PlaceAddress PlaceCity",
        ),
        ("Resource", "Label LastName FirstName Type Mobile Phone Email RegistrationNumber Departments Skills NotValid"),
        ("Customer", "Title FirstName Company Phone Fax Address Zip City Country Website Notes Remark Reference"),
        ("Project", "Label Customer StartDate EndDate Deadline EstimateDuration NotValid"),
        ("Task", "Label Type BackgroundColor ForeColor Skills"),
        ("Skill", "Name Label Level Domain"),
        ("Equipment", "Label Customer"),
    ],
)
def test_the_fields_people_map_are_there(entity: str, fields: str):
    assert set(fields.split()) <= set(PACK.types[entity].fields)


@pytest.mark.parametrize(
    ("entity", "data", "label"),
    [
        ("Customer", {"Label": "A", "Company": "B"}, "A"),
        ("Customer", {"Company": "B", "LastName": "C"}, "B"),
        ("Customer", {"LastName": "Roy", "FirstName": "Léa"}, "Roy Léa"),
        ("Customer", {"LastName": "Roy"}, "Roy"),
        ("Customer", {"FirstName": "Léa"}, "Léa"),
        ("Customer", {"Email": "lea@example.org"}, "lea@example.org"),
        ("Customer", {"City": "Lyon"}, ""),
        ("Customer", {"Label": "x" * 300}, "x" * 255),
        ("Resource", {"LastName": "Roy", "FirstName": "Léa"}, "Roy Léa"),
        ("Skill", {"Name": "English"}, "English"),
        ("Do", {"Start": "2026-01-01T00:00:00Z"}, "2026-01-01T00:00:00Z"),
        ("Project", {"Label": "P"}, "P"),
    ],
)
def test_the_label_is_the_first_that_gives_a_text(entity: str, data: dict[str, object], label: str):
    assert PACK.types[entity].label_of(data) == label


def broken(entity: str, data: Mapping[str, object]) -> list[str]:
    problems = [problem for rule in PACK.types[entity].rules if (problem := rule.check(data)) is not None]
    for problem in problems:
        assert SENTENCES[problem.code].format(**problem.params)
        assert problem.field in PACK.types[entity].fields
    return [problem.code for problem in problems]


@pytest.mark.parametrize("entity", ["Do", "Unavailability"])
@pytest.mark.parametrize(
    ("start", "end", "holds"),
    [
        ("2026-01-01T08:00:00Z", "2026-01-01T09:00:00Z", True),
        ("2026-01-01T08:00:00Z", "2026-01-01T08:00:00Z", True),
        ("2026-01-01T08:00:00Z", "2026-01-01T08:00:00.500000Z", True),
        ("2026-01-01T08:00:00.500000Z", "2026-01-01T08:00:00Z", False),
        ("2026-01-01T08:00:00Z", "2025-12-31T23:59:59Z", False),
        ("0999-01-01T08:00:00Z", "2025-12-31T23:59:59Z", True),
        (None, "2026-01-01T08:00:00Z", True),
        ("2026-01-01T08:00:00Z", None, True),
    ],
)
def test_what_is_planned_does_not_end_before_it_starts(entity: str, start: str | None, end: str | None, holds: bool):
    data = {name: value for name, value in (("Start", start), ("End", end)) if value is not None}
    assert broken(entity, data) == ([] if holds else ["end_before_start"])


@pytest.mark.parametrize("entity", ["Project", "SubProject"])
@pytest.mark.parametrize(
    ("start", "end", "holds"),
    [("2026-01-01", "2026-01-01", True), ("2026-01-01", "2026-02-01", True), ("2026-01-02", "2026-01-01", False)],
)
def test_projects_do_not_end_before_they_start(entity: str, start: str, end: str, holds: bool):
    assert broken(entity, {"StartDate": start, "EndDate": end}) == ([] if holds else ["end_before_start"])


@pytest.mark.parametrize(
    ("entity", "data", "holds"),
    [
        ("Resource", {"Label": "Room 1"}, True),
        ("Resource", {"FirstName": "Léa"}, True),
        ("Resource", {"Email": "lea@example.org"}, False),
        ("Resource", {}, False),
        ("Skill", {"Name": "English"}, True),
        ("Skill", {"Level": 1}, False),
        ("Customer", {}, True),
    ],
)
def test_a_resource_and_a_skill_have_a_name(entity: str, data: dict[str, object], holds: bool):
    assert broken(entity, data) == ([] if holds else ["label_missing"])


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("LastName", "lastName"),
        ("Zip", "zip"),
        ("NotValid", "notValid"),
        ("_IDDOSSIER", "IDDOSSIER"),
        ("_a", "a"),
        ("X", "x"),
    ],
)
def test_names_on_the_wire(name: str, written: str):
    assert json_name(name) == written


@each_type
def test_names_on_the_wire_stay_apart(entity: EntityType):
    assert len({json_name(name) for name in entity.fields}) == len(entity.fields)
