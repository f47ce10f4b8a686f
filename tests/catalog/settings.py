"""The settings and the two questions that the tests of the kinds share."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from templates_app.catalog.kinds.base import Kind, Setting
from templates_app.catalog.problems import Problem, Refused
from templates_app.catalog.sentences import SENTENCES

PARIS = Setting(zone=ZoneInfo("Europe/Paris"))
NUMBERS = Setting(zone=ZoneInfo("Europe/Paris"), enums_as_numbers=True)


def clean(kind: Kind, value: object, setting: Setting = PARIS) -> object:
    """The canonical form; that it cleans to itself is checked on the way."""
    canonical = kind.clean(value, setting)
    again = kind.clean(canonical, setting)
    assert again == canonical
    assert type(again) is type(canonical)
    return canonical


def refusal(kind: Kind, value: object, setting: Setting = PARIS) -> Problem:
    """The problem a value is refused with; that its sentence can be filled in is checked on the way."""
    with pytest.raises(Refused) as caught:
        kind.clean(value, setting)
    problem = caught.value.problem
    assert SENTENCES[problem.code].format(**problem.params)
    assert len(problem.value) <= 200
    problem.value.encode()
    return problem
