"""The stand-in of Campus Skills does what the vendor's page says."""

from __future__ import annotations

from typing import Any

import pytest

from sync_app.standins.asked import Answer
from sync_app.standins.campus_skills import CampusSkills
from sync_app.standins.campus_skills_data import Contract, contract, seeded
from tests.standins.calls import ask


@pytest.fixture
def standin() -> CampusSkills:
    return CampusSkills()


def call(standin: CampusSkills, method: str, target: str, content: Any = None) -> Answer:
    return ask(standin, method, f"/api/sync/{target}", content, authorization=f"Bearer {standin.token}")


def codes(contracts: list[Contract]) -> list[str]:
    return [given["codeContrat"] for given in contracts]


def test_a_token_names_its_centre(standin: CampusSkills) -> None:
    assert call(standin, "GET", "v1/test").content == {"value": "token valid", "name": standin.centre}
    assert ask(standin, "GET", "/api/sync/v1/test", authorization="Bearer guess").content["error"] == "invalid token"


def test_a_comparison_says_what_would_change_and_writes_nothing(standin: CampusSkills) -> None:
    sent = [*seeded()[:8], contract(77), contract(3) | {"nomEntreprise": "Other"}]
    del sent[2]
    found = call(standin, "POST", "v1/contrats-diff", {"contrats": sent}).content
    assert {name: codes(listed) for name, listed in found.items()} == {
        "same": ["C-1", "C-2", "C-4", "C-5", "C-6", "C-7", "C-8"],
        "added": ["C-77"],
        "updated": ["C-3"],
        "removed": ["C-9", "C-10"],
    }
    assert len(standin.transmitted) == 10


def test_a_transmission_replaces_all_of_them(standin: CampusSkills) -> None:
    answer = call(standin, "POST", "v1/contrats", {"contrats": seeded()[:4]}).content
    assert (answer["total"], list(standin.transmitted)) == (4, ["C-1", "C-2", "C-3", "C-4"])


WRONG: list[tuple[str, dict[str, str]]] = [
    ("emailApprenant", {"emailApprenant": ""}),
    ("codeMaitreApprentissage", {"codeMaitreApprentissage": "E-1"}),
    ("emailMaitreApprentissage", {"emailMaitreApprentissage": "e-1@example.org"}),
    ("nomSite", {"codeSite": "S9"}),
    ("codeSite", {"nomSite": "Paris"}),
]


@pytest.mark.parametrize(("field", "change"), WRONG, ids=[field for field, _ in WRONG])
def test_one_mistake_refuses_the_whole_of_a_first_version_call(
    standin: CampusSkills, field: str, change: dict[str, str]
) -> None:
    answer = call(standin, "POST", "v1/contrats", {"contrats": [contract(1), contract(2) | change]})
    assert (answer.status, {"C-2"}) == (400, {detail["codeContrat"] for detail in answer.content["details"]})
    assert field in {detail["field"] for detail in answer.content["details"]}
    assert len(standin.transmitted) == 10


def test_the_second_version_keeps_the_valid_ones(standin: CampusSkills) -> None:
    sent = [contract(1), contract(2) | {"nomSite": ""}, contract(3)]
    answer = call(standin, "POST", "v2/contrats", sent).content
    assert (codes(answer["validContrats"]), codes(answer["invalidContrats"])) == (["C-1", "C-3"], ["C-2"])


@pytest.mark.parametrize(
    ("query", "found"), [("", 10), ("?limit=4", 4), ("?limit=4&page=3", 2), ("?limit=4&page=4", 0)]
)
def test_lists_come_in_pages_counted_from_one(standin: CampusSkills, query: str, found: int) -> None:
    answer = call(standin, "GET", f"v1/contrats-get-all{query}").content
    assert (answer["total"], len(answer["contrats"])) == (10, found)


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "limit=4&page=0"])
def test_a_page_that_cannot_be_is_refused(standin: CampusSkills, query: str) -> None:
    assert call(standin, "GET", f"v1/contrats?{query}").status == 400


def test_only_contracts_with_a_session_are_integrated(standin: CampusSkills) -> None:
    standin.transmitted["C-1"] = standin.transmitted["C-1"] | {"nomGroupe": ""}
    assert call(standin, "GET", "v1/contrats").content["total"] == 9
    assert call(standin, "GET", "v1/contrats-get-all").content["total"] == 10


def test_only_a_sandbox_is_emptied(standin: CampusSkills) -> None:
    assert call(CampusSkills(sandbox=False), "DELETE", "v1/contrats").status == 403
    assert call(standin, "DELETE", "v1/contrats").content == {"total": 0, "contrats": []}
    assert standin.transmitted == {}


@pytest.mark.parametrize("body", [None, {}, {"contrats": 1}, {"contrats": ["x"]}])
def test_a_body_that_is_no_list_of_contracts_is_refused(standin: CampusSkills, body: Any) -> None:
    assert call(standin, "POST", "v1/contrats", body).status == 400
