"""Pages of the site that belong to no screen; they stand before the theme's of the same address."""

from __future__ import annotations

from django.contrib import admin
from django.urls import path

from sync_app.admin.home import dashboard, search

urlpatterns = [
    path("search/", admin.site.admin_view(search.results), name="search"),
    path("running/", admin.site.admin_view(dashboard.running), name="dashboard_running"),
]
