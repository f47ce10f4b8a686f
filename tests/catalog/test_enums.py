from __future__ import annotations

from typing import Any

import pytest

from templates_app.catalog.enums import choices_of, enums_of, members_of

ONLY_41 = {"ResourceFilter"}
ONLY_47 = {
    "ColorDepending",
    "ConfigType",
    "CountHolidays",
    "CurrencyCode",
    "DescriptionFieldColor",
    "DescriptionFieldStyle",
    "DoMode",
    "EffActionType",
    "EffIfOp",
    "EffIfType",
    "EffSourceType",
    "EffStepType",
    "EffSubjectType",
    "EffTargetType",
    "InRootType",
    "JoinStatus",
    "LinkRefType",
    "StatusType",
    "SyncType",
}


def test_both_lists_are_complete():
    old, new = enums_of("4.1"), enums_of("4.7")
    assert (len(old), len(new)) == (33, 51)
    assert (sum(map(len, old.values())), sum(map(len, new.values()))) == (164, 278)
    assert set(old) - set(new) == ONLY_41
    assert set(new) - set(old) == ONLY_47


@pytest.mark.parametrize(
    ("enum", "name", "number"),
    [
        ("Access", "All", 0),
        ("Access", "Read", 82),
        ("Access", "Write", 87),
        ("CustomerType", "Individual", 1026),
        ("CustomerType", "Company", 1027),
        ("DataFieldType", "Hyperlink", 16),
        ("DataFieldType", "Signature", 20),
        ("DescriptionFieldType", "Tooltip", 84),
        ("Destination", "MaterialResource0", 100),
        ("DestinationType", "Project", 4),
        ("HistoryOp", "Insert", 65),
        ("JsonWritingType", "KeyLabel", 2),
        ("LicenseStatus", "NoExpirationDate", -8),
        ("LicenseStatus", "Corrupted", -1),
        ("NotificationType", "UnavailabilityUpdate", 8),
        ("OneOrMoreCustomers", "MoreCustomer", 1423),
        ("RecurrenceRange", "EndThe", 1252),
        ("ResourceFilter", "Human", 45056),
        ("ResourceFilter", "ToPlan", 53248),
        ("ResourceType", "ToPlan", 1537),
        ("TaskType", "Time", 1469),
        ("Title", "Miss", 0),
        ("WorkCapacity", "Slots", 1591),
    ],
)
def test_4_1_shows_the_documented_numbers(enum: str, name: str, number: int):
    assert enums_of("4.1")[enum][name] == number
    assert members_of(enum).spellings[str(number)] == name


@pytest.mark.parametrize(
    ("enum", "names"),
    [
        ("CustomerType", ["Individual", "Company"]),
        ("InRootType", ["Customer", "Project", "Resource"]),
        ("JsonWritingType", ["None", "Normal", "KeyLabel", "String", "Data"]),
        ("ResourceType", ["Human", "Material", "ToPlan", "Extern"]),
        ("SyncType", ["_Google", "Microsoft", "Google"]),
        ("StatusType", ["Task", "Unavailability"]),
        ("TypeHatch", ["BDIAGONAL", "CROSS", "DIAGCROSS", "FDIAGONAL", "HORIZONTAL", "VERTICAL"]),
    ],
)
def test_4_7_shows_the_documented_names_in_their_order(enum: str, names: list[str]):
    assert list(enums_of("4.7")[enum].items()) == [(name, name) for name in names]


def test_numbers_are_numbers_and_names_are_their_own_values():
    assert all(type(number) is int for members in enums_of("4.1").values() for number in members.values())
    assert all(name == value for members in enums_of("4.7").values() for name, value in members.items())


@pytest.mark.parametrize("enum", sorted({*enums_of("4.1"), *enums_of("4.7")}))
def test_no_spelling_of_an_enum_means_two_members(enum: str):
    members = members_of(enum)
    assert len(set(members.numbers.values())) == len(members.numbers)
    assert len(members.spellings) == len(members.names) + len(members.numbers)
    assert set(members.spellings.values()) == set(members.names)


def test_the_members_of_both_versions_are_known():
    names = members_of("DataFieldType").names
    assert {"Startdate", "ProjectStartDate"} <= set(names)
    assert len(names) == len(set(names))
    assert "Extern" not in members_of("ResourceType").numbers


def test_declared_choices_have_no_numbers():
    assert choices_of(("B", "a")).names == ("B", "a")
    assert not choices_of(("B", "a")).numbers


def test_unknown_versions_and_enums_are_key_errors():
    with pytest.raises(KeyError):
        enums_of("4.2")
    with pytest.raises(KeyError):
        members_of("Nonsense")
    assert [len(enums_of(version)) for version in ("4.1", "4.7")] == [33, 51]


def test_nobody_can_change_the_lists():
    members: Any = enums_of("4.1")["Access"]
    with pytest.raises(TypeError):
        members["None"] = 1
