"""The product in one brand of its own, driven as its doors drive it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable

from django.utils import timezone

from integration_admin.accounts.access import system_actor
from integration_admin.accounts.brands import create_brand
from integration_admin.accounts.models import Brand
from sync_app.models import Run, RunStatus
from sync_app.runs.options import FileOptions, ImportOptions
from sync_app.runs.verbs.applying import start_apply
from sync_app.runs.verbs.exporting import open_export
from sync_app.runs.verbs.importing import begin_import
from sync_app.runs.verbs.undoing import start_undo
from sync_app.runs.work.job import Progress
from sync_app.runs.work.perform import perform
from templates_app.library.fields import add_custom_field
from templates_app.library.installing import install
from templates_app.sources.rows import Source
from templates_app.sources.writers.items import write_items
from tests.bench.payload import FIELDS

IMPORT = "bench-import"
EXPORT = "bench-export"
BY = "the benchmark"


def import_template() -> str:
    properties = "".join(f'<Property Name="{name}" Type="Customer" Field="{field}"/>' for name, field in FIELDS.items())
    return f'<In><Type Name="Customer" ShouldInsert="true" ShouldUpdate="true" Match="_IDDOSSIER"/>{properties}</In>'


def export_template() -> str:
    properties = "".join(f'<Property Name="{name}" Type="Customer" Field="{field}"/>' for name, field in FIELDS.items())
    return f'<Out><Type Name="Customer"/>{properties}</Out>'


class Unfinished(RuntimeError):
    """A run did not do what is being measured."""


class Product:
    """One brand with the two templates. `on_chunk` is called at the end of each chunk of a run."""

    def __init__(self, brand: Brand) -> None:
        self._actor = system_actor(brand=brand, name=BY)
        self.on_chunk: Callable[[], None] = unnoticed

    def import_body(self, body: bytes, *, simulate: bool = False) -> Run:
        begun = begin_import(
            actor=self._actor,
            template=IMPORT,
            body=body,
            file_name="",
            kind=None,
            options=ImportOptions(simulate=simulate),
            file=FileOptions(),
            trigger="api",
            clock=timezone.now,
        )
        return self._perform(begun.run, opened=begun.source)

    def apply(self, plan: Run) -> Run:
        return self._perform(start_apply(actor=self._actor, run=plan.pk, clock=timezone.now))

    def undo(self, run: Run) -> Run:
        return self._perform(start_undo(actor=self._actor, run=run.pk, clock=timezone.now))

    def export(self) -> int:
        """Everything as a JSON file; gives the number of items."""
        export = open_export(actor=self._actor, template=EXPORT, clock=timezone.now)
        with export, tempfile.TemporaryFile() as out:
            return write_items(export.items, kind="json", columns=export.columns, out=out, rows_name=export.rows_name)

    def _perform(self, run: Run, *, opened: Source | None = None) -> Run:
        done = perform(run=run.pk, holder=BY, clock=timezone.now, on_progress=self._progressed, opened=opened)
        return _succeeded(done)

    def _progressed(self, progress: Progress) -> None:
        self.on_chunk()


def unnoticed() -> None:
    """Nobody counts chunks."""


def new_product(key: str) -> Product:
    """A new brand that has the two templates and the fields they need."""
    now = timezone.now()
    brand = create_brand(key=key, name=key, sandbox=False, at=now, by=BY, time_zone="Europe/Paris")
    actor = system_actor(brand=brand, name=BY)
    add_custom_field(actor=actor, entity_type="Customer", name="_IDDOSSIER", at=now, match=True, identity=True)
    add_custom_field(actor=actor, entity_type="Customer", name="_TYPE", kind="Numeric", at=now)
    install(actor=actor, name=IMPORT, xml=import_template(), at=now)
    install(actor=actor, name=EXPORT, xml=export_template(), at=now)
    return Product(brand)


def _succeeded(run: Run) -> Run:
    if run.status != RunStatus.SUCCEEDED:
        raise Unfinished(f"{run} ended as {run.status}: {run.error or run.statistics}")
    return run
