"""Contracts as Campus Skills takes them: what the stand-in begins with, and what it refuses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

Contract = dict[str, Any]

#: `dateDebut`, `dateFin`, `codeMarque`, `nomMarque` and four more may be left out.
REQUIRED: Final = (
    "codeContrat",
    "nomEntreprise",
    *("codeApprenant", "nomApprenant", "prenomApprenant", "emailApprenant"),
    *("codePersonnel", "nomPersonnel", "prenomPersonnel", "emailPersonnel"),
    *("codeMaitreApprentissage", "nomMaitreApprentissage", "prenomMaitreApprentissage", "emailMaitreApprentissage"),
    *("codeSite", "nomSite", "codePeriode", "nomPeriode", "codeAnnee", "nomAnnee"),
    *("codeFormation", "nomFormation", "codeGroupe", "nomGroupe"),
)
ROLES: Final = ("Apprenant", "Personnel", "MaitreApprentissage")
#: The code and the name of these belong together, one name to a code and one code to a name.
PAIRS: Final = ("Site", "Periode", "Annee", "Formation")
LEARNERS: Final = (("Roy", "Léa"), ("Diallo", "Awa"), ("Martin", "Hugo"), ("Nguyễn", "Linh"), ("Costa", "Rui"))
FIRMS: Final = ("Atelier Nord", "Boulangerie Blé", "Garage Central")


def contract(number: int) -> Contract:
    """One contract of the usual sort; the same number gives the same contract."""
    last, first = LEARNERS[number % len(LEARNERS)]
    firm = number % len(FIRMS)
    return {
        "codeContrat": f"C-{number}",
        "dateDebut": "01/09/2025",
        "dateFin": "31/08/2026",
        "nomEntreprise": FIRMS[firm],
        **_person("Apprenant", f"E-{number}", last, first),
        **_person("Personnel", "T-1", "Petit", "Max"),
        **_person("MaitreApprentissage", f"M-{firm}", "Faure", "Ana"),
        "codeSite": "S1",
        "nomSite": "Lyon",
        "codePeriode": "P25",
        "nomPeriode": "2025/2026",
        "codeAnnee": "A1",
        "nomAnnee": "1re année",
        "codeFormation": "F1",
        "nomFormation": "BTS MCO",
        "codeGroupe": "G1",
        "nomGroupe": "MCO1 Lyon",
    }


def _person(role: str, code: str, last: str, first: str) -> Contract:
    mail = f"{code.lower()}@example.org"
    return {f"code{role}": code, f"nom{role}": last, f"prenom{role}": first, f"email{role}": mail}


def seeded() -> list[Contract]:
    """What was transmitted before anybody calls."""
    return [contract(number) for number in range(1, 11)]


def mistakes_in(contracts: Sequence[Contract]) -> dict[int, list[dict[str, str]]]:
    """place -> what is wrong with the contract there, by the rules on uniqueness and required values."""
    found: dict[int, list[dict[str, str]]] = defaultdict(list)
    owners: dict[tuple[str, str], tuple[str, ...]] = {}
    seen: set[str] = set()
    for place, given in enumerate(contracts):
        for field, message in [*_missing(given), *_clashes(given, owners)]:
            found[place].append({"codeContrat": str(given.get("codeContrat", "")), "field": field, "message": message})
        code = str(given.get("codeContrat", ""))
        if code in seen:
            found[place].append({"codeContrat": code, "field": "codeContrat", "message": "This contract occurs twice."})
        seen.add(code)
    return dict(found)


def _missing(given: Contract) -> list[tuple[str, str]]:
    return [(name, f"{name} is required.") for name in REQUIRED if not given.get(name)]


def _clashes(given: Contract, owners: dict[tuple[str, str], tuple[str, ...]]) -> list[tuple[str, str]]:
    """Codes of people are unique over all roles, an e-mail belongs to one account, and names go with codes."""
    claims: list[tuple[str, str, tuple[str, ...]]] = [("code", f"code{role}", (role,)) for role in ROLES]
    claims += [("email", f"email{role}", (role, str(given.get(f"code{role}")))) for role in ROLES]
    claims += [(f"code{pair}", f"code{pair}", (str(given.get(f"nom{pair}")),)) for pair in PAIRS]
    claims += [(f"nom{pair}", f"nom{pair}", (str(given.get(f"code{pair}")),)) for pair in PAIRS]
    clashing = []
    for space, field, owner in claims:
        value = str(given.get(field, ""))
        if value and owners.setdefault((space, value.lower()), owner) != owner:
            clashing.append((field, f"{value} already belongs to somebody or something else."))
    return clashing
