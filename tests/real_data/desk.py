"""An integration engineer's desk: a brand with what its templates need, and the use cases every door calls."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.utils import timezone

from integration_admin.accounts.access import Actor, system_actor
from integration_admin.accounts.models import Brand
from sync_app.models import Record, Run
from sync_app.runs.options import FileOptions, ImportOptions
from sync_app.runs.reports.report import operations, report_of
from sync_app.runs.upkeep.verifying import records_digest, verify
from sync_app.runs.verbs.applying import start_apply
from sync_app.runs.verbs.importing import start_import
from sync_app.runs.verbs.retrying import start_retry
from sync_app.runs.verbs.undoing import start_undo
from sync_app.runs.work.perform import perform
from templates_app.library.fields import add_custom_field
from templates_app.library.installing import install

TEMPLATES: Final = Path(__file__).with_name("templates")

#: Fields that are no plain texts, or that several templates of a brand are matched by: `Type._NAME` -> what it is.
FIELDS: Final[dict[str, dict[str, dict[str, Any]]]] = {
    "schools": {
        "Customer._UAI": {"identity": True},
        "Customer._OPENED": {"kind": "Date"},
        "Customer._UPDATED": {"kind": "Date"},
        "Customer._NURSERY": {"kind": "Check"},
        "Customer._SHARED": {"kind": "Check"},
    },
    "shoots": {f"Do.{name}": {"kind": "Double"} for name in ("_LAT", "_LON", "_X", "_Y")},
    "contracts": {
        "Customer._SIRET": {"identity": True},
        "Project._CONTRACT": {"identity": True},
        "Project._SUPPLIERS": {"kind": "ReferenceList", "options": {"target": "Customer"}},
    },
    "centres": {"Customer._OPENED": {"kind": "Date"}, "Customer._CLOSED": {"kind": "Date"}},
    "apprentices": {"Resource._BORN": {"kind": "Date"}},
    "aircraft": {f"Resource.{name}": {"kind": "Numeric"} for name in ("_BUILT", "_SEATS", "_SPEED")},
    "flights": {"Do._MILES": {"kind": "Numeric"}},
    "stores": {
        "Customer._ENTITY": {"identity": True},
        "Customer._SALES": {"kind": "Double"},
        "Customer._CHANGED": {"kind": "Date"},
    },
    "buyers": {"Customer._BORN": {"kind": "Date"}, "Customer._INCOME": {"kind": "Double"}},
}


@dataclass(frozen=True)
class Desk:
    """One brand, worked on by its own people."""

    brand: Brand
    clock: Callable[[], datetime] = timezone.now

    @property
    def actor(self) -> Actor:
        return system_actor(brand=self.brand, name="the tests")

    def install(self, *names: str) -> None:
        """Publish these templates, and what they need of the catalog before."""
        for name in names:
            for target, options in FIELDS.get(name, {}).items():
                entity, field = target.split(".")
                add_custom_field(actor=self.actor, entity_type=entity, name=field, at=self.clock(), **options)
            xml = (TEMPLATES / f"{name}.xml").read_text(encoding="utf-8")
            install(actor=self.actor, name=name, xml=xml, at=self.clock(), create_fields=True)

    def bring(
        self, template: str, body: bytes, *, file_name: str, simulate: bool = False, file: FileOptions | None = None
    ) -> Run:
        """Import a file, to the end."""
        options = ImportOptions(simulate=simulate)
        run = start_import(
            actor=self.actor,
            template=template,
            body=body,
            file_name=file_name,
            options=options,
            file=file or FileOptions(),
            clock=self.clock,
        )
        return self._performed(run)

    def apply(self, run: Run) -> Run:
        return self._performed(start_apply(actor=self.actor, run=run.pk, clock=self.clock))

    def undo(self, run: Run) -> Run:
        return self._performed(start_undo(actor=self.actor, run=run.pk, clock=self.clock))

    def retry(self, run: Run) -> Run:
        return self._performed(start_retry(actor=self.actor, run=run.pk, clock=self.clock))

    def _performed(self, run: Run) -> Run:
        return perform(run=run.pk, holder="the tests", clock=self.clock)

    # --- looking

    def digest(self) -> str:
        return records_digest(self.brand)

    def discrepancies(self) -> list[Any]:
        return verify(brand=self.brand.key)

    def report(self, run: Run) -> dict[str, Any]:
        return report_of(actor=self.actor, run=run)

    def operations(self, run: Run) -> Iterable[dict[str, Any]]:
        return operations(actor=self.actor, run=run)

    def records(self, entity: str, **data: Any) -> list[dict[str, Any]]:
        """The values of the live records of this type with these values, by their id."""
        found = Record.objects.filter(brand=self.brand, entity_type=entity, deleted_at__isnull=True).order_by("pk")
        return [
            {"id": record.pk, **record.data}
            for record in found.iterator()
            if all(record.data.get(name) == value for name, value in data.items())
        ]

    def record(self, entity: str, **data: Any) -> dict[str, Any]:
        """The one record of this type with these values."""
        [found] = self.records(entity, **data)
        return found


def outcomes(run: Run, entity: str) -> dict[str, int]:
    """What became of the records of one type: the outcomes that happened at all."""
    return {word: count for word, count in run.by_type[entity].items() if count and word != "operations"}


def rows(run: Run) -> tuple[int, int]:
    """Rows that stand, and rows that failed."""
    return run.counts["rowsOk"], run.counts["rowsFailed"]
