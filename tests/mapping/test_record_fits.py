"""A reference is looked up for its values: among the records that are there, by the key that finds most of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import pytest

from templates_app.catalog.packs.planning import planning_pack
from templates_app.mapping.suggesting.suggest import suggest
from templates_app.mapping.suggesting.suggestions import SURE, ProposedStep, Suggestion
from templates_app.mapping.suggestion_sentences import SENTENCES
from tests.language.mapping_catalog import CATALOG

PLANNING = planning_pack()


class Held:
    """Records that only have identities: space -> match forms."""

    def __init__(self, spaces: Mapping[str, Collection[str]] | None) -> None:
        self.spaces = spaces
        self.asked: list[str] = []

    def found(self, *, entity: str, space: str, identities: Collection[str]) -> int | None:
        self.asked.append(space)
        return None if self.spaces is None else len({*identities} & {*self.spaces.get(space, ())})


ROWS = [{"Titre": "a", "Client": "Gaumont"}, {"Titre": "b", "Client": "Pathé"}]


def clients(records: Held | None, rows: Any = ROWS, catalog: Any = PLANNING) -> Suggestion | None:
    found = suggest(columns=["Titre", "Client"], rows=rows, catalog=catalog, types=("Project",), records=records)
    return next((item for item in found.items if item.name == "Client"), None)


def space_of(field: str, catalog: Any = PLANNING) -> str:
    return next(str(key.space) for key in catalog.types["Customer"].keys if key.fields == (field,))


@pytest.mark.parametrize("records", [None, Held(None)])
def test_where_nobody_may_look_a_name_is_possible_at_most_and_says_so(records: Held | None) -> None:
    item = clients(records)
    assert item is not None
    assert (item.words, item.doubtful) == ("possible", False)
    assert item.why[-1].code == "suggest_not_looked_up"


def test_values_that_are_found_make_it_sure() -> None:
    item = clients(Held({space_of("Company"): {"gaumont", "pathé"}}))
    assert item is not None
    assert (item.field, item.doubtful) == ("Customer", False)
    assert item.confidence >= SURE
    assert dict(item.why[-1].params) == {"type": "Customer", "found": 2, "count": 2}
    assert item.steps == (ProposedStep("Lookup", (("Match", "Company"),)),)


def test_some_found_is_likely() -> None:
    item = clients(Held({space_of("Company"): {"gaumont"}}))
    assert item is not None
    assert (item.words, item.why[-1].params["found"]) == ("likely", 1)


def test_none_found_is_doubtful_and_not_taken_with_the_others() -> None:
    found = suggest(columns=["Titre", "Client"], rows=ROWS, catalog=PLANNING, types=("Project",), records=Held({}))
    doubted = next(item for item in found.items if item.name == "Client")
    assert (doubted.doubtful, doubted.words, doubted.why[-1].code) == (True, "possible", "suggest_found_none")
    assert [item.name for item in found.fitting] == ["Titre"]


def test_the_key_that_finds_most_is_looked_up_by() -> None:
    rows = [{"Titre": "a", "Client": "552000"}, {"Titre": "b", "Client": "552001"}]
    held = Held({space_of("_SIRET", CATALOG): {"552000", "552001"}, space_of("Company", CATALOG): {"552000"}})
    item = clients(held, rows, CATALOG)
    assert item is not None
    assert item.steps == (ProposedStep("Lookup", (("Match", "_SIRET"),)),)
    assert len(held.asked) == len({*held.asked})


@pytest.mark.parametrize("code", ["suggest_found", "suggest_found_none", "suggest_not_looked_up"])
def test_each_reason_has_its_sentence(code: str) -> None:
    assert "Customer" in SENTENCES[code].format(type="Customer", found=1, count=2)
