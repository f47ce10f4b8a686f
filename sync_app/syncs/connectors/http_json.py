"""Any service that speaks JSON over HTTP."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext, ngettext

from sync_app.syncs.connectors.base import Fetched, Link, Refused, Sent, Setting, Tested, TransferFailed, Trouble
from sync_app.syncs.connectors.http_auth import Caller, calling
from sync_app.syncs.connectors.http_form import ALL, AS_GIVEN, BATCH, CONNECTION, ONE, PULL, PUSH
from sync_app.syncs.connectors.http_paging import NO_CONTENT, Listing, segments_of
from sync_app.syncs.connectors.http_since import marks_of, moment_in, since_parameter, watermark_after
from sync_app.syncs.connectors.looking import LOOK, more_than_looked_at
from sync_app.syncs.connectors.rows import batches, exact, json_of, require_no_page, said, told_in
from sync_app.syncs.http.addresses import fits_path
from sync_app.syncs.http.answers import Answer
from sync_app.syncs.http.sentences import SENTENCES

#: How a service says that this one item cannot be taken, and how that its address is none.
WRONG: Final = frozenset({400, 409, 413, 422})
NOWHERE: Final = frozenset({404, 410})
#: So many first items are refused with the same words, and it is none of theirs: no more of them are sent.
ALIKE_AT_MOST: Final = 20
DIGITS: Final = re.compile(r"\d+")
#: How a day is written that is no count.
DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
NO_END: Final = 1 << 40
SHOWN_COLUMNS: Final = 30
SAID: Final = ("message", "error_description", "detail", "error", "title")

Item = Mapping[str, Any]


class HttpJson:
    """See `Connector`. What a watermark is: `http_since`; when a list counts as complete: `http_paging`."""

    name = "http_json"
    label = "HTTP JSON"
    form: Sequence[Setting] = CONNECTION
    pull_form: Sequence[Setting] | None = PULL
    push_form: Sequence[Setting] | None = PUSH

    def everything(self, transfer: Mapping[str, Any]) -> bool:
        """Whether a list stands for the whole there."""
        return bool(transfer.get("everything"))

    def test(self, link: Link) -> Tested:
        """Reads the first page of the sync, or else what the connection names for a test, and says what it saw."""
        with calling(link, bounds=LOOK) as caller:
            of_sync = "paging" in link.transfer
            try:
                lines = _seen_of_sync(caller, link) if of_sync else _seen_of_connection(caller, link)
            except TransferFailed as failed:
                lines = [more_than_looked_at(failed)]
        if str(link.settings.get("address", "")).lower().startswith("http:"):
            lines.insert(0, gettext("The address begins with http: what is sent can be read on its way."))
        return Tested(ok=True, lines=lines)

    def pull(self, link: Link, *, watermark: str) -> Fetched:
        """Every page, from the watermark on. Raises TransferFailed."""
        since = since_parameter(link, watermark=watermark)
        first: Answer | None = None
        with calling(link) as caller:
            listing = Listing(caller, link, since=since)
            marks: list[str] = []
            for page in listing.pages():
                marks += marks_of(link, page.rows)
                if first is None:
                    first, answered_at = page.answer, link.now()
        if first is None:
            raise TransferFailed("answer_cut", Trouble.AGAIN, host="")
        mark = watermark_after(link, first=first, marks=marks, watermark=watermark, answered_at=answered_at)
        # Nobody here knows which of a service's parameters leave rows out.
        complete = listing.complete and not since and not link.transfer.get("query")
        return Fetched(listing.gathered.body, "json", name=_name(link), watermark=mark, complete=complete)

    def mark_at(self, transfer: Mapping[str, Any], moment: datetime) -> str:
        """The watermark of a fetch that begins at this moment; empty where it counts by something else."""
        counts = transfer.get("since_name") and transfer.get("since_format") != AS_GIVEN
        return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if counts else ""

    def moment_of(self, settings: Mapping[str, Any], mark: str, zone: ZoneInfo) -> datetime | None:
        """The moment that a watermark is; None where it counts by something else."""
        return moment_in(mark, zone) if DAY.match(mark) else None

    def settle(self, link: Link, *, receipt: Mapping[str, Any], ok: bool) -> None:
        """Nothing is acknowledged there."""

    def push(self, link: Link, *, items: Iterator[Item], key: str, skip: int) -> Iterator[Sent]:
        """In the portions that were chosen, each under a key of its own that a second try repeats.

        Raises TransferFailed, also `refused_too_many`: whatever comes first is refused, and all of it alike.
        """
        sending = link.transfer.get("sending") or BATCH
        size = {ONE: 1, ALL: NO_END}.get(str(sending), int(link.transfer.get("batch") or 100))
        refusals = _Refusals(str(link.transfer.get("id_field") or ""), ended=bool(skip))
        with calling(link) as caller:
            for position, portion in batches(items, size=size, skip=skip):
                sender = _send_one if sending == ONE else _send_several
                sent = sender(caller, link, portion, position, f"{key}-{position}")
                yield sent
                refusals.note(sent, portion[0], host=caller.host)


class _Refusals:
    """How many items are refused alike from the first one on: as by a wrong address, or a field that is always missing.

    What an item is called, and any number, may differ in what is said of it.
    """

    def __init__(self, id_field: str, *, ended: bool) -> None:
        self._id_field = id_field
        self._ended = ended
        self._count = 0
        self._first = ("", "")

    def note(self, sent: Sent, item: Item, *, host: str) -> None:
        """Raises TransferFailed `refused_too_many`."""
        if self._ended or (sent.refused and not sent.refused[0].code.isdigit()):
            # Refused here, by its own name: nothing was asked.
            return
        if not sent.refused or (self._count and self._said(sent, item) != self._first):
            self._ended = True
            return
        self._first = self._said(sent, item)
        self._count += 1
        if self._count > ALIKE_AT_MOST:
            told: dict[str, Any] = {"host": host, "limit": ALIKE_AT_MOST, "message": sent.refused[0].message}
            raise TransferFailed("refused_too_many", Trouble.SETTINGS, **told)

    def _said(self, sent: Sent, item: Item) -> tuple[str, str]:
        refused, called = sent.refused[0], str(item.get(self._id_field, ""))
        message = refused.message.replace(called, "") if called else refused.message
        return refused.code, DIGITS.sub("", message)


def _send_one(caller: Caller, link: Link, portion: list[Item], position: int, key: str) -> Sent:
    item = portion[0]
    segments = segments_of(str(link.transfer.get("path") or ""))
    accept = WRONG
    if field := str(link.transfer.get("id_field") or ""):
        value = item.get(field)
        if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
            told = gettext("The item has no “{field}” to send it to.").format(field=field)
            return Sent(0, (Refused(position, "no_id", told),))
        if not fits_path(str(value)):
            sentence = SENTENCES["path_unfit"]
            told = gettext(sentence).format(part=said(value))
            return Sent(0, (Refused(position, "path_unfit", told),))
        segments.append(str(value))
        # Only where the item is a part of the address is it the item that is not there.
        accept |= NOWHERE
    answer = _sent(caller, link, segments, item, key, accept=accept)
    if answer.ok:
        require_no_page(answer)
        return Sent(1)
    return Sent(0, (Refused(position, str(answer.status), _message(answer)),))


def _send_several(caller: Caller, link: Link, portion: list[Item], position: int, key: str) -> Sent:
    name = str(link.transfer.get("list_name") or "")
    body = {name: portion} if name else portion
    require_no_page(_sent(caller, link, segments_of(str(link.transfer.get("path") or "")), body, key))
    return Sent(len(portion))


def _sent(
    caller: Caller, link: Link, segments: list[str], body: Any, key: str, *, accept: frozenset[int] = frozenset()
) -> Answer:
    method = str(link.transfer.get("method") or "POST")
    named = key if link.transfer.get("idempotent", True) else ""
    return caller.ask(method, *segments, key=named, accept=accept, **json_of(body))


def _message(answer: Answer) -> str:
    """What it says is wrong: the member that services put it in, or the beginning of the answer."""
    content = told_in(answer)
    found = next((content[name] for name in SAID if name in content), None)
    return answer.said(found) if isinstance(found, str) and found.strip() else answer.excerpt


def _seen_of_sync(caller: Caller, link: Link) -> list[str]:
    page = next(Listing(caller, link).pages())
    return _told(page.answer, page.rows)


def _seen_of_connection(caller: Caller, link: Link) -> list[str]:
    answer = caller.ask("GET", *segments_of(str(link.settings.get("test_path") or "")))
    content = [] if answer.status == NO_CONTENT else exact(answer)
    rows = content if isinstance(content, list) else _only_list(content)
    if rows is None:
        return [gettext("{host} answers with JSON.").format(host=answer.address.host)]
    return _told(answer, [row for row in rows if isinstance(row, dict)])


def _only_list(content: Any) -> list[Any] | None:
    lists = [value for value in content.values() if isinstance(value, list)] if isinstance(content, dict) else []
    return lists[0] if len(lists) == 1 else None


def _told(answer: Answer, rows: Sequence[Item]) -> list[str]:
    count = len(rows)
    lines = [ngettext("{count} row on the first page.", "{count} rows on the first page.", count).format(count=count)]
    columns = list(dict.fromkeys(str(name) for row in rows for name in row))
    if columns:
        shown = ", ".join(map(answer.said, columns[:SHOWN_COLUMNS])) + (" …" if len(columns) > SHOWN_COLUMNS else "")
        lines.append(gettext("Columns: {names}.").format(names=shown))
    return lines


def _name(link: Link) -> str:
    segments = segments_of(str(link.transfer.get("path") or ""))
    return f"{segments[-1] if segments else 'rows'}.json"
