"""django-import-export on a plain table of 12 columns: as documented, and at its fastest.

`ie_diff` is its fastest that still reports the differences of a row's fields, `ie_fast` reports only whether a row was
new, updated or skipped.
It keeps neither journal nor payload nor run, and knows no templates: the comparison favours it.
"""

from __future__ import annotations

import json
from typing import Any, Final

from django.db import connection, models
from import_export.instance_loaders import CachedInstanceLoader
from import_export.resources import modelresource_factory, tablib

from tests.bench.payload import FIELDS

COLUMNS: Final = tuple(field.lstrip("_").lower() for field in FIELDS.values())


class PlainCustomer(models.Model):
    """The 12 columns; the key is unique, as it is in the product."""

    lastname = models.CharField(max_length=255)
    mobile = models.CharField(max_length=255)
    email = models.CharField(max_length=255)
    iddossier = models.CharField(max_length=255, unique=True)
    address = models.CharField(max_length=255)
    zip = models.CharField(max_length=255)
    city = models.CharField(max_length=255)
    country = models.CharField(max_length=255)
    company = models.CharField(max_length=255)
    type = models.BigIntegerField()
    notes = models.TextField()
    reference = models.CharField(max_length=255)

    class Meta:
        app_label = "bench"
        abstract = True

    def __str__(self) -> str:
        return self.iddossier


class FastCustomer(PlainCustomer):
    class Meta(PlainCustomer.Meta):
        abstract = False


class DiffCustomer(PlainCustomer):
    class Meta(PlainCustomer.Meta):
        abstract = False


class DefaultCustomer(PlainCustomer):
    class Meta(PlainCustomer.Meta):
        abstract = False


KEYED: Final = {"import_id_fields": ("iddossier",), "fields": COLUMNS}
#: Bulk writes, unchanged rows skipped and reported, one look-up for all instances, no HTML of differences. Batches are
#: small because its bulk update costs by the square of their size.
FAST: Final = KEYED | {
    "instance_loader_class": CachedInstanceLoader,
    "use_bulk": True,
    "batch_size": 100,
    "skip_unchanged": True,
    "report_skipped": True,
    "skip_diff": False,
    "skip_html_diff": True,
}
#: Name -> the table and the options of its resource. As documented, nothing is set but the model and its key.
PEERS: Final[dict[str, tuple[type[PlainCustomer], dict[str, Any]]]] = {
    "ie_fast": (FastCustomer, FAST),
    "ie_diff": (DiffCustomer, FAST | {"skip_html_diff": False}),
    "ie_default": (DefaultCustomer, KEYED),
}


class Peer:
    """One resource and its table."""

    def __init__(self, name: str) -> None:
        self._model, options = PEERS[name]
        self._resource = modelresource_factory(self._model, meta_options=options)
        with connection.schema_editor() as editor:
            editor.create_model(self._model)

    def import_body(self, body: bytes, *, simulate: bool = False) -> None:
        rows = json.loads(body)
        dataset = tablib.Dataset(*(tuple(row.values()) for row in rows), headers=COLUMNS)
        result = self._resource().import_data(dataset, dry_run=simulate, raise_errors=True)
        if result.has_errors() or len(result.rows) != len(rows):
            raise AssertionError(f"the peer gave {result.totals}")

    def export(self) -> None:
        exported: Any = self._resource().export(self._model._default_manager.order_by("pk"))
        if not exported.json:
            raise AssertionError("the peer exported nothing")
