"""My access: where a site user may do what, their keys and tokens, and new tokens of their own API logins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from integration_admin.accounts.access import brands_of
from integration_admin.accounts.logins import create_account_token, revoke_account_token
from integration_admin.accounts.models import AccountToken, AppKey, Brand, Membership, Right, User
from integration_admin.accounts.rights_words import access_words, rights_words
from integration_admin.accounts.shown_once import SENT_BEFORE, Shown, shown_once
from integration_admin.one_press import fresh, one_press
from integration_admin.whole_numbers import whole_number

LONGEST_LABEL: Final = 100
#: How long a new token may last, in days; 0 is without end.
LIFETIMES: Final[Mapping[int, object]] = {
    90: gettext_lazy("90 days"),
    365: gettext_lazy("a year"),
    0: gettext_lazy("without end"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """One brand this person is in: what they may do there, and what opens its API."""

    member: Membership
    rights: list[object]
    accesses: list[tuple[str, object]]
    administers: bool
    keys: list[AppKey]


@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """GET shows the page. POST `create=MEMBERSHIP` shows a new token once, POST `revoke=TOKEN` ends one."""
    user = request.user
    if not isinstance(user, User):
        raise PermissionDenied
    if request.method != "POST":
        return _page(request, user)
    if "create" not in request.POST:
        return _revoke(request, user)
    with one_press(request) as press:
        if press.first:
            return _create(request, user)
    messages.warning(request, SENT_BEFORE)
    return HttpResponseRedirect(reverse("account"))


def _memberships(user: User) -> QuerySet[Membership]:
    active = Membership.objects.filter(user=user, status=Membership.Status.ACTIVE, brand__active=True)
    return active.exclude(group=None).select_related("brand", "group").order_by("brand__name", "pk")


def _page(request: HttpRequest, user: User) -> HttpResponse:
    now = timezone.now()
    alive = Count("access_tokens", filter=Q(access_tokens__expires_at__gt=now))
    tokens = Prefetch("account_tokens", AccountToken.objects.annotate(alive=alive).order_by("-pk"))
    members = list(_memberships(user).prefetch_related(tokens, "group__accesses"))
    context = {
        **admin.site.each_context(request),
        "title": _("My access"),
        "places": _places(members, now),
        "others": _others(user, members),
        "lifetimes": LIFETIMES,
        "once": fresh(),
        "now": now,
    }
    return TemplateResponse(request, "accounts/account.html", context)


def _others(user: User, members: Iterable[Membership]) -> list[Brand]:
    """Brands that this person may open without being an API user of them, as superusers may."""
    linked = [member.brand_id for member in members]
    return list(brands_of(user=user).exclude(pk__in=linked).order_by("name", "pk"))


def _places(members: Iterable[Membership], now: datetime) -> list[Place]:
    members = list(members)
    keys = _keys(members, now)
    return [
        Place(
            member=member,
            rights=rights_words(member.group),
            accesses=access_words(member.group),
            administers=_administers(member),
            keys=[key for key in keys if _shown_to(key, member)],
        )
        for member in members
        if member.group is not None
    ]


def _keys(members: list[Membership], now: datetime) -> list[AppKey]:
    """Keys that open a brand now: all of them where this person administers, else those they signed in with lately."""
    administered = [member.brand_id for member in members if _administers(member)]
    used = Q(access_tokens__membership__in=members)
    live = Q(revoked_at=None) & (Q(expires_at=None) | Q(expires_at__gt=now))
    found = AppKey.objects.filter(live & (Q(brand__in=administered) | used)).order_by("label", "pk")
    return list(found.distinct())


def _shown_to(key: AppKey, member: Membership) -> bool:
    return key.brand_id == member.brand_id


def _administers(member: Membership) -> bool:
    return member.group is not None and Right.ADMINISTRATION in member.group.rights()


def _create(request: HttpRequest, user: User) -> HttpResponse:
    member = get_object_or_404(_memberships(user), pk=_number(request.POST["create"]))
    days, now = _number(request.POST.get("days", "0")), timezone.now()
    if days not in LIFETIMES:
        raise Http404
    try:
        _row, clear = create_account_token(
            membership=member,
            label=request.POST.get("label", "").replace("\0", "")[:LONGEST_LABEL],
            expires_at=now + timedelta(days=days) if days else None,
            at=now,
            by=str(user),
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
    number = whole_number(text)
    if number is None:
        raise Http404
    return number
