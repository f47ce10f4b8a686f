"""The exchange of a password or an account token for an access token: `POST /{brand}/token`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings

from integration_admin.accounts import credentials, guessing, last_used
from integration_admin.accounts.access import NotAuthenticated
from integration_admin.accounts.authentication import authenticate_appkey
from integration_admin.accounts.models import AccessToken, AccountToken, AppKey, Membership
from integration_admin.accounts.names import USERNAME_LENGTH, folded_username, is_plain_text

BEARER: Final = "bearer"
LONGEST_ASSERTION: Final = 4096
SENTENCES: Final[dict[str, str]] = {
    "invalid_client": "The application key is missing, or not one of this brand.",
    "grant_type": "grant_type must be given once, in the body.",
    "unsupported_grant_type": "This brand does not accept this grant_type.",
    "field": "{name} must be given once, in the body, as text.",
    "invalid_grant": "These credentials are not accepted.",
    "slow_down": "Too many attempts. Try again in {seconds} s.",
}

Form = Mapping[str, Sequence[str]]


class TokenRefused(Exception):
    """A refusal in the OAuth2 form. `params` fill the sentence `description`; `retry_after` in seconds, 0 for none."""

    def __init__(
        self, error: str, description: str, *, status: int = 400, retry_after: int = 0, **params: str | int
    ) -> None:
        super().__init__(error)
        self.error = error
        self.description = description
        self.status = status
        self.retry_after = retry_after
        self.params = params


@dataclass(frozen=True, slots=True)
class TokenAnswer:
    """The members of the answer. `expires_in` is the true remaining time in seconds."""

    access_token: str = field(repr=False)
    token_type: str
    expires_in: int
    username: str


@dataclass(frozen=True, slots=True)
class Grant:
    """A way of proving oneself: the field of Brand that switches it on, and what looks at the proof."""

    switch: str
    prove: Callable[[AppKey, Form, str, datetime], TokenAnswer]


def exchange(*, brand_key: str, appkey: str, form: Form, address: str, now: datetime) -> TokenAnswer:
    """An access token for whoever proves to be an active login of the brand. Raises TokenRefused.

    `brand_key` from the path, `appkey` the X-APPKEY header (empty when absent), `form` every field of the body with all
    its values (never those of the query string), `address` as addresses.client_address gives it.
    """
    try:
        key = authenticate_appkey(brand_key=brand_key, appkey=appkey, now=now)
    except NotAuthenticated as error:
        raise TokenRefused("invalid_client", SENTENCES["invalid_client"], status=401) from error
    grant = _only(form, "grant_type")
    if grant is None:
        raise TokenRefused("invalid_request", SENTENCES["grant_type"])
    if grant not in GRANTS or not getattr(key.brand, GRANTS[grant].switch):
        raise TokenRefused("unsupported_grant_type", SENTENCES["unsupported_grant_type"])
    return GRANTS[grant].prove(key, form, address, now)


def issue(
    *, membership: Membership, appkey: AppKey | None, now: datetime, account_token: AccountToken | None = None
) -> TokenAnswer:
    """A new access token for a login that has proved itself; it never outlives the key or token it rests on."""
    ends = [now + timedelta(seconds=settings.TOKEN_LIFETIME_SECONDS)]
    ends += [row.expires_at for row in (appkey, account_token) if row is not None and row.expires_at is not None]
    minted = credentials.mint_access_token()
    AccessToken.objects.create(
        membership=membership,
        appkey=appkey,
        account_token=account_token,
        digest=minted.digest,
        generation=membership.generation,
        issued_at=now,
        expires_at=min(ends),
    )
    seconds = int((min(ends) - now).total_seconds())
    return TokenAnswer(access_token=minted.clear, token_type=BEARER, expires_in=seconds, username=membership.username)


def purge_expired_tokens(*, now: datetime) -> int:
    """Deletes access tokens that ended more than a day ago; answers how many. For the worker's tick."""
    return AccessToken.objects.filter(expires_at__lt=now - timedelta(days=1)).delete()[0]


def _by_password(key: AppKey, form: Form, address: str, now: datetime) -> TokenAnswer:
    username, password = _field(form, "username"), _field(form, "password")
    if len(username) > USERNAME_LENGTH or not is_plain_text(username):
        raise TokenRefused("invalid_request", SENTENCES["field"], name="username")
    if not credentials.password_is_readable(password=password):
        raise TokenRefused("invalid_request", SENTENCES["field"], name="password")
    folded = folded_username(username)
    by_address = guessing.address_axis(address)
    by_username = guessing.username_axis(room=key.brand.key, username=folded)
    _slow_down(guessing.admit(by_address, by_username, now=now))
    member = _active(
        Membership.objects.select_related("brand", "group").filter(brand=key.brand, username_folded=folded).first()
    )
    if not credentials.password_fits(password=password, kept=member.password if member else None) or member is None:
        raise TokenRefused("invalid_grant", SENTENCES["invalid_grant"])
    guessing.forgive(by_address)
    guessing.forget(by_username)
    last_used.note(key, at=now)
    return issue(membership=member, appkey=key, now=now)


def _by_account_token(key: AppKey, form: Form, address: str, now: datetime) -> TokenAnswer:
    """Nobody guesses 190 random bits: whoever has such a token never waits for what others tried from their address."""
    token = _account_token(_field(form, "assertion"), key, now)
    if token is None or _active(token.membership) is None:
        raise TokenRefused("invalid_grant", SENTENCES["invalid_grant"])
    last_used.note(key, at=now)
    last_used.note(token, at=now)
    return issue(membership=token.membership, appkey=key, now=now, account_token=token)


def _account_token(assertion: str, key: AppKey, now: datetime) -> AccountToken | None:
    digest = credentials.account_token_digest(clear=assertion) if len(assertion) <= LONGEST_ASSERTION else None
    if digest is None:
        return None
    rows = AccountToken.objects.select_related("membership__brand", "membership__group")
    token = rows.filter(digest=digest, membership__brand=key.brand).first()
    return token if token is not None and token.is_valid(at=now) else None


def _active(member: Membership | None) -> Membership | None:
    return member if member is not None and member.is_active and member.group is not None else None


def _slow_down(wait: int) -> None:
    if wait:
        raise TokenRefused("slow_down", SENTENCES["slow_down"], status=429, retry_after=wait, seconds=wait)


def _field(form: Form, name: str) -> str:
    value = _only(form, name)
    if value is None:
        raise TokenRefused("invalid_request", SENTENCES["field"], name=name)
    return value


def _only(form: Form, name: str) -> str | None:
    values = form.get(name, ())
    return values[0] if len(values) == 1 and values[0] else None


GRANTS: Final[Mapping[str, Grant]] = {
    "password": Grant(switch="auth_password", prove=_by_password),
    "urn:ietf:params:oauth:grant-type:jwt-bearer": Grant(switch="auth_account", prove=_by_account_token),
}
