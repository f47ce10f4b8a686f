"""A test message, to everybody the brand tells, on the way that real ones go."""

from __future__ import annotations

import secrets
from typing import Final

from django.db import transaction
from django.utils.translation import gettext, override

from integration_admin.accounts.access import Actor
from integration_admin.accounts.models import Right
from sync_app.models import Notice, NoticeKind
from sync_app.runs.queue import enqueue_sending
from sync_app.storage.clock import Clock
from sync_app.syncs.errors import SyncRefused
from sync_app.syncs.notices.outbox import put
from sync_app.syncs.notices.telling import message_of
from sync_app.syncs.notices.wishes import targets_of_brand

LATEST: Final = 20


def send_test(*, actor: Actor, clock: Clock) -> int:
    """Queues a test message to each address of the brand; answers how many. Raises NotAllowed, SyncRefused
    `notice_nobody` when there is no address.
    """
    actor.require(Right.ADMINISTRATION)
    brand, now = actor.brand, clock()
    targets = targets_of_brand(brand)
    if not targets:
        raise SyncRefused("notice_nobody")
    with override(brand.language):
        said = gettext("%(person)s wanted to know whether messages arrive. This one did; nothing has to be done.")
        message = message_of(
            kind=NoticeKind.TEST,
            brand=brand,
            at=now,
            subject=gettext("A test message"),
            parts=[said % {"person": actor.name}],
            data={},
        )
    with transaction.atomic():
        number = put(message, brand=brand, targets=targets, key=f"test-{secrets.token_hex(8)}", now=now)
        enqueue_sending()
    return number


def latest_notices(*, actor: Actor) -> list[Notice]:
    """The last messages of the brand, newest first. Raises NotAllowed."""
    actor.require(Right.ADMINISTRATION)
    return list(Notice.objects.filter(brand=actor.brand).order_by("-pk")[:LATEST])
