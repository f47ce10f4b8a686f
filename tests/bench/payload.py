"""The payload of every measurement: N customers of 12 fields as a JSON list, the same at every call."""

from __future__ import annotations

import json
import random
from typing import Any, Final

#: Source name -> field of a customer. `_IDDOSSIER` is the unique key, `_TYPE` a number field of the brand's own,
#: because the source's types (1026 to 1028) are more than the built-in enum knows.
FIELDS: Final = {
    "Nom usage": "LastName",
    "Téléphone mobile": "Mobile",
    "Email": "Email",
    "ID_DOSSIER": "_IDDOSSIER",
    "Adresse": "Address",
    "Code postal": "Zip",
    "Ville": "City",
    "Pays": "Country",
    "Société": "Company",
    "Type": "_TYPE",
    "Notes": "Notes",
    "Référence": "Reference",
}
KEY: Final = "ID_DOSSIER"

_TOWNS: Final = ("Paris", "Lyon", "Rennes", "Nantes", "Lille", "Créteil")
#: What changed rows have instead: another telephone and town where every row changes than where some do.
_OTHER: Final = {True: (80_000_000, "Bordeaux"), False: (90_000_000, "Brest")}
_WORDS: Final = ("appel", "relance", "devis", "contrat", "formation", "visite", "client", "site", "projet", "note")


def rows(*, count: int, changed_every: int = 0) -> list[dict[str, Any]]:
    """`count` customers. Of every `changed_every`th, telephone and town are other ones; 0 changes none."""
    words = random.Random(1)  # noqa: S311 - the same words every time
    found = [_row(number, words) for number in range(count)]
    phones, town = _OTHER[changed_every == 1]
    for number in range(0, count, changed_every) if changed_every else ():
        found[number] |= {"Téléphone mobile": f"+336{phones - number:08}", "Ville": town}
    return found


def body(*, count: int, changed_every: int = 0) -> bytes:
    """The same as JSON, about 330 bytes a row."""
    return json.dumps(rows(count=count, changed_every=changed_every), ensure_ascii=False).encode()


def _row(number: int, words: random.Random) -> dict[str, Any]:
    return {
        "Nom usage": f"Durand {number}",
        "Téléphone mobile": f"+336{number:08}",
        "Email": f"client{number}@exemple.fr",
        "ID_DOSSIER": f"DOS-{number:07}",
        "Adresse": f"{number % 200} rue des Lilas",
        "Code postal": f"{number % 95_000:05}",
        "Ville": _TOWNS[number % len(_TOWNS)],
        "Pays": "France",
        "Société": f"Société {number % 500}",
        "Type": 1026 + number % 3,
        "Notes": " ".join(words.choice(_WORDS) for _ in range(words.randint(4, 13))),
        "Référence": f"REF{number:06}",
    }
