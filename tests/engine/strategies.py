"""Random templates, rows and stores, small enough that keys meet often."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from tests.engine.world import PERSON, TEAM
from tests.fakes import InMemoryRecords

CODES = st.sampled_from(["A", "B", "C", "D", "E"])
BADGES = st.sampled_from(["1", "2", "3"])
DAYS = st.sampled_from(["2024-01-01", "2024-02-01", "2024-03-01"])


def _column(values: st.SearchStrategy[Any], *, empty: bool = True) -> st.SearchStrategy[Any]:
    return values | st.just("") if empty else values


COLUMNS: dict[str, st.SearchStrategy[Any]] = {
    "name": st.sampled_from(["Ada", "Ben", "Cy", ""]),
    "mail": _column(st.sampled_from(["a@x.org", "b@x.org"])),
    "badge": _column(BADGES),
    "city": _column(st.sampled_from(["Paris", "Rome"])),
    "score": _column(st.sampled_from(["1", "2.50", "-3", "many"])),
    "since": _column(DAYS),
    "until": _column(DAYS),
    "boss": _column(CODES | st.just("Z")),
    "friends": st.lists(CODES, max_size=2),
    "team": _column(st.sampled_from(["Red", "Blue"])),
}
ROWS = st.lists(
    st.fixed_dictionaries({"code": _column(CODES)}, optional=COLUMNS).map(lambda row: {"name": "N", **row}), max_size=8
)
#: Rows that no rule refuses, with every column: what one says of a key replaces what another said.
SOUND_ROWS = st.lists(
    st.fixed_dictionaries({"code": CODES, "name": st.sampled_from(["Ada", "Ben"]), "city": COLUMNS["city"]}), max_size=8
)

_ON_UPDATE = st.sampled_from(["Replace", "Fill", "Leave"])
_ORDERED = st.sampled_from(["Replace", "Fill", "Leave", "Lowest", "Highest"])
_ON_EMPTY = st.sampled_from(["Clear", "Keep"])
_ON_MISSING = st.sampled_from(["Error", "Null"])


@st.composite
def templates(draw: Callable[..., Any], *, simple: bool = False) -> str:
    """An import of persons, alone or with the team of their row. `simple`: every value replaces."""

    def policy(values: st.SearchStrategy[str]) -> str:
        return "" if simple else f' OnUpdate="{draw(values)}" OnEmpty="{draw(_ON_EMPTY)}"'

    flags = draw(
        st.sampled_from(['ShouldInsert="true" ShouldUpdate="true"', 'ShouldInsert="true"', 'ShouldUpdate="true"'])
    )
    repeated = "" if simple else f'Repeated="{draw(st.sampled_from(["Update", "First", "Error"]))}"'
    default = ""
    if draw(st.booleans()):
        fires = draw(st.sampled_from(["Leave", "Fill", "Replace"])) if not simple else "Leave"
        default = f'<Default Field="City" Value="Oslo" OnUpdate="{fires}" />'
    properties = [
        f'<Property Name="{field.lower()}" Type="Person" Field="{field}"'
        f"{'' if field == 'Code' else policy(_ORDERED if field in ('Score', 'Since', 'Until') else _ON_UPDATE)} />"
        for field in ("Code", "Name", "Mail", "Badge", "City", "Score", "Since", "Until")
    ]
    for name, field in (("boss", "Boss"), ("friends", "Friends")):
        if draw(st.booleans()):
            lookup = f'<Lookup Match="Code" OnMissing="{draw(_ON_MISSING)}" />'
            properties.append(f'<Property Name="{name}" Type="Person" Field="{field}">{lookup}</Property>')
    team = ""
    if draw(st.booleans()):
        team = '<Type Name="Team" ShouldInsert="true" Match="Title"><When Name="team" Present="true" /></Type>'
        properties.append('<Property Name="team" Type="Team" Field="Title" />')
        properties.append('<Link Type="Person" Field="Team" To="Team" OnMissing="Null" />')
    person = f'<Type Name="Person" Match="Code" {flags} {repeated}>{default}</Type>'
    return f"<In>{team}{person}{''.join(properties)}</In>"


@st.composite
def stores(draw: Callable[..., Any]) -> InMemoryRecords:
    """Some persons and teams, a few of them deleted, a few edited."""
    store = InMemoryRecords()
    teams = store.seed(TEAM, *({"Title": title} for title in draw(st.sets(st.sampled_from(["Red", "Blue"])))))
    codes = sorted(draw(st.sets(CODES, max_size=4)))
    badges = draw(st.permutations(["1", "2", "3", "", ""]))
    for code, badge in zip(codes, badges, strict=False):
        data: dict[str, Any] = {"Code": code, "Name": "Old", "Since": "2024-02-01"}
        if badge:
            data["Badge"] = badge
        if store.live("Person") and draw(st.booleans()):
            data["Boss"] = draw(st.sampled_from(sorted(store.live("Person"))))
        if teams and draw(st.booleans()):
            data["Team"] = teams[0]
        [record] = store.seed(PERSON, data)
        if draw(st.integers(0, 4)) == 0:
            store.delete(record)
    return store


Edit = Callable[[InMemoryRecords], None]


def _edit(store: InMemoryRecords, change: tuple[int, str, str | None]) -> None:
    at, what, value = change
    ids = sorted(store.kept)
    if what == "insert":
        if ("codes", (value or "f").lower(), 0) not in store.identities:
            store.seed(PERSON, {"Code": value or "F", "Name": "Other"})
    elif ids:
        record = ids[at % len(ids)]
        kept = store.kept[record]
        if what == "delete":
            store.delete(record, back=kept.deleted)
        elif kept.entity is PERSON and not kept.deleted:
            store.edit(record, **{what: value})


EDITS = st.lists(
    st.tuples(
        st.integers(0, 9),
        st.sampled_from(["insert", "delete", "City", "Mail", "Score"]),
        st.sampled_from(["A", "B", "C", "D", "E", "F", "G"]),
    ),
    max_size=5,
)


def edit_all(store: InMemoryRecords, edits: list[tuple[int, str, str]]) -> None:
    """What other people do to the store."""
    for edit in edits:
        _edit(store, edit)
