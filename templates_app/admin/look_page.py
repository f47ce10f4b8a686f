"""What the page asks while somebody writes: the text, with changes made in the mapping, looked at once more."""

from __future__ import annotations

import json
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from integration_admin.accounts.access import Actor, NotAllowed
from templates_app.admin.meanwhile import saved_meanwhile
from templates_app.admin.pages import actor_in
from templates_app.admin.panes import panes
from templates_app.admin.screen import TemplateScreen
from templates_app.brand_catalog import catalog_of, setting_of
from templates_app.library import LibraryRefused, add_custom_field, refusal_in_words
from templates_app.library.looking import look_at

#: The page knows an answer of ours by this header, and never shows a page to sign in where the mapping was.
MARK: Final = "X-Looked"
MAX_CHANGES: Final = 200


def look(screen: TemplateScreen, request: HttpRequest, pk: int) -> HttpResponse:
    """POST `xml`, `changes` and `open` (JSON lists), and `act` (a JSON object): the panes as they are then."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    template = screen.found(request, pk, to_change=True)
    try:
        changes = json_list(request.POST.get("changes", ""))
        open_paths = json_list(request.POST.get("open", ""))
        act = json.loads(request.POST.get("act") or "{}")
    except (ValueError, RecursionError):
        return HttpResponseBadRequest("Send JSON.")
    if not isinstance(act, dict) or len(changes) > MAX_CHANGES:
        return HttpResponseBadRequest("Send a JSON object, and fewer changes at a time.")
    told = _acted(actor_in(request, template.brand), act) if act else ""
    looked = look_at(
        xml=request.POST.get("xml", "").replace("\r\n", "\n"),
        catalog=catalog_of(template.brand),
        setting=setting_of(template.brand),
        changes=[change if isinstance(change, dict) else {} for change in changes],
        open_paths=[str(path) for path in open_paths],
    )
    context = panes(looked)
    context["answer"] = {**context["answer"], "changed": bool(changes) and looked.refused is None, "told": told}
    context |= {"template": template, "meanwhile": saved_meanwhile(template, seen=request.POST.get("seen", ""))}
    response = TemplateResponse(request, "templates_app/editor/look.html", context)
    response.headers[MARK] = "1"
    return response


def json_list(text: str) -> list[Any]:
    """A JSON list, none for an empty text. Raises ValueError."""
    found = json.loads(text or "[]")
    if not isinstance(found, list):
        raise ValueError("no list")
    return found


def _acted(actor: Actor, act: dict[str, Any]) -> str:
    """Carries out a quick fix that is an act of the library; what to tell about it."""
    given = {name: str(act.get(name, "")) for name in ("act", "entity", "name", "kind", "target", "identity")}
    if given["act"] != "create_field":
        return ""
    options = {"target": given["target"]} if given["target"] else {}
    try:
        field = add_custom_field(
            actor=actor,
            entity_type=given["entity"],
            name=given["name"],
            kind=given["kind"] or "Text",
            options=options,
            identity=given["identity"] == "true",
            at=timezone.now(),
        )
    except LibraryRefused as refused:
        return refusal_in_words(refused)
    except NotAllowed as refused:
        raise PermissionDenied from refused
    return _("The field %(field)s was created.") % {"field": field}
