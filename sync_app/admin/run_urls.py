"""The addresses of the pages of runs beside the list and the report."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.contrib.admin import AdminSite
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from integration_admin.scoped_admin import BrandScopedAdmin
from sync_app.admin import run_groups, run_verbs, run_why

View = Callable[..., HttpResponseBase]


def run_urls(screen: BrandScopedAdmin, site: AdminSite) -> list[URLPattern]:
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
    return [
        path(route, site.admin_view(partial(view, screen)), name=f"sync_app_run_{name}") for route, view, name in pages
    ]
