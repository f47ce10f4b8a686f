"""Plans that only replace take a shorter way to the same values."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_app.engine.merge import only_replaces, replaced, updated
from sync_app.engine.plan import changes
from templates_app.language.drafts import DefaultPlan, FieldPolicy, TypePlan
from tests.engine.world import PERSON

NAMES = ("Name", "Code", "Mail", "Score")
VALUES = st.sampled_from(["a", "b", True, 1, ["a"]])


def plan(policy: FieldPolicy | None = None, **defaults: DefaultPlan) -> TypePlan:
    policies = dict.fromkeys(NAMES, policy or FieldPolicy())
    return TypePlan(0, "Person", PERSON, True, True, False, PERSON.keys[0], "Update", defaults, policies, True)


@given(
    values=st.dictionaries(st.sampled_from(NAMES), st.none() | VALUES),
    old=st.dictionaries(st.sampled_from([*NAMES, "Other"]), VALUES),
)
def test_it_gives_what_the_long_way_gives(values: dict[str, Any], old: dict[str, Any]) -> None:
    data, short = updated(plan(), values, dict(old)), replaced(values, old)
    if data is None or short is None:
        assert (data, short) == (None, None)
    else:
        assert short == (data, *changes(old, data))
        assert [list(one) for one in short] == [list(one) for one in (data, *changes(old, data))]


@pytest.mark.parametrize(
    "other",
    [
        plan(FieldPolicy(on_empty="Keep")),
        plan(FieldPolicy(on_update="Fill")),
        plan(FieldPolicy(on_update="Highest")),
        plan(Name=DefaultPlan("x", "Replace")),
    ],
)
def test_who_spares_or_adds_something_goes_the_long_way(other: TypePlan) -> None:
    assert only_replaces(plan())
    assert not only_replaces(other)
