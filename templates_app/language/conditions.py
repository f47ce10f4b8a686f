"""The tests of `When` and `Unless`, the same for source values and for fields."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from templates_app.catalog.problems import Refused
from templates_app.language.moments import instant_of, moment_of
from templates_app.language.nodes import Element
from templates_app.language.numbers import read_number
from templates_app.language.patterns import compile_pattern
from templates_app.language.values import is_empty, text_of

#: Whether a value passes; None is an empty or missing one.
Test = Callable[[Any], bool]


def compile_test(element: Element, *, zone: ZoneInfo) -> Test:
    """The tests of one `When` or `Unless`, all of which must hold. Letter case and outer blanks do not count.

    A list passes when one of its items does. ValueError without any test. The test raises `Refused` (`number_invalid`,
    `date_invalid`) for a value that cannot be compared with a bound: nobody has said on which side of it that is.
    """
    single = _tests(element, zone)
    if not single:
        raise ValueError("a condition needs a test")

    def holds(value: Any) -> bool:
        if is_empty(value):
            value = None
        if isinstance(value, list):
            return _any_holds(single, value)
        return all(test(value) for test in single)

    return holds


def _any_holds(tests: list[Test], items: list[Any]) -> bool:
    refused: Refused | None = None
    for item in items:
        try:
            if all(test(None if is_empty(item) else item) for test in tests):
                return True
        except Refused as found:
            refused = refused or found
    if refused is not None:
        raise refused
    return False


def _tests(element: Element, zone: ZoneInfo) -> list[Test]:
    tests: list[Test] = []
    if element.has("Equals"):
        tests.append(_among((element.get("Equals"),)))
    if element.has("In"):
        tests.append(_among(element.alternatives("In")))
    if element.has("Matches"):
        tests.append(_matching(element.get("Matches")))
    if element.has("Present"):
        present = element.flag("Present")
        tests.append(lambda value: is_empty(value) is not present)
    if element.has("AtLeast"):
        tests.append(_bounded(element.get("AtLeast"), 1, zone))
    if element.has("AtMost"):
        tests.append(_bounded(element.get("AtMost"), -1, zone))
    return tests


def _among(texts: tuple[str, ...]) -> Test:
    wanted = frozenset(_loosened(text) for text in texts)
    return lambda value: not isinstance(value, dict) and _loosened(text_of(value)) in wanted


def _matching(pattern: str) -> Test:
    compiled = compile_pattern(pattern, ignore_case=True)
    return lambda value: (
        value is not None and not isinstance(value, dict) and compiled.search(text_of(value)) is not None
    )


def _bounded(limit: str, direction: int, zone: ZoneInfo) -> Test:
    """At least (1) or at most (-1): as numbers or dates where the limit is one, else in the order of the alphabet."""
    number, moment = _number(limit), _instant(limit, zone)

    def holds(value: Any) -> bool:
        if value is None or isinstance(value, dict):
            return False
        if number is not None:
            given = _number(value)
            if given is None:
                raise Refused("number_invalid", value=text_of(value))
            return _compared(given, number) * direction >= 0
        if moment is not None:
            instant = _instant(value, zone)
            if instant is None:
                raise Refused("date_invalid", value=text_of(value))
            return _compared(instant, moment) * direction >= 0
        return _compared(_loosened(text_of(value)), _loosened(limit)) * direction >= 0

    return holds


def is_bound(limit: str) -> bool:
    """Whether what is compared with this is compared as a number or a date."""
    return _number(limit) is not None or _is_moment(limit)


def _compared(one: Any, other: Any) -> int:
    return int(one > other) - int(one < other)


def _loosened(text: str) -> str:
    return text.strip().casefold()


def _number(value: Any) -> Decimal | None:
    try:
        return None if isinstance(value, date) else read_number(value)
    except Refused:
        return None


def _is_moment(text: str) -> bool:
    try:
        moment_of(text)
    except Refused:
        return False
    return True


def _instant(value: Any, zone: ZoneInfo) -> datetime | None:
    try:
        return instant_of(moment_of(value), zone)
    except Refused:
        return None
