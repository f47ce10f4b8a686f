"""What a message says: a subject and a text for people, and the same as JSON for programs. In the brand's language."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_noop, override

from integration_admin.accounts.models import Brand
from sync_app.models import Health, NoticeKind, Sync, SyncEvent, SyncTurn
from sync_app.syncs.one_turn import Trouble
from sync_app.syncs.turns.sentences import kept_message
from templates_app.catalog.problems import shown

SUBJECT_LENGTH: Final = 250
SUBJECTS: Final[Mapping[NoticeKind, str]] = {
    NoticeKind.FAILING: gettext_noop("“%(sync)s” has started to fail"),
    NoticeKind.RECOVERED: gettext_noop("“%(sync)s” works again"),
    NoticeKind.HELD: gettext_noop("“%(sync)s” is held and waits for you"),
}
BEGINNINGS: Final[Mapping[NoticeKind, str]] = {
    NoticeKind.FAILING: gettext_noop("The sync “%(sync)s” over the connection “%(connection)s” fails since %(since)s."),
    NoticeKind.RECOVERED: gettext_noop(
        "The sync “%(sync)s” over the connection “%(connection)s” works again since %(since)s."
    ),
    NoticeKind.HELD: gettext_noop(
        "The sync “%(sync)s” over the connection “%(connection)s” is held since %(since)s. Nothing of it was written."
    ),
}
#: What a person can do, by what the other system did.
ADVICE: Final[Mapping[str, str]] = {
    Trouble.AGAIN: gettext_noop(
        "It is tried again by itself, later and later. If it lasts, ask whoever runs the other system."
    ),
    Trouble.LATER: gettext_noop("The other system keeps asking to be called later. Let the sync run less often."),
    Trouble.CREDENTIALS: gettext_noop(
        "The other system refuses the credentials. Enter them again on the page of the connection: "
        "after three refusals nothing is tried any more."
    ),
    Trouble.ANSWER: gettext_noop(
        "The other system answers something else than it was asked for. Check the settings of the sync and of its "
        "connection, and whether the other system has changed."
    ),
    Trouble.SETTINGS: gettext_noop("Somebody has to change the sync or its connection. Open its page."),
}
OTHER_ADVICE: Final = gettext_noop("Open the page of the sync: its last turn leads to the report that names the rows.")
HELD_ADVICE: Final = gettext_noop(
    "Open its page, look at what would be written, then apply it, reject it, or change the limit. Until then the sync "
    "rests."
)
ENDINGS: Final[Mapping[NoticeKind, str]] = {
    NoticeKind.FAILING: gettext_noop("You are told once, and again when it works or needs you."),
    NoticeKind.RECOVERED: gettext_noop("What was missed meanwhile is fetched: it goes on where it last succeeded."),
    NoticeKind.HELD: HELD_ADVICE,
}


@dataclass(frozen=True, slots=True)
class Message:
    """`text` for people, `payload` for programs: a JSON object of `type`, `timestamp` and `data`."""

    kind: NoticeKind
    subject: str
    text: str
    payload: str


def kind_of(*, before: str, after: str) -> NoticeKind | None:
    """What there is to tell of a health that has turned; None: nothing. Each hold is told, for each is another plan."""
    if after == Health.HELD:
        return NoticeKind.HELD
    if before == after:
        return None
    if after == Health.FAILING:
        return NoticeKind.FAILING
    return NoticeKind.RECOVERED if after == Health.WELL and before in (Health.FAILING, Health.HELD) else None


def told(*, kind: NoticeKind, event: SyncEvent, before: str) -> Message:
    """The message about this turn of health; `before` is the health that people last knew of."""
    sync = event.sync
    with override(sync.brand.language):
        words = {
            "sync": one_line(sync.name),
            "connection": one_line(sync.connection.name),
            "since": local_moment(event.at, sync.brand),
        }
        parts = [gettext(BEGINNINGS[kind]) % words, *_reasons(kind, event.turn), gettext(ENDINGS[kind]) % words]
        return message_of(
            kind=kind,
            brand=sync.brand,
            at=event.at,
            subject=gettext(SUBJECTS[kind]) % words,
            parts=[*parts, site_address(sync_path(sync))],
            data={"sync": sync_data(sync), "before": before, "after": event.after, **_reason_data(kind, event.turn)},
        )


def message_of(
    *, kind: NoticeKind, brand: Brand, at: datetime, subject: str, parts: list[str], data: dict[str, Any]
) -> Message:
    """A message in the language that is active now; empty parts are left out."""
    name = one_line(brand.name)
    signature = gettext("Integration Admin, for %(brand)s") % {"brand": name}
    payload = {
        "type": f"sync.{kind}" if kind in SUBJECTS else str(kind),
        "timestamp": at.isoformat(),
        "data": {"brand": brand.key, **data},
    }
    return Message(
        kind=kind,
        subject=f"[{name}] {subject}"[:SUBJECT_LENGTH],
        text="\n\n".join([*filter(None, parts), signature]) + "\n",
        payload=json.dumps(payload, ensure_ascii=False),
    )


def one_line(name: str) -> str:
    """A name as it may stand in a subject."""
    return " ".join(shown(name).split())


def local_moment(moment: datetime, brand: Brand) -> str:
    """As the clock of the brand shows it, in the language that is active now."""
    zone = brand.shown_zone
    return f"{date_format(moment.astimezone(zone), 'DATETIME_FORMAT')} ({zone.key})"


def site_address(path: str) -> str:
    """The path at this site, if the site knows its own address."""
    return f"{settings.SITE_ADDRESS.rstrip('/')}{path}" if settings.SITE_ADDRESS and path else ""


def sync_path(sync: Sync) -> str:
    try:
        return reverse("admin:sync_app_sync_change", args=[sync.pk])
    except NoReverseMatch:
        return ""


def sync_data(sync: Sync) -> dict[str, Any]:
    """A sync as programs are told of it."""
    named = {"id": sync.pk, "name": sync.name, "direction": sync.direction, "connection": sync.connection.name}
    return named | {"url": site_address(sync_path(sync))}


def _reasons(kind: NoticeKind, turn: SyncTurn | None) -> list[str]:
    if turn is None or kind == NoticeKind.RECOVERED:
        return []
    if kind == NoticeKind.HELD:
        return [f"– {kept_message(problem)}" for problem in turn.held]
    error = kept_message(turn.error)
    said = gettext("The last error: %(error)s") % {"error": error} if error else ""
    return [said, gettext(ADVICE.get(turn.trouble, OTHER_ADVICE))]


def _reason_data(kind: NoticeKind, turn: SyncTurn | None) -> dict[str, Any]:
    if turn is None:
        return {}
    data: dict[str, Any] = {"turn": turn.pk, "run": turn.run_id}
    if kind == NoticeKind.FAILING and turn.error:
        data["error"] = {"code": turn.error.get("code", ""), "message": kept_message(turn.error)}
    if kind == NoticeKind.HELD:
        data["held"] = [{"code": one.get("code", ""), "message": kept_message(one)} for one in turn.held]
    return data
