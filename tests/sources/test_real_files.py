"""The open data of other people, read as it is."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from templates_app.sources.rows import Source
from tests.sources.opening import source_from

pytestmark = pytest.mark.shared_data


def read(shared_data: Path, name: str, **options: Any) -> Source:
    """Every row of it can be read."""
    source = source_from((shared_data / name).read_bytes(), name=name, **options)
    assert sum(1 for _ in source.rows()) == source.total
    assert [row.problem for row in source.rows() if row.problem] == []
    return source


@pytest.mark.parametrize(
    ("name", "total", "encoding", "delimiter", "width"),
    [
        ("02-fr-annuaire-education/annuaire-ille-et-vilaine-2023-06.csv", 996, "utf-8-sig", ";", 69),
        ("02-fr-annuaire-education/annuaire-val-de-marne-2026-05.csv", 613, "utf-8-sig", ";", 71),
        ("03-fr-apprentissage/cfa-sous-convention-regionale.latin1.csv", 933, "cp1252", ";", 21),
        ("03-fr-apprentissage/organismes-formation-apprentissage.csv", 6_059, "utf-8-sig", ";", 9),
        ("03-fr-apprentissage/reseau_cci.csv", 268, "utf-8-sig", ";", 19),
        ("03-fr-apprentissage/kit_apprentissage_rncp_20231218.csv", 5_707, "utf-8-sig", ";", 9),
        ("03-fr-apprentissage/formations_nMef.csv", 10_067, "utf-8-sig", ";", 22),
        ("03-fr-apprentissage/apprenants_sample-import-of-test.csv", 16, "utf-8-sig", ";", 17),
        ("04-fr-tournages-paris/lieux-de-tournage-a-paris.2021-05.csv", 8_919, "utf-8", ";", 14),
        ("04-fr-tournages-paris/lieux-de-tournage-a-paris.2026-03.csv", 14_760, "utf-8-sig", ";", 14),
        ("06-us-nycflights-planning/flights-2013-01.csv", 27_004, "utf-8", ",", 19),
        ("06-us-nycflights-planning/flights-2013-02.csv", 24_951, "utf-8", ",", 19),
        ("06-us-nycflights-planning/planes.csv", 3_322, "utf-8", ",", 9),
        ("06-us-nycflights-planning/airports.csv", 1_458, "utf-8", ",", 8),
        ("06-us-nycflights-planning/airlines.csv", 16, "utf-8", ",", 2),
    ],
)
def test_tables_are_read_without_a_word_about_them(
    shared_data: Path, name: str, total: int, encoding: str, delimiter: str, width: int
) -> None:
    source = read(shared_data, name)
    found = (source.total, source.format.encoding, source.format.delimiter, len(source.format.columns))
    assert found == (total, encoding, delimiter, width)
    assert source.format.header_row == 1


@pytest.mark.parametrize(
    ("name", "total", "path"),
    [
        ("01-fr-decp-marches-publics/marches-publics.info.json", 4_509, ("marches",)),
        ("01-fr-decp-marches-publics/data.gouv.fr_pes.json", 1_148, ("marches",)),
        ("01-fr-decp-marches-publics/e-marchespublics.json", 470, ("marches",)),
        ("01-fr-decp-marches-publics/data.gouv.fr_aife.first1200.json", 1_200, ("marches",)),
        ("02-fr-annuaire-education/annuaire-val-de-marne-2026-05.json", 613, ()),
    ],
)
def test_nested_and_flat_json_is_read(shared_data: Path, name: str, total: int, path: tuple[str, ...]) -> None:
    source = read(shared_data, name)
    assert (source.total, source.format.path) == (total, path)


@pytest.mark.parametrize(
    ("name", "total", "delimiter", "width"),
    [
        ("Store", 701, "+|", 6),
        ("PersonPhone", 1_294, "+|", 4),
        ("EmailAddress", 1_294, "+|", 5),
        ("PhoneNumberType", 3, "+|", 3),
        ("BusinessEntityContact", 909, "+|", 5),
        ("DimReseller", 701, "|", 20),
        ("ProspectiveBuyer", 2_059, "|", 24),
        ("Vendor", 104, "\t", 8),
        ("Product", 504, "\t", 25),
        ("Employee", 290, "\t", 16),
    ],
)
@pytest.mark.parametrize("given", [True, False])
def test_files_without_header_in_three_delimiters(
    shared_data: Path, name: str, total: int, delimiter: str, width: int, given: bool
) -> None:
    columns = tuple(f"c{position}" for position in range(width))
    path = f"07-adventureworks-crm/{name}.csv"
    source = read(shared_data, path, columns=columns, delimiter=delimiter if given else "")
    assert (source.total, source.format.delimiter, source.format.header_row) == (total, delimiter, 0)
    assert not any(row.data[columns[-1]].endswith("|") for row in source.rows())


def test_the_workbook_with_four_contracts_in_one_row(shared_data: Path) -> None:
    source = read(shared_data, "03-fr-apprentissage/contrats_modele-import-29012025.xlsx", sheet="Modèle")
    assert (source.total, len(source.format.columns)) == (1, 62)
    (row,) = source.rows()
    assert row.data["date_de_naissance_apprenant *"] == date(1998, 1, 24)
    assert row.data["code_postal_apprenant *"] == 44000


def test_the_twins_agree_on_their_ids(shared_data: Path) -> None:
    folder = "02-fr-annuaire-education/annuaire-val-de-marne-2026-05"
    table = {row.data["Identifiant_de_l_etablissement"] for row in read(shared_data, f"{folder}.csv").rows()}
    listed = {row.data["identifiant_de_l_etablissement"] for row in read(shared_data, f"{folder}.json").rows()}
    assert table == listed


def test_accents_of_a_latin1_file_are_right(shared_data: Path) -> None:
    source = read(shared_data, "03-fr-apprentissage/cfa-sous-convention-regionale.latin1.csv")
    text = " ".join(str(value) for row in source.rows() for value in row.data.values())
    assert "é" in text
    assert not any(wrong in text for wrong in "‚\x8e\ufffd")
