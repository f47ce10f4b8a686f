"""Who is told: the wishes of a brand, and those of a sync that differ."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import time
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from integration_admin.accounts import audit
from integration_admin.accounts.access import Actor
from integration_admin.accounts.models import Brand, Right
from integration_admin.accounts.sealing import CannotUnseal, seal, unseal
from sync_app.models import Channel, NoticeSettings, Sync
from sync_app.storage.clock import Clock
from sync_app.syncs.errors import FormRefused
from sync_app.syncs.http.addresses import Address, read_address
from sync_app.syncs.one_turn import TransferFailed
from templates_app.catalog.problems import Problem, shown

EMAILS_AT_MOST: Final = 20
WEBHOOK_LENGTH: Final = 2000
#: As Standard Webhooks writes the key of a signature.
SECRET_PREFIX: Final = "whsec_"  # noqa: S105 - the mark before a key, and none
SECRET_BYTES: Final = 32
#: What a sync may say otherwise than its brand.
WISHES: Final = frozenset({"emails", "webhook"})

#: Channel and address.
Target = tuple[Channel, str]


@dataclass(frozen=True, slots=True)
class NoticeForm:
    """What a person entered for a brand. `digest_at` is a time of day in the brand's zone, None = no digest."""

    emails: Sequence[str] = ()
    webhook: str = ""
    digest_at: time | None = None


def save_notices(*, actor: Actor, form: NoticeForm, clock: Clock) -> NoticeSettings:
    """Whom the brand tells from now on. Raises NotAllowed, and FormRefused with `emails` and `webhook`."""
    problems = wrong_wishes({"emails": list(form.emails), "webhook": form.webhook})
    actor.require(Right.ADMINISTRATION)
    if problems:
        raise FormRefused(problems)
    with transaction.atomic():
        row, made = _locked(actor)
        before = None if made else _audited(row)
        changed = ["emails", "webhook", "digest_at"]
        if row.digest_at is None:
            row.digested_at = clock()
            changed.append("digested_at")
        row.emails, row.webhook, row.digest_at = list(form.emails), form.webhook, form.digest_at
        if row.webhook and not row.secret:
            row.secret = seal(_made_secret())
            changed.append("secret")
        row.save(update_fields=changed)
        _note(actor, "change_notices", clock, before, _audited(row))
    return row


def renew_secret(*, actor: Actor, clock: Clock) -> str:
    """A new key to sign with, in clear, to be shown once; what it replaces signs nothing more. Raises NotAllowed."""
    actor.require(Right.ADMINISTRATION)
    with transaction.atomic():
        row, _made = _locked(actor)
        clear = _made_secret()
        row.secret = seal(clear)
        row.save(update_fields=["secret"])
        _note(actor, "renew_webhook_secret", clock, None, None)
    return clear


def _locked(actor: Actor) -> tuple[NoticeSettings, bool]:
    """The wishes of the actor's brand, held until the transaction ends, and whether they were made just now."""
    return NoticeSettings.objects.select_for_update().get_or_create(brand=actor.brand)


def wrong_wishes(wishes: Mapping[str, Any]) -> dict[str, Problem]:
    """What is wrong with the wishes of a brand or a sync, by name. A sync that leaves one out has its brand's."""
    found = {name: Problem("setting_unknown", {"name": shown(name)}) for name in wishes.keys() - WISHES}
    emails = wishes.get("emails", [])
    problem = _emails_problem(emails) if isinstance(emails, list) else Problem("notice_email_unfit", {"address": "…"})
    if problem is not None:
        found["emails"] = problem
    webhook = wishes.get("webhook", "")
    if webhook != "" and not _is_webhook(webhook):
        found["webhook"] = Problem("notice_webhook_unfit")
    return found


def targets_of_brand(brand: Brand) -> list[Target]:
    """Where the brand's own messages go."""
    row = NoticeSettings.objects.filter(brand=brand).first()
    return _targets(row.emails, row.webhook) if row is not None else []


def targets_of(sync: Sync) -> list[Target]:
    """Where messages of this sync go: its own wishes before those of its brand."""
    row = NoticeSettings.objects.filter(brand=sync.brand_id).first() or NoticeSettings(brand_id=sync.brand_id)
    return _targets(sync.notify.get("emails", row.emails), sync.notify.get("webhook", row.webhook))


def signing_key(brand: int) -> bytes:
    """What the brand's webhooks are signed with; made where there is none yet. Raises CannotUnseal."""
    with transaction.atomic():
        row, _made = NoticeSettings.objects.select_for_update().get_or_create(brand_id=brand)
        if not row.secret:
            row.secret = seal(_made_secret())
            row.save(update_fields=["secret"])
    try:
        return base64.b64decode(unseal(row.secret).removeprefix(SECRET_PREFIX), validate=True)
    except ValueError as error:
        raise CannotUnseal(str(error)) from error


def webhook_address(text: str) -> Address:
    """The address of a webhook; it may have a query. Raises TransferFailed."""
    return read_address(text, query=True)


def _targets(emails: Sequence[str], webhook: str) -> list[Target]:
    mails = [(Channel.EMAIL, address) for address in dict.fromkeys(emails)]
    return [*mails, (Channel.WEBHOOK, webhook)] if webhook else mails


def _emails_problem(emails: Sequence[Any]) -> Problem | None:
    if len(emails) > EMAILS_AT_MOST:
        return Problem("notice_emails_many", {"most": EMAILS_AT_MOST})
    for address in emails:
        try:
            validate_email(str(address))
        except ValidationError:
            return Problem("notice_email_unfit", {"address": shown(address)})
    return None


def _is_webhook(text: object) -> bool:
    """Signed is not secret: what is not in our own network has to be encrypted on its way."""
    if not isinstance(text, str) or len(text) > WEBHOOK_LENGTH:
        return False
    try:
        address = webhook_address(text)
    except TransferFailed:
        return False
    return address.scheme == "https" or f"{address.host}:{address.port}" in settings.PRIVATE_ADDRESSES_ALLOWED


def _made_secret() -> str:
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode("ascii")


def _audited(row: NoticeSettings) -> dict[str, object]:
    at = row.digest_at.isoformat("minutes") if row.digest_at else None
    return {"emails": row.emails, "webhook": origin_of(row.webhook), "digest_at": at}


def origin_of(webhook: str) -> str:
    """What the history keeps of an address: the rest of it often is what lets one in."""
    return replace(webhook_address(webhook), path="/", query="").url if webhook else ""


def _note(
    actor: Actor, action: str, clock: Clock, before: dict[str, object] | None, after: dict[str, object] | None
) -> None:
    brand = actor.brand
    audit.record(brand=brand, by=actor.name, action=action, target=brand.key, at=clock(), before=before, after=after)
