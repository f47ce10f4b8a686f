"""Where each dialect is mounted."""

from __future__ import annotations

from django.urls import include, path

from sync_app.api.metrics import metrics

urlpatterns = [
    path("metrics", metrics, name="metrics"),
    path("", include("sync_app.api.openapi.urls")),
    path("", include("sync_app.api.dialects.planningpme.urls")),
]
