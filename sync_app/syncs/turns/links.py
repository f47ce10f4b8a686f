"""Opening a connection for its connector: settings, unsealed secrets, who acts, and until when."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from integration_admin.accounts.access import Actor, NotAllowed, site_actor
from integration_admin.accounts.sealing import CannotUnseal, seal, unseal
from sync_app.models import Connection, Sync
from sync_app.runs.loading import setting_for
from sync_app.storage.clock import Clock
from sync_app.syncs.connectors.base import Connector, Link, TransferFailed, Trouble
from sync_app.syncs.connectors.registry import CONNECTORS

#: A turn that fetches or sends for longer is given up.
TURN_AT_MOST: Final = timedelta(minutes=30)
TEST_AT_MOST: Final = timedelta(seconds=20)


def connector_of(connection: Connection) -> Connector:
    """Raises TransferFailed `connector_unknown`."""
    found = CONNECTORS.get(connection.connector)
    if found is None:
        raise TransferFailed("connector_unknown", Trouble.SETTINGS, name=connection.connector)
    return found


def sealed_secrets(secrets: Mapping[str, str]) -> str:
    """How the secrets of a connection are kept; nothing is kept of none."""
    return seal(json.dumps(dict(secrets))) if secrets else ""


def secrets_of(connection: Connection) -> dict[str, str]:
    """The secrets in clear. Raises TransferFailed `secrets_unreadable`: they have to be entered again."""
    if not connection.secrets:
        return {}
    try:
        opened: dict[str, str] = json.loads(unseal(connection.secrets))
    except (CannotUnseal, ValueError):
        raise TransferFailed("secrets_unreadable", Trouble.SETTINGS) from None
    return opened


def actor_of(sync: Sync) -> Actor:
    """The person the sync acts as, with the rights they have now. Raises NotAllowed."""
    if sync.user is None:
        raise NotAllowed("sync_without_person")
    if not sync.brand.active:
        raise NotAllowed("not_in_brand")
    return site_actor(user=sync.user, brand=sync.brand)


def open_link(
    *,
    connection: Connection,
    transfer: Mapping[str, Any],
    actor: Actor,
    clock: Clock,
    beat: Callable[[], None],
    lasting: timedelta = TURN_AT_MOST,
) -> Link:
    """Raises TransferFailed `secrets_unreadable`, and what `setting_for` raises."""
    return Link(
        brand=connection.brand_id,
        settings=connection.settings,
        secrets=secrets_of(connection),
        transfer=transfer,
        actor=actor,
        zone=setting_for(actor.brand).zone,
        now=clock,
        until=clock() + lasting,
        beat=beat,
    )
