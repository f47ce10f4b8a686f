"""After CREDENTIAL_KEY was changed: seal the credentials of every connection under the new one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from integration_admin.accounts.sealing import CannotUnseal, is_sealed_with_present_key, resealed
from sync_app.models import Connection


@dataclass(frozen=True, slots=True)
class Resealed:
    """How many were sealed anew and how many need not be; `lost`: (brand, connection) that no known key opens."""

    renewed: int
    present: int
    lost: Sequence[tuple[str, str]]


def reseal_credentials() -> Resealed:
    """For whoever runs the site, over all brands. May be broken off and begun again; nothing is shown in clear."""
    renewed = present = 0
    lost: list[tuple[str, str]] = []
    kept = Connection.objects.exclude(secrets="").select_related("brand").order_by("brand__key", "name")
    for connection in kept.only("id", "name", "secrets", "brand__key"):
        if is_sealed_with_present_key(connection.secrets):
            present += 1
        elif _reseal(connection):
            renewed += 1
        else:
            lost.append((connection.brand.key, connection.name))
    return Resealed(renewed=renewed, present=present, lost=lost)


def _reseal(connection: Connection) -> bool:
    """Whether it could be opened. What somebody entered meanwhile is newer, and stays."""
    try:
        sealed = resealed(connection.secrets)
    except CannotUnseal:
        return False
    Connection.objects.filter(pk=connection.pk, secrets=connection.secrets).update(secrets=sealed)
    return True
