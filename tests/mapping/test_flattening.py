"""Objects in JSON are spread out under their paths; flat rows stay as they are."""

from __future__ import annotations

from templates_app.mapping.flattening import flattened
from tests.mapping.suggesting.suggested import named, suggested


def test_objects_are_spread_out_under_their_paths() -> None:
    rows = [{"id": 1, "acheteur": {"id": "285", "nom": "SDIS", "lieu": {"cp": "85"}}, "titulaires": [{"id": 1}]}]
    columns, flat = flattened(("id", "acheteur", "titulaires"), rows)
    assert columns == ("id", "acheteur/id", "acheteur/nom", "acheteur/lieu/cp", "titulaires")
    assert flat[0]["acheteur/lieu/cp"] == "85"
    item = named(suggested(flat, types=("Customer",)), "acheteur/nom")
    assert item.field == "Company"


def test_flat_rows_stay_as_they_are() -> None:
    assert flattened(("a",), [{"a": 1}, 5]) == (("a",), [{"a": 1}])
