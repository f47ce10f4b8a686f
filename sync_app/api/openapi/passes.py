"""The pass to the documentation of a brand: a signed cookie that says who reads it, and ends after an hour.

It opens the documentation and nothing else: the cookie is sent to no other address, and the API takes no cookies.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from integration_admin.accounts.access import NotAllowed, NotAuthenticated, site_actor
from integration_admin.accounts.authentication import authenticate_appkey
from integration_admin.accounts.models import AppKey, Brand, User
from integration_admin.accounts.names import brand_key
from sync_app.api.openapi.audience import Audience, of_actor, of_key

COOKIE: Final = "integration_admin_documentation"
#: Carries the key itself from the address it came in to the page that is shown next, once.
CARRIED: Final = "integration_admin_documentation_key"
SALT: Final = "sync_app.api.documentation"
PASS_SECONDS: Final = 3600
CARRIED_SECONDS: Final = 60
KEY: Final = "key"
USER: Final = "user"
NOBODY: Final = "appkey_refused"


def give_pass(answer: HttpResponseBase, *, brand: Brand, to: AppKey | User, clear: str = "") -> None:
    """Puts the pass into the answer. `clear` is the key as it came, for the page that is opened next."""
    kind = KEY if isinstance(to, AppKey) else USER
    signed = signing.dumps([brand.pk, kind, to.pk], salt=SALT)
    _set(answer, COOKIE, signed, brand=brand, seconds=PASS_SECONDS)
    if clear:
        _set(answer, CARRIED, clear, brand=brand, seconds=CARRIED_SECONDS)


def read_pass(request: HttpRequest, *, brand: str, now: datetime) -> Audience:
    """Who reads, by the pass: what it rests on is looked up again each time. Raises NotAuthenticated."""
    number, kind, bearer = _signed(request.COOKIES.get(COOKIE, ""))
    if kind == KEY:
        key = AppKey.objects.select_related("brand").filter(pk=bearer, brand=number).first()
        if key is not None and key.is_valid(at=now) and key.brand.key == brand_key(brand):
            return of_key(key)
    if kind == USER:
        user = signed_in(request)
        found = Brand.objects.filter(pk=number, key=brand_key(brand) or "").first()
        if user is not None and user.pk == bearer and found is not None:
            return _of_user(user, found)
    raise NotAuthenticated(NOBODY, reason="no pass to the documentation, or one that has ended")


def carried_key(request: HttpRequest, *, brand: str, now: datetime) -> str:
    """The key that was carried here from the address, empty when there is none."""
    clear = request.COOKIES.get(CARRIED, "")
    try:
        authenticate_appkey(brand_key=brand, appkey=clear, now=now)
    except NotAuthenticated:
        return ""
    return clear


def signed_in(request: HttpRequest) -> User | None:
    """Who is signed in to the site and may use its pages: with them, the pass of a person ends too."""
    user = getattr(request, "user", None)
    return user if isinstance(user, User) and user.is_active and user.is_staff else None


def drop_carried(answer: Any, *, brand: Brand) -> None:
    """The key has arrived: it is carried no further."""
    answer.delete_cookie(CARRIED, path=path_of(brand), samesite="Lax")


def path_of(brand: Brand) -> str:
    """Where the cookies are sent to."""
    return f"/{brand.key}/doc"


def _of_user(user: User, brand: Brand) -> Audience:
    try:
        return of_actor(site_actor(user=user, brand=brand))
    except NotAllowed as refused:
        raise NotAuthenticated(NOBODY, reason="no member of the brand any more") from refused


def _signed(text: str) -> tuple[int, str, int]:
    try:
        number, kind, bearer = signing.loads(text, salt=SALT, max_age=PASS_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return 0, "", 0
    return int(number), str(kind), int(bearer)


def _set(answer: Any, name: str, value: str, *, brand: Brand, seconds: int) -> None:
    answer.set_cookie(
        name,
        value,
        max_age=seconds,
        path=path_of(brand),
        secure=settings.HTTPS_ONLY,
        httponly=True,
        samesite="Lax",
    )
