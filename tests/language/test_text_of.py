from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from templates_app.catalog.problems import Refused
from templates_app.language.values import MISSING, is_empty, limited, text_of
from templates_app.language.writings import step_value, stepped
from tests.language.mapping_catalog import CATALOG, SETTING


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ""),
        ("  as it is ", "  as it is "),
        (True, "true"),
        (False, "false"),
        (7, "7"),
        (-(10**30), "-" + "1" + "0" * 30),
        (Decimal("7.00"), "7"),
        (Decimal("1E+3"), "1000"),
        (Decimal("0.1"), "0.1"),
        (date(2024, 1, 2), "2024-01-02"),
        (datetime(2024, 1, 2), "2024-01-02"),
        (datetime(2024, 1, 2, 3, 4), "2024-01-02T03:04:00"),
        (datetime(2024, 1, 2, tzinfo=UTC), "2024-01-02T00:00:00+00:00"),
        (time(8, 30), "08:30:00"),
    ],
)
def test_every_value_has_one_text(value: Any, expected: str) -> None:
    assert text_of(value) == expected


@pytest.mark.parametrize("value", [[1], {"a": 1}])
def test_lists_and_objects_have_none(value: Any) -> None:
    with pytest.raises(Refused, match="value_shape"):
        text_of(value)


@pytest.mark.parametrize(
    ("value", "empties", "expected"),
    [
        (None, (), True),
        ("", (), True),
        ("\u00a0\n", (), True),
        ([], (), True),
        (0, (), False),
        (False, (), False),
        ({}, (), False),
        (0, ("0",), True),
        (Decimal("0.0"), ("0",), True),
        (" NA ", ("NA",), True),
        ("na", ("NA",), False),
        ({"a": 1}, ("NA",), False),
        (["NA"], ("NA",), False),
    ],
)
def test_empty_is_what_means_nothing(value: Any, empties: tuple[str, ...], expected: bool) -> None:
    assert is_empty(value, empties) is expected


def test_missing_is_not_empty() -> None:
    assert not is_empty(MISSING)


def test_a_text_is_limited() -> None:
    assert limited("x" * 32_000) == "x" * 32_000
    with pytest.raises(Refused, match="step_output_too_long"):
        limited("x" * 32_001)


@pytest.mark.parametrize(
    ("entity", "name", "canonical", "expected"),
    [
        ("Project", "StartDate", "2024-01-02", date(2024, 1, 2)),
        ("Do", "Start", "2024-07-01T10:00:00Z", datetime(2024, 7, 1, 10, tzinfo=UTC)),
        ("Do", "AllDay", True, True),
        ("Do", "Duration", "1.5", "1.5"),
        ("Do", "Project", 3, "Film"),
        ("Do", "Resources", [5, 9], ["Varda", ""]),
        ("Do", "Label", None, None),
    ],
)
def test_steps_of_an_export_see_values_as_people_do(entity: str, name: str, canonical: Any, expected: Any) -> None:
    kind = CATALOG.types[entity].fields[name].kind
    assert step_value(kind, canonical, {3: "Film", 5: "Varda"}, SETTING) == expected


@pytest.mark.parametrize(
    ("canonical", "zone"),
    [("9999-12-31T23:59:59Z", "Europe/Paris"), ("0001-01-01T00:00:00Z", "America/New_York")],
)
def test_a_moment_no_clock_of_the_zone_can_show_stays_in_utc(canonical: str, zone: str) -> None:
    kind = CATALOG.types["Do"].fields["Start"].kind
    setting = replace(SETTING, zone=ZoneInfo(zone))
    assert step_value(kind, canonical, {}, setting) == datetime.fromisoformat(canonical)


def test_what_steps_give_can_be_written_everywhere() -> None:
    given = [date(2024, 1, 2), "", Decimal("1.5"), True, time(8), datetime(2024, 1, 2, 8)]
    assert stepped(given) == ["2024-01-02", None, Decimal("1.5"), True, "08:00:00", "2024-01-02T08:00:00"]
