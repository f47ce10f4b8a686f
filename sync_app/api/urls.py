"""Where each dialect is mounted."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("sync_app.api.dialects.planningpme.urls")),
]
