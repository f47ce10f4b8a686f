"""`/{brand}/doc/…`: the document for programs, the page for people, and the way in for who is signed in to the site."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views import defaults
from django.views.decorators.http import require_safe
from rest_framework.request import Request

from integration_admin.accounts.access import NotAllowed, NotAuthenticated, site_actor
from integration_admin.accounts.authentication import authenticate_appkey
from integration_admin.accounts.models import AppKey, Brand
from integration_admin.accounts.names import brand_key
from integration_admin.languages import language_of_page
from sync_app.api.dialects.base import Door
from sync_app.api.dialects.planningpme.requests import query_of
from sync_app.api.dialects.planningpme.responses import json_answer
from sync_app.api.dialects.planningpme.views.door import PlanningpmeDoor
from sync_app.api.openapi.audience import Audience, of_actor, of_key
from sync_app.api.openapi.document import document
from sync_app.api.openapi.first_call import first_call
from sync_app.api.openapi.passes import carried_key, drop_carried, give_pass, read_pass, signed_in
from sync_app.api.problems import ApiProblem

SEE_OTHER: Final = 303
REFUSED: Final = "refused"
LONGEST_FORM: Final = 64 * 1024
# Scripts and data from here alone; the library that shows the document sets styles of its own.
POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


class DocumentDoor(PlanningpmeDoor):
    """The OpenAPI document, for an application key, with a token too, or for the pass of the page."""

    http_method_names = ["get", "head"]
    audience: Audience

    def language_of(self, request: HttpRequest) -> str:
        return super().language_of(request) if "HTTP_X_APPKEY" in request.META else language_of_page(request)

    def find_key(self, *, brand: str, now: datetime) -> AppKey | None:
        if "HTTP_X_APPKEY" in self.http.META:
            return super().find_key(brand=brand, now=now)
        self.audience = read_pass(self.http, brand=brand, now=now)
        return None

    def admit(self, *, key: AppKey | None, now: datetime) -> None:
        if key is not None and "HTTP_AUTHORIZATION" in self.http.META:
            super().admit(key=key, now=now)
            self.audience = of_actor(self.actor)
        elif key is not None:
            self.audience = of_key(key)

    def get(self, request: Request, brand: str) -> HttpResponse:
        query_of(self.http, known=())
        return json_answer(document(audience=self.audience, origin=_origin(self.http)))


class IndexDoor(Door):
    """The page. A key that comes in the address, or in the form, is exchanged for a pass and taken out of sight."""

    http_method_names = ["get", "head", "post"]

    def language_of(self, request: HttpRequest) -> str:
        return language_of_page(request)

    def find_key(self, *, brand: str, now: datetime) -> AppKey | None:
        """None: whoever has no pass yet is asked for a key."""
        return None

    def admit(self, *, key: AppKey | None, now: datetime) -> None:
        """Everybody may look at the question."""

    def largest_body(self) -> int:
        return LONGEST_FORM

    def refuse(self, request: HttpRequest, error: Exception) -> HttpResponseBase:
        """The page of the site: this one looks at the host."""
        return defaults.bad_request(request, error)

    def write_problem(self, problem: ApiProblem) -> HttpResponseBase:
        return render(self.http, "sync_app/documentation/problem.html", {"problem": problem}, status=problem.status)

    def get(self, request: Request, brand: str) -> HttpResponseBase:
        if "appkey" in self.http.GET:
            return self._exchanged(brand, self.http.GET["appkey"])
        try:
            audience = read_pass(self.http, brand=brand, now=self.clock())
        except NotAuthenticated:
            return self._question(refused=REFUSED in self.http.GET)
        return self._page(audience)

    def post(self, request: Request, brand: str) -> HttpResponseBase:
        return self._exchanged(brand, self.http.POST.get("appkey", ""))

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer.headers["Content-Security-Policy"] = POLICY
        answer.headers["Referrer-Policy"] = "no-referrer"
        return answer

    def _exchanged(self, brand: str, clear: str) -> HttpResponseBase:
        """On to the address without the key, whether it is one or not."""
        clear = clear.strip()
        try:
            key = authenticate_appkey(brand_key=brand, appkey=clear, now=self.clock())
        except NotAuthenticated:
            return HttpResponseRedirect(f"{_index(brand)}?{REFUSED}=", status=SEE_OTHER)
        answer = HttpResponseRedirect(_index(key.brand.key), status=SEE_OTHER)
        give_pass(answer, brand=key.brand, to=key, clear=clear)
        return answer

    def _question(self, *, refused: bool) -> HttpResponseBase:
        return render(
            self.http, "sync_app/documentation/key.html", {"refused": refused}, status=401 if refused else 200
        )

    def _page(self, audience: Audience) -> HttpResponseBase:
        brand = audience.brand
        told = {
            "document": reverse("documentation:document", kwargs={"brand": brand.key}),
            "token": reverse("planningpme:token", kwargs={"brand": brand.key}),
            "brand": brand.key,
            "appkey": carried_key(self.http, brand=brand.key, now=self.clock()),
        }
        call = first_call(audience=audience, origin=_origin(self.http))
        answer = render(
            self.http,
            "sync_app/documentation/page.html",
            {"brand": brand, "told": told, "call": call, "page": audience},
        )
        drop_carried(answer, brand=brand)
        return answer


@require_safe
def enter(request: HttpRequest, brand: str) -> HttpResponseBase:
    """Who is signed in to the site reads what they themselves may do in the brand, without a key."""
    user = signed_in(request)
    if user is None:
        return redirect_to_login(request.get_full_path())
    found = Brand.objects.filter(key=brand_key(brand) or "").first()
    if found is None:
        raise Http404
    try:
        site_actor(user=user, brand=found)
    except NotAllowed as refused:
        raise Http404 from refused
    answer = HttpResponseRedirect(_index(found.key), status=SEE_OTHER)
    give_pass(answer, brand=found, to=user)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@require_safe
def home(request: HttpRequest, brand: str) -> HttpResponseBase:
    """To the page."""
    return HttpResponseRedirect(_index(brand))


def _index(brand: str) -> str:
    return reverse("documentation:index", kwargs={"brand": brand})


def _origin(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"
