"""What the stand-in of PlanningPME holds at its start: lifelike, small, and nobody's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sync_app.standins.standin import Clock

Row = dict[str, Any]
Rows = dict[int, Row]
#: Column of a template -> where the value stands in a record; the first one is the key.
Columns = Mapping[str, str]

CUSTOMER: Final[Columns] = {
    "ID_DOSSIER": "fields.IDDOSSIER",
    "Nom usage": "lastName",
    "Téléphone mobile": "mobile",
    "Email": "email",
}
PROJECT: Final[Columns] = {"CODE": "fields.CODE", "Libellé": "label", "Début": "startDate", "Fin": "endDate"}
IMPORTS: Final[dict[str, tuple[str, Columns]]] = {
    "client-import": ("customer", CUSTOMER),
    "project-import": ("project", PROJECT),
}
EXPORTS: Final[dict[str, tuple[str, Columns]]] = {
    "client-export": ("customer", CUSTOMER),
    "project-export": ("project", PROJECT),
}
PEOPLE: Final = (
    ("D-101", "Roy", "+33 6 12 34 56 01", "lea.roy@example.org"),
    ("D-102", "Petit", "+33 6 12 34 56 02", "max.petit@example.org"),
    ("D-103", "Faure", "", "ana.faure@example.org"),
    ("D-104", "Nguyễn", "+33 6 12 34 56 04", "linh@example.org"),
    ("D-105", "O’Brien", "+33 6 12 34 56 05", ""),
    ("D-106", "Lefèvre", "+33 6 12 34 56 06", "jo.lefevre@example.org"),
)
WORKS: Final = (
    ("P-1", "Cuisine Martin", "2026-03-02T08:00:00", "2026-03-20T17:00:00"),
    ("P-2", "Toiture école", "", ""),
)
TASKS: Final = ("Coaching", "Cours d’anglais", "Dépannage", "Livraison", "Rendez-vous")
FIRST_KEY: Final = 1000


class Moments:
    """When things changed: each a second after the one before at least, so that `since` can tell them apart."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = clock() - timedelta(days=1)

    def before(self) -> str:
        """The moment of something that was there from the start."""
        self._last = self._last.replace(microsecond=0) + timedelta(seconds=1)
        return self.text(self._last)

    def next(self) -> str:
        """The moment of a change, as JSON has it."""
        now = self._clock().replace(microsecond=0)
        self._last = max(now, self._last.replace(microsecond=0) + timedelta(seconds=1))
        return self.text(self._last)

    def cursor(self) -> str:
        """Up to the last change."""
        return "c-" + self._last.strftime("%Y%m%d%H%M%S")

    def read(self, text: str) -> str | None:
        """The moment that `since` or a cursor names; None for what names none."""
        digits = text.removeprefix("c-")
        if len(digits) != 14 or not digits.isdigit():
            return None
        return self.text(datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC))

    @staticmethod
    def text(moment: datetime) -> str:
        return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def seeded(moments: Moments) -> dict[str, Rows]:
    """entity -> key -> record."""
    customers = [
        {
            "label": name,
            "type": "Individual",
            "lastName": name,
            "mobile": mobile,
            "email": email,
            "fields": {"IDDOSSIER": code},
            "notValid": False,
        }
        for code, name, mobile, email in PEOPLE
    ]
    projects = [
        {
            "label": label,
            "startDate": start or None,
            "endDate": end or None,
            "fields": {"CODE": code},
            "notValid": False,
        }
        for code, label, start, end in WORKS
    ]
    tasks = [
        {"label": label, "type": 1467, "style": {"backgroundColor": "#65A18D", "color": "#000000"}} for label in TASKS
    ]
    listed: dict[str, list[Row]] = {"customer": customers, "project": projects, "task": tasks}
    return {entity: _keyed(rows, moments) for entity, rows in listed.items()}


def _keyed(rows: list[Row], moments: Moments) -> Rows:
    return {key: {"key": key} | row | {"modified": moments.before()} for key, row in enumerate(rows, start=FIRST_KEY)}


def without_moment(row: Row) -> Row:
    """A record as it is sent."""
    return {name: value for name, value in row.items() if name != "modified"}


def exported(row: Row, columns: Columns) -> Row:
    """A record with the names of a template."""
    return {name: value_at(row, place) for name, place in columns.items()}


def value_at(row: Row, place: str) -> Any:
    """The value of `email`, or of `fields.CODE`; empty text for none."""
    outer, _, inner = place.partition(".")
    value = row.get(outer)
    return ((value or {}).get(inner) if inner else value) or ""


def put_at(row: Row, place: str, value: Any) -> None:
    """Sets what `value_at` reads."""
    outer, _, inner = place.partition(".")
    if inner:
        row[outer] = {**row.get(outer, {}), inner: value}
    else:
        row[outer] = value


def template_descriptions() -> list[dict[str, Any]]:
    """The installed templates, import ones marked `in`."""
    sides = (("in", IMPORTS), ("out", EXPORTS))
    return [
        {"name": name, "direction": side, "version": 1, "types": [entity], "model": dict.fromkeys(columns, "")}
        for side, templates in sides
        for name, (entity, columns) in templates.items()
    ]
