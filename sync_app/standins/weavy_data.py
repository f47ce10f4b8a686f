"""What the stand-in of weavy holds at its start: lifelike, small, and nobody's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sync_app.standins.standin import Clock

Record = dict[str, Any]
Entities = dict[str, dict[str, Record]]

CUSTOMERS: Final = (
    ("C001", "Ateliers du Nord", "Lille", "59000", "contact@ateliers-nord.example", 1200.5),
    ("C002", "Boulangerie Blé d’Or", "Lyon", "69003", "", 310),
    ("C003", "Garage Central", "Rennes", "35000", "garage@central.example", 69.33),
    ("C004", "Müller & Söhne", "Strasbourg", "67000", "info@mueller.example", None),
)
CONTACTS: Final = (("K01", "Faure", "Ana", "C001"), ("K02", "Petit", "Max", "C001"), ("K03", "Roy", "Léa", "C003"))
TRANSLATED: Final = {"customer": ("Kunde", "Customer", "Client"), "customercontact": ("Kontakt", "Contact", "Contact")}


class Moments:
    """When records changed: each at a moment of its own, to the second, as `srvDateUTC` has it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = clock() - timedelta(days=1)

    def before(self) -> str:
        """The moment of something that was there from the start."""
        self._last += timedelta(seconds=1)
        return self._text()

    def next(self) -> str:
        """The moment of a change."""
        self._last = max(self._clock(), self._last + timedelta(seconds=1))
        return self._text()

    def _text(self) -> str:
        return self._last.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def seeded(moments: Moments) -> Entities:
    """entity -> code -> record."""
    customers: list[Record] = [
        {
            "customer_ID": code,
            "name": name,
            "city": city,
            "postalCode": postal_code,
            "email": email or None,
            "turnover": turnover,
            "isActive": True,
        }
        for code, name, city, postal_code, email, turnover in CUSTOMERS
    ]
    contacts: list[Record] = [
        {"customercontact_ID": code, "lastName": last, "firstName": first, "customer_ID": customer}
        for code, last, first, customer in CONTACTS
    ]
    listed = {"customer": customers, "customercontact": contacts}
    return {entity: _coded(entity, rows, moments) for entity, rows in listed.items()}


def _coded(entity: str, rows: list[Record], moments: Moments) -> dict[str, Record]:
    stamped = ({**row, "srvExport": 0, "srvDateUTC": moments.before(), "srvAttrib": 0} for row in rows)
    return {row[f"{entity}_ID"]: kept(entity, row) for row in stamped}


def kept(entity: str, record: Record) -> Record:
    """A record with its code first and the columns of the system last."""
    code = f"{entity}_ID"
    system = [name for name in record if name.startswith("srv")]
    own = [name for name in record if name != code and name not in system]
    return {name: record[name] for name in (code, *own, *system)}


def described(entity: str, held: dict[str, Record]) -> dict[str, Any]:
    """An entity of the dictionary: its fields, with their types and how they are called."""
    names = list(dict.fromkeys(name for record in held.values() for name in record))
    return {
        "entityName": entity,
        "translations": _translations(*TRANSLATED.get(entity, (entity,) * 3)),
        "fields": [
            {
                "fieldName": name,
                "translations": _translations(name, name, name),
                "fieldType": _type(name, entity, [record.get(name) for record in held.values()]),
                "fieldLength": None if name.endswith("_ID") and name != f"{entity}_ID" else 255,
            }
            for name in names
        ],
    }


def _translations(german: str, english: str, french: str) -> list[dict[str, str]]:
    texts = {"DE": german, "EN": english, "FR": french}
    return [{"languageCode": code, "text": text} for code, text in texts.items()]


def _type(name: str, entity: str, values: list[Any]) -> str:
    if name.endswith("_ID"):
        return "text" if name == f"{entity}_ID" else "text(foreignkey)"
    if name == "srvDateUTC":
        return "datetime"
    kinds = {type(value) for value in values if value is not None}
    return (
        "bool"
        if kinds == {bool}
        else "int"
        if kinds == {int}
        else "decimal"
        if kinds <= {int, float} and kinds
        else "text"
    )


def parse_moment(text: str) -> datetime | None:
    """A moment with `T` or a blank between date and time; None for what is none."""
    try:
        return datetime.fromisoformat(text.strip().replace(" ", "T").removesuffix("Z"))
    except ValueError:
        return None
