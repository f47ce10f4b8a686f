"""What the stored words of connections and syncs are called on the pages, and the colour each goes with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from integration_admin.figures import figure
from sync_app.admin.wording import COUNTS, PLANNED
from sync_app.models import Health, SyncDirection, SyncTurn, TurnStatus
from sync_app.runs.work.turn_ends import REHEARSAL
from sync_app.syncs.connectors.base import Connector, Trouble

HEALTH_TONES: Final[Mapping[str, str]] = {
    Health.UNKNOWN: "",
    Health.WELL: "success",
    Health.FAILING: "danger",
    Health.HELD: "warning",
}
TURN_TONES: Final[Mapping[str, str]] = {
    TurnStatus.WAITING: "",
    TurnStatus.FETCHING: "info",
    TurnStatus.PLANNING: "info",
    TurnStatus.WRITING: "info",
    TurnStatus.SENDING: "info",
    TurnStatus.HELD: "warning",
    TurnStatus.SUCCEEDED: "success",
    TurnStatus.WITH_FAILURES: "warning",
    TurnStatus.FAILED: "danger",
    TurnStatus.REJECTED: "",
    TurnStatus.CANCELLED: "",
    TurnStatus.OVERLAPPED: "",
    TurnStatus.POSTPONED: "",
}
DIRECTIONS: Final[Mapping[str, object]] = {
    SyncDirection.PULL: gettext_lazy("Fetch and import"),
    SyncDirection.PUSH: gettext_lazy("Export and send"),
}
ICONS: Final[Mapping[str, str]] = {
    "http_json": "data_object",
    "planningpme": "calendar_month",
    "weavy": "hub",
    "campus_skills": "school",
    "file_drop": "folder_open",
    "other_brand": "storefront",
}
ADVICE: Final[Mapping[str, object]] = {
    Trouble.AGAIN: gettext_lazy(
        "It is tried again at its next time. If it stays away, ask those who run the other system."
    ),
    Trouble.LATER: gettext_lazy("The other system asked for a rest. It is tried again by itself."),
    Trouble.CREDENTIALS: gettext_lazy("Enter the credentials of the connection again, and test it."),
    Trouble.ANSWER: gettext_lazy(
        "Test the connection, and compare the settings of the transfer with what the other system answers."
    ),
    Trouble.SETTINGS: gettext_lazy("Change what the message names, in the connection or in the sync, then run it now."),
}
OWN_ADVICE: Final = gettext_lazy("Read the report of the run, or edit the sync, then run it now.")
SCHEDULES: Final[Mapping[str, object]] = {
    "paused": gettext_lazy("Paused: its schedule starts nothing."),
    "held": gettext_lazy("Its schedule rests until somebody has decided about what is held."),
    "refused": gettext_lazy("Its schedule rests: the credentials of the connection were refused too often."),
    "probing": gettext_lazy("It keeps failing, so it is only tried now and then until it works again."),
    "broken": gettext_lazy("Its schedule cannot be read. Edit the sync, and enter it again."),
}


def can_words(connector: Connector) -> str:
    """What a connector can do."""
    if connector.pull_form is None:
        return _("sends")
    return _("fetches and sends") if connector.push_form is not None else _("fetches")


def turn_words(turn: SyncTurn) -> str:
    """What a turn has brought, in a line: `12 inserted, 3 unchanged`, or the rows it fetched or sent."""
    words = PLANNED if rehearsed(turn) or turn.status in {TurnStatus.HELD, TurnStatus.REJECTED} else COUNTS
    told = [(turn.counts.get(name, 0), str(word.text).lower()) for name, word in words.items()]
    named = ", ".join(f"{figure(count)}\N{NO-BREAK SPACE}{text}" for count, text in told if count)
    return named or rows_words(turn.rows)


def rows_words(rows: int) -> str:
    return ngettext("%(rows)s row", "%(rows)s rows", rows) % {"rows": figure(rows)}


def rehearsed(turn: SyncTurn) -> bool:
    """Whether it only showed what it would do."""
    return bool(turn.progress.get(REHEARSAL))


def advice(turn: SyncTurn) -> object:
    """What to do about a turn that failed."""
    return ADVICE.get(turn.trouble, OWN_ADVICE)
