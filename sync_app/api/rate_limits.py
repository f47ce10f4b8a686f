"""Quotas as a caller sees them: the headers of every answer, and the refusal that says when to come again.

The headers are those of draft-ietf-httpapi-ratelimit-headers-10: `RateLimit-Policy: "appkey";q=2000;w=3600` says how
many calls in how many seconds, `RateLimit: "appkey";r=1999;t=1800` how many are left and in how many seconds it begins
anew. Each quota that was counted has its item in both.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Final

from django.utils.formats import time_format

from integration_admin.accounts.quotas import Quota
from sync_app.api.problems import DoorRefused

SECOND: Final = timedelta(seconds=1)


def quota_headers(quotas: Sequence[Quota]) -> dict[str, str]:
    """The two headers, for the quotas that were counted so far."""
    policies = [f'"{quota.name}";q={quota.limit};w={quota.window}' for quota in quotas]
    left = [f'"{quota.name}";r={quota.remaining};t={quota.reset}' for quota in quotas]
    return {"RateLimit-Policy": ", ".join(policies), "RateLimit": ", ".join(left)}


def quota_refused(quota: Quota, *, now: datetime, zone: tzinfo) -> DoorRefused:
    """The refusal of a call too many. The sentence tells the time of `zone`, in the active language."""
    again = now.replace(microsecond=0) + quota.reset * SECOND
    return DoorRefused(
        "quota_exceeded",
        status=429,
        headers={"Retry-After": str(quota.reset)},
        more={"quota": quota.name, "retryAfter": quota.reset, "retryAt": again},
        limit=quota.limit,
        window=quota.window,
        seconds=quota.reset,
        time=time_format(again.astimezone(zone), "TIME_FORMAT"),
        zone=str(zone),
    )
