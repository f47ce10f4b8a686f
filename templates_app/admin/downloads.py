"""Files to take away: the text of a version, and the schema of the language."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from templates_app.admin.screen import TemplateScreen
from templates_app.language.schema import xsd


def download(screen: TemplateScreen, request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The XML, byte for byte as it was saved."""
    version = screen.found_version(request, pk, number)
    return _file(version.xml, f"{version.template.name}-{version.number}.xml")


def schema(screen: TemplateScreen, request: HttpRequest) -> HttpResponse:
    """The XML Schema, for editors outside this site."""
    return _file(xsd(), "templates.xsd")


def _file(text: str, name: str) -> HttpResponse:
    response = HttpResponse(text.encode(), content_type="application/xml; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
