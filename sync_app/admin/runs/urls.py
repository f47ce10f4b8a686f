"""The addresses of the pages of runs beside the list and the report."""

from __future__ import annotations

from django.urls import URLPattern

from integration_admin.framed_pages import View, addresses
from integration_admin.scoped_admin import BrandScopedAdmin
from sync_app.admin import run_verbs
from sync_app.admin.runs import groups as run_groups
from sync_app.admin.runs import why as run_why


def run_urls(screen: BrandScopedAdmin) -> list[URLPattern]:
    """Each behind the sign-in, given the screen that says which runs a person sees."""
    pages: list[tuple[str, View, str]] = [
        ("<int:pk>/apply/", run_verbs.apply_it, "apply"),
        ("<int:pk>/undo/", run_verbs.undo_it, "undo"),
        ("<int:pk>/retry/", run_verbs.retry_it, "retry"),
        ("<int:pk>/cancel/", run_verbs.cancel_it, "cancel"),
        ("<int:pk>/failed/", run_verbs.failed_rows, "failed"),
        ("<int:pk>/operations/", run_verbs.operations_file, "file"),
        ("<int:pk>/operations/<int:seq>/", run_why.show, "why"),
        ("<int:pk>/rows/", run_groups.rows, "rows"),
        ("<int:pk>/rows/<int:number>/", run_groups.row, "row"),
    ]
    return addresses(screen, "sync_app_run", pages)
