from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates_app.catalog.loose import loose_form
from templates_app.catalog.problems import Refused
from templates_app.language.names import Names, Scope
from templates_app.language.paths import MAX_CONDITIONS, MAX_PARTS, parse_path
from templates_app.language.values import MISSING

CONTRACT = {
    "acheteur": {"id": "2197", "nom": "Mairie"},
    "titulaires": [
        {"type": "SIRET", "id": "1", "noms": ["A", "B"]},
        {"type": "TVA", "id": "2", "noms": []},
        {"type": "TVA", "id": "3", "pays": "BE"},
    ],
    "a.b": "dotted",
    "x/y": "slashed",
    "x": {"y": "nested"},
    "rien": None,
    "vide": [],
    "lots": [{"lignes": [{"n": 1}, {"n": 2}]}, {"lignes": [{"n": 3}]}],
}


def read(name: str, data: Any = CONTRACT, parents: tuple[Any, ...] = ()) -> Any:
    return Names().read(name, Scope(data, parents))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.b", "dotted"),
        ("x/y", "slashed"),
        ("acheteur/nom", "Mairie"),
        ("titulaires/0/id", "1"),
        ("titulaires/-1/id", "3"),
        ("titulaires/7/id", None),
        ("titulaires/-4/id", None),
        ("titulaires[type=TVA]/id", "2"),
        ("titulaires/[type=TVA]/id", "2"),
        ("titulaires[type=TVA][pays=BE]/id", "3"),
        ("titulaires[noms=B]/id", "1"),
        ("titulaires[type=tva]/id", None),
        ("titulaires[rien=TVA]/id", None),
        ("titulaires/id", ["1", "2", "3"]),
        ("titulaires/noms", ["A", "B", None]),
        ("titulaires/pays", [None, None, "BE"]),
        ("acheteur[id=2197]/nom", "Mairie"),
        ("acheteur[id=1]/nom", None),
        ("lots/lignes/n", [1, 2, 3]),
        ("lots/lignes[n=3]/n", 3),
        ("rien/plus", None),
        ("vide/0", None),
        ("vide/id", []),
    ],
)
def test_a_name_is_a_key_then_a_path(name: str, expected: Any) -> None:
    assert read(name) == expected


@pytest.mark.parametrize(
    "name", ["nothing", "acheteur/siret", "acheteur/nom/x", "titulaires/siret", "../x", "", "/", "q//y", "a[q", "../"]
)
def test_a_name_that_no_object_has_is_missing(name: str) -> None:
    assert read(name) is MISSING


@pytest.mark.parametrize(
    ("name", "expected"),
    [("../ref", "R1"), ("../../ref", "R2"), ("../ref/x", "slash"), (".", "item"), ("../../../ref", MISSING)],
)
def test_a_name_climbs_to_what_the_list_stands_in(name: str, expected: Any) -> None:
    parents = ({"ref": "R1", "ref/x": "slash"}, {"ref": "R2"})
    assert read(name, "item", parents) == expected


@pytest.mark.parametrize(
    ("wanted", "key"),
    [
        ("Téléphone mobile", "telephone_mobile"),
        ("ID_DOSSIER", "Id Dossier"),
        ("Réf. n° 1", "REF N 1"),
        ("Cœur", "COEUR"),
        ("Strasse", "Straße"),
        ("ＡＢＣ", "abc"),
        ("Événement", "E\u0301ve\u0301nement"),
    ],
)
def test_letters_and_digits_decide_where_no_key_is_spelled_so(wanted: str, key: str) -> None:
    names = Names()
    assert names.read(wanted, Scope({key: "found", "other": "x"})) == "found"
    assert names.taken() == {wanted: key}


def test_the_exact_spelling_needs_no_note() -> None:
    names = Names()
    assert names.read("Nom", Scope({"Nom": "a", "nom": "b"})) == "a"
    assert names.taken() == {}


def test_several_keys_that_are_alike_are_ambiguous() -> None:
    with pytest.raises(Refused) as refused:
        read("e-mail", {"Email": "a", "E_Mail": "b"})
    assert refused.value.problem.code == "name_ambiguous"
    assert refused.value.problem.params == {"wanted": "e-mail", "found": "Email, E_Mail"}


def test_a_loose_path_says_each_spelling_it_took() -> None:
    names = Names()
    assert names.read("Acheteur/Nom", Scope(CONTRACT)) == "Mairie"
    assert names.taken() == {"Acheteur": "acheteur", "Nom": "nom"}


@pytest.mark.parametrize(("left", "right"), [("か", "が"), ("й", "и"), ("कि", "क")])
def test_only_latin_letters_lose_their_accents(left: str, right: str) -> None:
    assert loose_form(left) != loose_form(right)


@pytest.mark.parametrize("name", ["__class__", "__proto__", "items", "keys", "pk", "%s{0}", "$..*"])
def test_odd_names_are_plain_data(name: str) -> None:
    assert read(name, {name: "v"}) == "v"
    assert read(name, {"a": 1}) is MISSING


def test_paths_are_bounded() -> None:
    assert parse_path("/".join("a" * MAX_PARTS)) is not None
    assert parse_path("/".join("a" * (MAX_PARTS + 1))) is None
    assert parse_path("../" * MAX_PARTS + "a") is None
    assert parse_path("a" + "[b=c]" * MAX_CONDITIONS) is not None
    assert parse_path("a" + "[b=c]" * (MAX_CONDITIONS + 1)) is None


def test_objects_of_many_layouts_do_not_fill_the_memory() -> None:
    names = Names()
    for number in range(2_000):
        assert names.read("WANTED", Scope({f"k{number}": 1, "wanted": number})) == number
    assert len(names._layouts) <= 512


@given(st.dictionaries(st.text(max_size=5), st.integers(), max_size=6), st.text(max_size=8))
def test_any_text_may_be_a_name(data: dict[str, int], name: str) -> None:
    with suppress(Refused):
        value = read(name, data)
        assert value is MISSING or value is data or value in data.values()
        assert name not in data or value == data[name]
