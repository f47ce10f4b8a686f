"""The nearest known name is offered where a person would see the likeness, and only there."""

from __future__ import annotations

import pytest

from templates_app.language.nearest import LONGEST, nearest

KNOWN = ["Customer", "Project", "LastName", "FirstName", "Email", "ShouldInsert", "Réalisateur"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Custommer", "Customer"),
        ("customer", "Customer"),
        ("Projet", "Project"),
        ("LastNme", "LastName"),
        ("last_name", "LastName"),
        ("Mail", "Email"),
        ("ShouldInsrt", "ShouldInsert"),
        ("Realisateur", "Réalisateur"),
    ],
)
def test_it_finds_the_name_that_was_meant(written: str, meant: str) -> None:
    assert nearest(written, KNOWN) == meant


@pytest.mark.parametrize("written", ["", "Zebra", "x", "1234", "Default", "E", "C" * (LONGEST + 1)])
def test_it_offers_nothing_unlike(written: str) -> None:
    assert nearest(written, KNOWN) == ""


def test_of_equals_it_takes_the_first() -> None:
    assert nearest("Field1", ["Field2", "Field3"]) == "Field2"


def test_nothing_known_gives_nothing() -> None:
    assert nearest("Customer", []) == ""
