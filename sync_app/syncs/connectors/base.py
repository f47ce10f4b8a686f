"""What every connector is: a form, a test, a pull and a push. It is handed everything it needs and keeps nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sync_app.syncs.one_turn import Link as Link
from sync_app.syncs.one_turn import TransferFailed as TransferFailed
from sync_app.syncs.one_turn import Trouble as Trouble
from templates_app.catalog.problems import Problem


class Sort(StrEnum):
    """How a setting is asked for and read. `secret` is kept sealed and never shown again."""

    TEXT = "text"
    SECRET = "secret"  # noqa: S105 - the name of a sort of field
    ADDRESS = "address"
    CHOICE = "choice"
    WHOLE = "whole"
    SWITCH = "switch"
    PAIRS = "pairs"


@dataclass(frozen=True, slots=True)
class Setting:
    """One field of a connector's form. `label` and `help` are marked for translation (gettext_noop).

    `choices`: value -> label, for CHOICE. `when`: shown only while another setting has one of these values.
    `begins_anew`: another value leads to other data, so that a watermark means nothing there.
    Values in JSON: str; int (WHOLE, within `least`..`most`); bool (SWITCH); a str -> str mapping (PAIRS).
    """

    name: str
    label: str
    sort: Sort = Sort.TEXT
    required: bool = False
    default: Any = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    help: str = ""
    least: int = 0
    most: int = 1_000_000
    when: tuple[str, frozenset[str]] | None = None
    begins_anew: bool = False


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a pull brought: a body as an import takes it. `kind`: json, csv or xlsx.

    `watermark`: where the next pull begins, kept only once this one is committed. `complete`: whether the source proved
    that this is all there is (what is missing from it may then be deleted). `receipt`: JSON that `settle` is handed
    after the commit, maybe by another process: what to move away or to acknowledge. `more`: the source has more that
    waits, for which the next turn comes at once rather than at its time.
    """

    body: bytes = field(repr=False)
    kind: str
    name: str = ""
    watermark: str = ""
    complete: bool = False
    more: bool = False
    receipt: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refused:
    """An item the other system would not take: its position in the whole export (from 0), and what it said."""

    position: int
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one batch. `delivered` counts those confirmed. `note`: what the other system called it (a run)."""

    delivered: int
    refused: Sequence[Refused] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Tested:
    """What a test of a connection found: sentences for a person (already translated), the best news last."""

    ok: bool
    lines: Sequence[str]


class Connector(Protocol):
    """One other system. `form` is asked once per connection, `pull_form` and `push_form` once per sync.

    `pull` raises TransferFailed; nothing is half fetched. `push` is given the items of one export, in order, with the
    idempotency key of the whole (the same when a turn is tried again); it yields after each batch the receiver
    confirmed, so that what is confirmed is never sent again: `items` are all of the export, and the connector passes
    over the first `skip` of them, which were answered before. `settle` is called after what was pulled is committed
    (`ok`) or was refused, at least once, so it must be fit for a second time. A pull that finds nothing gives a body
    without rows, or an empty one.
    No form (None) says the connector cannot do that.
    """

    @property
    def name(self) -> str: ...

    @property
    def label(self) -> str: ...

    @property
    def form(self) -> Sequence[Setting]: ...

    @property
    def pull_form(self) -> Sequence[Setting] | None: ...

    @property
    def push_form(self) -> Sequence[Setting] | None: ...

    def test(self, link: Link) -> Tested: ...

    def pull(self, link: Link, *, watermark: str) -> Fetched: ...

    def settle(self, link: Link, *, receipt: Mapping[str, Any], ok: bool) -> None: ...

    def push(self, link: Link, *, items: Iterator[Mapping[str, Any]], key: str, skip: int) -> Iterator[Sent]: ...


def mark_at(connector: Connector, transfer: Mapping[str, Any], moment: datetime) -> str:
    """The watermark of a fetch that begins at this moment; empty where the connector does not count by time.

    A connector that does says so with a method `mark_at(transfer, moment)`.
    """
    asked = getattr(connector, "mark_at", None)
    return str(asked(transfer, moment)) if asked is not None else ""


def moment_of(connector: Connector, settings: Mapping[str, Any], mark: str, zone: ZoneInfo) -> datetime | None:
    """The moment that a watermark stands for; None where it stands for something else.

    A connector of which they do says so with a method `moment_of(settings, mark, zone)`: the answers to its form, and
    the zone of the brand.
    """
    asked = getattr(connector, "moment_of", None)
    return asked(settings, mark, zone) if asked is not None else None


def after_rejection(connector: Connector | None) -> str:
    """What becomes of what was fetched when a person rejects it; empty where the next turn sees it again.

    A connector of which it does not says so with an attribute `after_rejection`, a sentence marked for translation.
    """
    return str(getattr(connector, "after_rejection", ""))


def wrong_transfer(
    connector: Connector, *, actor: Any, settings: Mapping[str, Any], transfer: Mapping[str, Any], pulls: bool
) -> Mapping[str, Problem]:
    """What is wrong with the settings of a sync that this person is about to save, by name, as far as it can be told.

    A connector that can tell without asking another system says so with a method `wrong_transfer` of these arguments.
    """
    asked = getattr(connector, "wrong_transfer", None)
    return asked(actor=actor, settings=settings, transfer=transfer, pulls=pulls) if asked is not None else {}


def sends_everything(connector: Connector, transfer: Mapping[str, Any]) -> bool:
    """Whether a push is to be handed all records each time, not only those that changed since the last one.

    A connector says so with a method `everything(transfer)`; one without it is content with changes.
    """
    asked = getattr(connector, "everything", None)
    return bool(asked is not None and asked(transfer))


def writes_tables(connector: Connector, transfer: Mapping[str, Any]) -> bool:
    """Whether what is pushed ends in the columns of a table, so that the names of its items are not to be nested.

    A connector says so with a method `tables(transfer)`; one without it sends objects.
    """
    asked = getattr(connector, "tables", None)
    return bool(asked is not None and asked(transfer))


def has_begun(connector: Connector, settings: Mapping[str, Any], key: str) -> bool:
    """Whether some of a push under this key may be there already, though nothing of it was confirmed yet.

    A connector that knows says so with a method `begun(settings, key)`.
    """
    asked = getattr(connector, "begun", None)
    return bool(asked is not None and asked(settings, key))
