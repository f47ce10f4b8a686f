"""Settings that the forms of several connectors ask for."""

from __future__ import annotations

from typing import Final

from sync_app.syncs.connectors.base import Setting, Sort
from templates_app.catalog.problems import gettext_noop

EXPORT_TEMPLATE: Final = Setting("template", gettext_noop("Export template there"), required=True, begins_anew=True)
IMPORT_TEMPLATE: Final = Setting("template", gettext_noop("Import template there"), required=True, begins_anew=True)
CHANGES: Final = Setting(
    "changes",
    gettext_noop("Only what changed since the last time"),
    Sort.SWITCH,
    default=True,
    help=gettext_noop("Without this, everything is fetched each time; only so can missing records be noticed."),
)
#: What it means that they are, each connector says for itself.
EVERYTHING: Final = Setting("everything", gettext_noop("All records each time"), Sort.SWITCH, default=False)
