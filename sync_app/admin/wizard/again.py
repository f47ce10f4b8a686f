"""From a run that broke off back to the wizard, with its file or what is left of it, read as it was read then."""

from __future__ import annotations

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from integration_admin.accounts.models import Right
from integration_admin.scoped_admin import BrandScopedAdmin, brand_ids
from sync_app.admin.pages import REFUSALS, tell
from sync_app.admin.run_verbs import address_of
from sync_app.admin.wizard.asked import OTHER, SIGNS, Asked
from sync_app.models import Run
from sync_app.runs.uploads.again import bring_again
from templates_app.admin.pages import actor_in

WORDS: Final = {sign: word for word, sign in SIGNS.items()}


def again(screen: BrandScopedAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """POST, `what` whole or rest: the file is on its way once more, and is looked at."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    runs = Run.objects.filter(brand__in=brand_ids(request, Right.IMPORT)).select_related("brand", "template_version")
    run = runs.filter(pk=pk).first()
    if run is None:
        raise Http404
    rest = request.POST.get("what") == "rest"
    try:
        upload = bring_again(
            actor=actor_in(request, run.brand), run=run.pk, what="rest" if rest else "whole", at=timezone.now()
        )
    except REFUSALS as refused:
        tell(request, refused)
        return HttpResponseRedirect(address_of(run.pk))
    version = run.template_version
    query = _read_as(run.source, rest=rest).query(template=version.template.name if version is not None else "")
    return HttpResponseRedirect(f"{reverse('admin:sync_app_import_check', args=[upload.pk])}?{query}")


def _read_as(kept: dict[str, Any], *, rest: bool) -> Asked:
    """How the run read the file. What is left of one is written in UTF-8, and with a header where it had none."""
    delimiter = str(kept.get("delimiter", ""))
    header = kept.get("header_row") if kept.get("kind") != "json" else None
    return Asked(
        template="",
        kind=str(kept.get("kind", "")),
        encoding="" if rest or kept.get("kind") != "csv" else str(kept.get("encoding", "")),
        delimiter=WORDS.get(delimiter, OTHER if delimiter else ""),
        delimiter_other="" if delimiter in WORDS else delimiter,
        sheet=str(kept.get("sheet", "")),
        header_row=None if rest and not header else header,
    )
