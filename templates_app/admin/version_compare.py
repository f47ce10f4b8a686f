"""Two versions of a template side by side: what the difference means, and the lines that differ."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from integration_admin.local_time import show_times_of
from integration_admin.whole_numbers import HIGHEST_VERSION, whole_number
from templates_app.admin.pages import page
from templates_app.admin.screen import TemplateScreen
from templates_app.brand_catalog import catalog_of
from templates_app.language.reader import read
from templates_app.mapping.comparing.compare import compare, compare_lines


def compare_versions(screen: TemplateScreen, request: HttpRequest, pk: int) -> HttpResponse:
    """GET `old` and `new`: numbers of versions, in either order: what changed is told from the lower one on."""
    template = screen.found(request, pk)
    numbers = sorted(_number(request, name) for name in ("old", "new"))
    if numbers[0] == numbers[1]:
        return HttpResponseRedirect(reverse("admin:templates_app_template_change", args=[pk]))
    old, new = (screen.found_version(request, pk, number) for number in numbers)
    show_times_of(template.brand)
    return page(
        screen,
        request,
        "compare.html",
        title=f"{template.name} · {old.number} → {new.number}",
        template=template,
        old=old,
        new=new,
        may_change=screen.has_change_permission(request, template),
        differences=compare(read(old.xml).root, read(new.xml).root, catalog_of(template.brand)),
        lines=compare_lines(old.xml, new.xml, context=None if "all" in request.GET else 3),
        whole="all" in request.GET,
    )


def _number(request: HttpRequest, name: str) -> int:
    """The number of a version; what is none names a version that does not exist."""
    return whole_number(request.GET.get(name, ""), highest=HIGHEST_VERSION) or 0
