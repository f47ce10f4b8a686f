"""The addresses of the documentation."""

from __future__ import annotations

from django.urls import re_path

from sync_app.api.dialects.planningpme.urls import BRAND
from sync_app.api.openapi.views import DocumentDoor, IndexDoor, enter, home

app_name = "documentation"

urlpatterns = [
    re_path(rf"^{BRAND}/doc/?$", home, name="home"),
    re_path(rf"^{BRAND}/doc/index/?$", IndexDoor.as_view(), name="index"),
    re_path(rf"^{BRAND}/doc/enter$", enter, name="enter"),
    re_path(rf"^{BRAND}/doc/openapi\.json$", DocumentDoor.as_view(), name="document"),
]
