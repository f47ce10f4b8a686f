"""The headers of a request, turned into an Actor or refused. Reads only; what was used last is noted in the cache.

What a refusal says is the same for a brand that does not exist, one that is switched off and a wrong key. That key and
token are of two brands is said: whoever holds both can know it, and looks for nothing else first.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final, NamedTuple

from integration_admin.accounts import credentials, last_used
from integration_admin.accounts.access import Actor, NotAuthenticated, api_actor
from integration_admin.accounts.models import AccessToken, AppKey
from integration_admin.accounts.names import brand_key as read_brand_key
from integration_admin.prepared import Prepared

LONGEST_HEADER: Final = 4096
BEARER: Final = re.compile(r"(?:bearer +)?([0-9A-Za-z_]+)", re.ASCII | re.IGNORECASE)
APPKEY_REFUSED: Final = "appkey_refused"
LOGIN_REFUSED: Final = "token_refused"
BRAND_MISMATCH: Final = "brand_mismatch"

# The brand of its key is that of its user, or the token is none: it is not read twice.
_RELATED: Final = ("membership__brand", "membership__group", "membership__user", "appkey", "account_token")
KEY_OF_DIGEST: Final = Prepared[AppKey](
    lambda digest: AppKey.objects.select_related("brand").filter(digest=digest).order_by(), "the digest"
)
TOKEN_OF_DIGEST: Final = Prepared[AccessToken](
    lambda digest: AccessToken.objects.select_related(*_RELATED).filter(digest=digest).order_by(), "the digest"
)


class Presented(NamedTuple):
    """What a caller came with: a key that is valid, and a token that may be anybody's or have ended; None: no token."""

    key: AppKey
    token: AccessToken | None


def token_of(authorization: str) -> AccessToken | None:
    """The token of the header, with its user and key, whether it has ended or not; None where there is none.

    `authorization` as the header came: empty when absent; sent twice it comes joined with a comma and is none. At most
    one query.
    """
    match = BEARER.fullmatch(authorization.strip(" ")) if len(authorization) <= LONGEST_HEADER else None
    digest = credentials.access_token_digest(clear=match[1]) if match else None
    token = TOKEN_OF_DIGEST.first(digest) if digest is not None else None
    if token is not None and token.appkey is not None and token.appkey.brand_id == token.membership.brand_id:
        token.appkey.brand = token.membership.brand
    return token


def authenticate(*, key: AppKey, token: AccessToken | None, now: datetime) -> Actor:
    """The caller of `/{brand}/api/…`: path and application key agreed (`identify`), so must the token.

    Raises NotAuthenticated.
    """
    token = _valid(token, now=now)
    if token.membership.brand_id != key.brand_id:
        raise NotAuthenticated(BRAND_MISMATCH, reason="the token belongs to another brand")
    if token.appkey_id != key.pk:
        raise NotAuthenticated(LOGIN_REFUSED, reason="the token was issued for another application key")
    last_used.note(key, at=now)
    return api_actor(membership=token.membership, appkey=key)


def authenticate_appkey(*, brand_key: str, appkey: str, now: datetime) -> AppKey:
    """The application key of a brand: `brand_key` as it stands in the path, `appkey` as the header came.

    Raises NotAuthenticated. At most one query.
    """
    return identify(brand_key=brand_key, appkey=appkey, authorization="", now=now).key


def identify(*, brand_key: str, appkey: str, authorization: str, now: datetime) -> Presented:
    """The same, with the token that came beside it. Where the token is one of this key, that is one query for both.

    Raises NotAuthenticated; not for the token, which is judged by `authenticate`.
    """
    brand = read_brand_key(brand_key)
    digest = credentials.appkey_digest(clear=appkey) if len(appkey) <= LONGEST_HEADER else None
    if brand is None or digest is None:
        raise NotAuthenticated(APPKEY_REFUSED, reason="malformed brand or application key")
    token = token_of(authorization)
    key = token.appkey if token is not None else None
    if key is None or key.digest != digest:
        key = KEY_OF_DIGEST.first(digest)
    if key is None or key.brand.key != brand:
        raise NotAuthenticated(APPKEY_REFUSED, reason="no such application key in this brand")
    if not key.is_valid(at=now):
        raise NotAuthenticated(APPKEY_REFUSED, reason="application key revoked or expired, or brand inactive")
    return Presented(key, token)


def _valid(token: AccessToken | None, *, now: datetime) -> AccessToken:
    if token is None:
        raise NotAuthenticated(LOGIN_REFUSED, reason="no such token, none at all, or a malformed one")
    if not token.is_valid(at=now):
        raise NotAuthenticated(LOGIN_REFUSED, reason="the token, its key, its user or its brand has ended")
    return token
