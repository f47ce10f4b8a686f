"""Use cases of API logins, application keys and account tokens: made, changed, ended; each leaves an audit entry."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from integration_admin.accounts import audit, credentials
from integration_admin.accounts.brands import administrators_of
from integration_admin.accounts.models import AccountToken, AppKey, Brand, Group, Membership, Scope, User
from integration_admin.accounts.names import folded_username


@transaction.atomic
def create_api_user(
    *,
    brand: Brand,
    username: str,
    at: datetime,
    by: str,
    password: str = "",
    group: Group | None = None,
    user: User | None = None,
    full_name: str = "",
    company: str = "",
) -> tuple[Membership, str]:
    """A new login and its password in clear, which is kept nowhere; one is made when none is given.

    Without `group` the login joins the brand's administrators. Raises ValidationError.
    """
    clear = password or credentials.mint_password()
    member = Membership(
        brand=brand,
        username=username.strip(),
        full_name=full_name,
        company=company,
        group=group or administrators_of(brand=brand),
        user=user,
        password=_hash(clear),
        password_changed_at=at,
        created_at=at,
    )
    member.full_clean()
    member.save()
    after = {"group": member.group.name if member.group else None}
    audit.record(brand=brand, by=by, action="create_api_user", target=member.username, at=at, after=after)
    return member, clear


@transaction.atomic
def set_password(*, membership: Membership, password: str, at: datetime, by: str) -> None:
    """A new password; every token of the login ends. Raises ValidationError for an unreadable one."""
    _advance(membership, password=_hash(password), password_changed_at=at)
    audit.record(brand=membership.brand, by=by, action="set_password", target=membership.username, at=at)


@transaction.atomic
def deactivate(*, membership: Membership, at: datetime, by: str) -> None:
    """The login is let in no more, and its tokens end for good: they do not live again with the login."""
    _advance(membership, status=Membership.Status.DEACTIVATED)
    audit.record(brand=membership.brand, by=by, action="deactivate_api_user", target=membership.username, at=at)


@transaction.atomic
def activate(*, membership: Membership, at: datetime, by: str) -> None:
    """The login is let in again, with the password it had."""
    _advance(membership, status=Membership.Status.ACTIVE)
    audit.record(brand=membership.brand, by=by, action="activate_api_user", target=membership.username, at=at)


@transaction.atomic
def create_appkey(
    *,
    brand: Brand,
    label: str,
    at: datetime,
    by: str,
    partner: str = "",
    scopes: list[str] | None = None,
    allowed_templates: list[str] | None = None,
    expires_at: datetime | None = None,
    calls_per_hour: int | None = None,
) -> tuple[AppKey, str]:
    """A new application key and its value in clear, which is kept nowhere. Raises ValidationError."""
    minted = credentials.mint_appkey()
    key = AppKey(
        brand=brand,
        label=label,
        partner=partner,
        prefix=minted.prefix,
        digest=minted.digest,
        scopes=list(Scope.values) if scopes is None else scopes,
        allowed_templates=allowed_templates or [],
        created_at=at,
        expires_at=expires_at,
        calls_per_hour=calls_per_hour,
    )
    key.full_clean()
    key.save()
    after: dict[str, object] = {"label": label, "partner": partner, "scopes": key.scopes}
    after |= {"allowed_templates": key.allowed_templates, "calls_per_hour": calls_per_hour}
    audit.record(brand=brand, by=by, action="create_appkey", target=str(key), at=at, after=after)
    return key, minted.clear


@transaction.atomic
def create_account_token(
    *, membership: Membership, at: datetime, by: str, label: str = "", expires_at: datetime | None = None
) -> tuple[AccountToken, str]:
    """A new account token of a login and its value in clear, which is kept nowhere. Raises ValidationError."""
    minted = credentials.mint_account_token()
    token = AccountToken(
        membership=membership,
        label=label,
        prefix=minted.prefix,
        digest=minted.digest,
        created_at=at,
        expires_at=expires_at,
    )
    token.full_clean()
    token.save()
    audit.record(brand=membership.brand, by=by, action="create_account_token", target=str(token), at=at)
    return token, minted.clear


@transaction.atomic
def revoke_appkey(*, appkey: AppKey, at: datetime, by: str) -> None:
    """The key is refused from now on, and so is every token issued under it. Once revoked, it stays so."""
    if AppKey.objects.filter(pk=appkey.pk, revoked_at=None).update(revoked_at=at):
        audit.record(brand=appkey.brand, by=by, action="revoke_appkey", target=str(appkey), at=at)
    appkey.refresh_from_db()


@transaction.atomic
def revoke_account_token(*, token: AccountToken, at: datetime, by: str) -> None:
    """The token is refused from now on, and so is every access token it was exchanged for."""
    if AccountToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at):
        brand = token.membership.brand
        audit.record(brand=brand, by=by, action="revoke_account_token", target=str(token), at=at)
    token.refresh_from_db()


def find_membership(*, brand: Brand, username: str) -> Membership:
    """The login of this user name in the brand. Raises ValidationError `unknown_user`."""
    member = Membership.objects.filter(brand=brand, username_folded=folded_username(username)).first()
    if member is None:
        raise ValidationError(_("This brand has no such API user."), code="unknown_user")
    return member


def _advance(membership: Membership, **changes: object) -> None:
    for name, value in changes.items():
        setattr(membership, name, value)
    membership.generation += 1
    membership.save(update_fields=[*changes, "generation", "username_folded"])


def _hash(password: str) -> str:
    if not credentials.password_is_readable(password=password):
        message = _("A password has 1 to 1,024 characters, none of them a control character.")
        raise ValidationError({"password": ValidationError(message, code="password")})
    return credentials.password_hash(password=password)
