"""The pages of the import wizard: bring a file, look at it, start. A look only reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from unfold.widgets import RADIO_CLASSES, TEXTAREA_CLASSES

from integration_admin.accounts.brand_choice import chosen_brand
from integration_admin.accounts.models import Brand, Right
from integration_admin.scoped_admin import BrandScopedAdmin, brand_ids
from sync_app.admin.pages import REFUSALS, page, tell
from sync_app.admin.run_verbs import HOLDER, address_of
from sync_app.admin.wizard import words
from sync_app.admin.wizard.asked import Asked, asked_of, options_of
from sync_app.admin.wizard.words import Wrong, wrong_of
from sync_app.models import Upload
from sync_app.runs.options import ImportOptions
from sync_app.runs.sentences import message
from sync_app.runs.uploads.fit import Candidate, candidates
from sync_app.runs.uploads.keeping import KeptBody, UploadNotFound, drop_upload, keep_upload, list_uploads
from sync_app.runs.uploads.look import Look, look
from sync_app.runs.uploads.outlook import outlooks
from sync_app.runs.uploads.start import import_upload
from templates_app.admin.pages import actor_in
from templates_app.catalog.problems import Problem

START: Final = "sync_app_import"
OFFERED: Final = 3
NAMES_SHOWN: Final = 60
#: What surrounds a file in the body of a form.
ROOM_FOR_FORM: Final = 64 * 1024


def longest_body() -> int:
    """Bytes of a request that may still hold a file that is small enough."""
    return int(settings.MAX_BODY_BYTES) + ROOM_FOR_FORM


def bring(screen: BrandScopedAdmin, request: HttpRequest) -> HttpResponse:
    """GET: a file or pasted rows are asked for. POST: they are kept, and the look at them follows."""
    brands = Brand.objects.filter(pk__in=brand_ids(request, Right.IMPORT)).order_by("name", "pk")
    asked = request.POST.get("brand") or request.GET.get("brand", "")
    named = next((one for one in brands if str(one.pk) == asked), None)
    brand = named or _default(request, brands)
    template = request.GET.get("template", "")
    if request.method == "POST":
        # Rows for a brand that is no longer this person's are nobody else's either.
        into = named if asked else brand
        return _keep(request, into, template) if into is not None else _brand_needed(request)
    waiting = list_uploads(actor=actor_in(request, brand)) if brand is not None else []
    return _framed(
        screen,
        request,
        "import.html",
        title=_("Import"),
        brand=brand,
        brands=list(brands),
        template=template,
        waiting=waiting,
        limit=settings.MAX_BODY_BYTES,
        rows_limit=settings.MAX_ROWS,
        textarea_class=" ".join(TEXTAREA_CLASSES),
    )


@dataclass(frozen=True, slots=True)
class Visit:
    """A look at one file: what was asked for, and what is wrong with starting it so."""

    upload: Upload
    asked: Asked
    options: ImportOptions
    wrong: Wrong | None = None


def check(screen: BrandScopedAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """GET: what the file is and what would come of it. POST: the import starts, or what is wrong is said."""
    upload = screen.get_queryset(request).filter(pk=pk).first()
    if upload is None:
        return _gone(screen, request)
    visit = Visit(upload, asked_of(request.GET), options_of(request.GET))
    if request.method != "POST":
        return _show(screen, request, visit)
    visit = replace(visit, options=options_of(request.POST))
    try:
        return HttpResponseRedirect(address_of(_start(request, visit)))
    except UploadNotFound:
        return _gone(screen, request)
    except REFUSALS as refused:
        answer = _show(screen, request, replace(visit, wrong=wrong_of(refused)))
        answer.status_code = 422
        return answer


def remove(screen: BrandScopedAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """POST: the file is forgotten."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    upload = screen.get_queryset(request).filter(pk=pk).first()
    if upload is None:
        return _gone(screen, request)
    drop_upload(actor=actor_in(request, upload.brand), upload=pk)
    return HttpResponseRedirect(f"{reverse(f'admin:{START}')}?brand={upload.brand_id}")


def too_large(request: HttpRequest) -> HttpResponse:
    """For a body that is not read at all."""
    sentence = message(Problem("body_too_large", {"limit": settings.MAX_BODY_BYTES}))
    if _by_script(request):
        return JsonResponse({"message": sentence}, status=413)
    messages.error(request, sentence)
    return HttpResponseRedirect(reverse(f"admin:{START}"))


def _default(request: HttpRequest, brands: Iterable[Brand]) -> Brand | None:
    """The brand that is looked at, if it can be imported into, or the only one; of several none is meant."""
    looked_at = chosen_brand(request)
    listed = list(brands)
    if not listed:
        raise PermissionDenied
    if looked_at in listed:
        return looked_at
    return listed[0] if len(listed) == 1 else None


def _brand_needed(request: HttpRequest) -> HttpResponse:
    sentence = _("Say first which brand the rows are for.")
    if _by_script(request):
        return JsonResponse({"message": sentence}, status=422)
    messages.error(request, sentence)
    return HttpResponseRedirect(request.get_full_path())


def _keep(request: HttpRequest, brand: Brand, template: str) -> HttpResponse:
    file = request.FILES.get("file")
    chunks: Iterable[bytes] = file.chunks() if file else (request.POST.get("text", "").encode(),)
    try:
        kept = keep_upload(
            actor=actor_in(request, brand),
            chunks=chunks,
            file_name=(file.name or "") if file and "pasted" not in request.POST else "",
            at=timezone.now(),
        )
    except REFUSALS as refused:
        if _by_script(request):
            return JsonResponse({"message": wrong_of(refused).sentence}, status=422)
        tell(request, refused)
        return HttpResponseRedirect(request.get_full_path())
    following = reverse("admin:sync_app_import_check", args=[kept.pk])
    if template:
        following += f"?{asked_of(request.GET).query(template=template)}"
    return JsonResponse({"next": following}) if _by_script(request) else HttpResponseRedirect(following)


def _start(request: HttpRequest, visit: Visit) -> int:
    run = import_upload(
        actor=actor_in(request, visit.upload.brand),
        upload=visit.upload.pk,
        template=visit.asked.template,
        kind=visit.asked.kind,
        options=visit.options,
        file=visit.asked.file,
        holder=HOLDER,
        clock=timezone.now,
    )
    return int(run.pk)


def _show(screen: BrandScopedAdmin, request: HttpRequest, visit: Visit) -> HttpResponse:
    upload, asked, wrong = visit.upload, visit.asked, visit.wrong
    body, actor = KeptBody(upload), actor_in(request, upload.brand)
    offered = candidates(actor=actor, body=body, reading=asked.reading)
    chosen = _chosen(offered, asked)
    seen = chosen.look if chosen is not None else look(body, reading=asked.reading)
    if seen.refused is not None:
        wrong = wrong or wrong_of(seen.refused)
    best = _first(offered, chosen)
    return _framed(
        screen,
        request,
        "import_check.html",
        title=_("Import %(file)s") % {"file": upload.file_name or _("pasted rows")},
        brand=upload.brand,
        upload=upload,
        asked=asked,
        options=visit.options,
        wrong=wrong,
        seen=seen,
        chosen=chosen,
        offered=best,
        others=[one for one in offered if one not in best],
        may_write=actor.may(Right.TEMPLATES),
        not_offered=asked.template if asked.template and chosen is None else "",
        query=asked.query(template=chosen.name if chosen is not None else ""),
        outlooks=outlooks(upload.brand, chosen.types) if chosen is not None else (),
        unused=chosen.unused[:NAMES_SHOWN] if chosen is not None else (),
        radio_class=" ".join(RADIO_CLASSES),
        **_reading(asked, seen, chosen),
    )


def _reading(asked: Asked, seen: Look, chosen: Candidate | None) -> dict[str, Any]:
    """How the file is read, with what else could be said, and its first rows."""
    return {
        "kinds": words.kinds(asked, seen),
        "encodings": words.encodings(asked, seen),
        "delimiters": words.delimiters(asked, seen),
        "sheets": words.sheets(asked, seen),
        "headers": words.headers(asked, seen),
        "header_doubted": words.header_doubted(seen, chosen),
        "notes": words.notes(seen),
        "columns": words.columns(seen, chosen),
        "more_columns": max(len(seen.columns) - words.COLUMNS_SHOWN, 0),
        "lines": words.lines(seen),
    }


def _chosen(offered: list[Candidate], asked: Asked) -> Candidate | None:
    """The template that was asked for; where none was, the one that fits best, if it fits well."""
    if asked.template:
        return next((one for one in offered if one.name == asked.template), None)
    return offered[0] if offered and offered[0].good else None


def _first(offered: list[Candidate], chosen: Candidate | None) -> list[Candidate]:
    """The best few that have anything in common with the file, and the chosen one."""
    best = [one for one in offered[:OFFERED] if one.found]
    return best if chosen is None or chosen in best else [*best, chosen]


def _gone(screen: BrandScopedAdmin, request: HttpRequest) -> HttpResponse:
    """404: there is no such file, or it is somebody else's."""
    answer = _framed(screen, request, "import_gone.html", title=_("This file is no longer here"))
    answer.status_code = 404
    return answer


def _framed(screen: BrandScopedAdmin, request: HttpRequest, name: str, **context: Any) -> HttpResponse:
    """A page headed by its title alone: files on their way have no list to stand in."""
    return page(screen, request, name, opts=None, content_title=context["title"], **context)


def _by_script(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")
