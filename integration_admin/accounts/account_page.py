"""The account page: a site user makes, copies once and revokes the account tokens of their own API logins."""

from __future__ import annotations

from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from integration_admin.accounts.logins import create_account_token, revoke_account_token
from integration_admin.accounts.models import AccountToken, Membership, User
from integration_admin.accounts.shown_once import Shown, shown_once

LONGEST_LABEL = 100


@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """GET shows the page. POST `create=MEMBERSHIP` shows a new token once, POST `revoke=TOKEN` ends one."""
    user = request.user
    if not isinstance(user, User):
        raise PermissionDenied
    if request.method != "POST":
        return _page(request, user)
    if "create" in request.POST:
        return _create(request, user)
    return _revoke(request, user)


def _memberships(user: User) -> QuerySet[Membership]:
    tokens = Prefetch("account_tokens", AccountToken.objects.order_by("-pk"))
    active = Membership.objects.filter(user=user, status=Membership.Status.ACTIVE, brand__active=True)
    return active.exclude(group=None).select_related("brand").prefetch_related(tokens)


def _page(request: HttpRequest, user: User) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": _("My account tokens"),
        "memberships": _memberships(user),
    }
    return TemplateResponse(request, "accounts/account.html", context)


def _create(request: HttpRequest, user: User) -> HttpResponse:
    member = get_object_or_404(_memberships(user), pk=_number(request.POST["create"]))
    try:
        _row, clear = create_account_token(
            membership=member, label=request.POST.get("label", "")[:LONGEST_LABEL], at=timezone.now(), by=str(user)
        )
    except ValidationError as error:
        raise Http404 from error
    return shown_once(request=request, shown=[Shown(label=str(member), value=clear)], back=reverse("account"))


def _revoke(request: HttpRequest, user: User) -> HttpResponse:
    own = AccountToken.objects.filter(membership__in=_memberships(user)).select_related("membership__brand")
    token = get_object_or_404(own, pk=_number(request.POST.get("revoke", "")))
    revoke_account_token(token=token, at=timezone.now(), by=str(user))
    return HttpResponseRedirect(reverse("account"))


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Http404
    return int(text)
