"""A first row of values is told from a row of names, by what stands below it."""

from __future__ import annotations

import pytest

from templates_app.sources.header_doubt import looks_like_values


def table(text: str) -> list[list[str]]:
    return [line.split(";") for line in text.splitlines()]


@pytest.mark.parametrize(
    "text",
    [
        "1;Ann\n2;Bob",
        "Ann;ann@example.org\nBob;bob@example.org",
        "Ann;2014-09-12 11:15:07.497\nBob;2015-01-02 00:00:00.000",
        "Ann;12/03/2024\nBob;13/03/2024",
        "Rennes;France\nLyon;France\nBrest;France",
        "AUSTRALI0001;Bikes\nTRIKES0017;Wheels",
        "Ann;+33 2 99 01 02 03\nBob;+33 2 99 04 05 06",
        "Ann;<a>1</a>\nBob;<b>2</b>",
        "Ann;E552F657-A9AF-4A7D-A645-C429D6E02491\nBob;FB5F3A32-8A8A-4B6F-9C24-03E8C5A3D2B1",
        "Ann;12,50\nBob;1 200,00",
        "Ann;http://a.example\nBob;https://b.example/x",
        "1;Ann",
    ],
)
def test_a_row_of_values_is_seen(text: str) -> None:
    first, *below = table(text)
    assert looks_like_values(first, below)


@pytest.mark.parametrize(
    "text",
    [
        "id;name\n1;Ann\n2;Bob",
        "Nom;E-mail\nAnn;ann@example.org",
        "name;city\nAnn;Rennes\nBob;Brest",
        "Produit;Prix;2023\nA;1,20;x\nB;3,40;y",
        "Code;Label\nA-1;Ann\nB-2;Bob",
        "Tel1;Nom\n0299010203;Ann\n0299040506;Bob",
        "name;;city\nAnn;1;Rennes",
        "id;name",
        "Date;Heure\n2024-01-02;12:30\n2024-01-03;08:15",
        "",
    ],
)
def test_a_row_of_names_is_not_doubted(text: str) -> None:
    first, *below = table(text) or [[]]
    assert not looks_like_values(first, below)
