"""Divalto weavy over its API Data.

Of its page: a signed token is "used for all operations that follow (bearer token)"; data comes in packets "limited to
1000 records"; a batch is imported "in an atomic manner"; and once records were taken, "it is useful to update the
export status", naming the code and the `srvDateUTC` that was read of each, so that what was changed meanwhile is not
taken for exported. Keys are called `[entity]_ID`. Addresses the page does not show are those of this product's dialect.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext

from sync_app.syncs.connectors.base import Fetched, Link, Refused, Sent, Setting, Sort, Tested, TransferFailed, Trouble
from sync_app.syncs.connectors.looking import LOOK, more_than_looked_at
from sync_app.syncs.connectors.rows import (
    Gathered,
    batches,
    exact,
    json_of,
    require_no_page,
    rows_in,
    said,
    told_in,
)
from sync_app.syncs.connectors.sessions import Session, asked_for_token, text_in
from sync_app.syncs.http.addresses import fits_query
from sync_app.syncs.http.answers import Answer
from sync_app.syncs.http.client import Bounds, Remote
from sync_app.syncs.http.waiting import AHEAD
from templates_app.catalog.problems import gettext_noop

PACKET: Final = 1000
BULK: Final = 10_000
#: So many packets end every list: a hundred million records.
PACKETS_AT_MOST: Final = 100_000
#: A batch that was refused is halved until the record is found; more of them than this are not looked for.
REFUSED_AT_MOST: Final = 100
WRONG: Final = frozenset({400, 409, 422})
#: So far before the last change read the next pull begins: what was being written then is not missed.
OVERLAP: Final = timedelta(seconds=5)
EARLIEST: Final = datetime(1900, 1, 1, tzinfo=UTC)
NEW, CHANGED, ALL = "new", "changed", "all"

Item = tuple[int, Mapping[str, Any]]


class Weavy:
    """See `Connector`. A watermark is the latest `srvDateUTC` that was read."""

    name = "weavy"
    label = "Divalto weavy"
    form: Sequence[Setting] = (
        Setting(
            "address",
            gettext_noop("Address"),
            Sort.ADDRESS,
            required=True,
            default="https://api.weavy.divalto.com",
            help=gettext_noop("Projects of North America have another one: https://swing-ca.swingmobility.com"),
            begins_anew=True,
        ),
        Setting("project", gettext_noop("Code of the project"), required=True, begins_anew=True),
        Setting("username", gettext_noop("User"), required=True),
        Setting("password", gettext_noop("Password"), Sort.SECRET, required=True),
        Setting(
            "company",
            gettext_noop("Code of the company"),
            help=gettext_noop("Only where a project has several; otherwise that of the user counts."),
            begins_anew=True,
        ),
    )
    pull_form: Sequence[Setting] | None = (
        Setting(
            "entity",
            gettext_noop("Entity"),
            required=True,
            help=gettext_noop("As in the dictionary: customer …"),
            begins_anew=True,
        ),
        Setting(
            "which",
            gettext_noop("Which records"),
            Sort.CHOICE,
            default=NEW,
            choices={
                NEW: gettext_noop("Those not marked as exported"),
                CHANGED: gettext_noop("Those changed since the last time"),
                ALL: gettext_noop("All of them"),
            },
            help=gettext_noop(
                "Only where all are read, without filters, and fewer than 1000 came, can missing records be noticed."
            ),
            begins_anew=True,
        ),
        Setting(
            "filters",
            gettext_noop("Filters"),
            Sort.PAIRS,
            default={},
            help=gettext_noop(
                "A field and its value; several values with “|” between them. For other comparisons, write the field "
                "as “endDate GreaterThan” or “endDate LessThan”."
            ),
            begins_anew=True,
        ),
        Setting(
            "stamp",
            gettext_noop("Mark as exported after the import"),
            Sort.SWITCH,
            default=True,
            help=gettext_noop("A record that was changed there meanwhile is not marked, and comes again."),
        ),
    )
    push_form: Sequence[Setting] | None = (
        Setting(
            "entity",
            gettext_noop("Entity"),
            required=True,
            help=gettext_noop("Each item needs the code of its record, as customer_ID for the entity customer."),
            begins_anew=True,
        ),
        Setting("batch", gettext_noop("Records in one call"), Sort.WHOLE, default=PACKET, least=1, most=BULK),
    )

    def test(self, link: Link) -> Tested:
        """Signs in, and names the entities if the project lets them be listed."""
        with _session(link, LOOK) as session:
            session.sign_in()
            lines = [gettext("The sign-in is accepted.")]
            try:
                lines += _entities_told(session.get("v1", "Dictionary", _project(link), accept={404}))
            except TransferFailed as failed:
                lines.append(more_than_looked_at(failed))
        return Tested(ok=True, lines=lines)

    def pull(self, link: Link, *, watermark: str) -> Fetched:
        """POST /v1/Data/{project}/Select, packet after packet. Raises TransferFailed `page_repeated`."""
        entity, filters = _entity(link), _filters(link, watermark)
        with _session(link) as session:
            records, dates = _read(session, link, entity, filters)
        which = link.transfer.get("which") or NEW
        return Fetched(
            body=records.body,
            kind="json",
            name=f"{entity}.json",
            watermark=_latest(watermark, dates.values(), until=link.now() + AHEAD),
            # A packet that came after another proves no end: records may have moved between the two.
            complete=which == ALL and not filters and records.count < PACKET,
            receipt=_receipt(entity, dates) if link.transfer.get("stamp", True) else {},
        )

    def mark_at(self, transfer: Mapping[str, Any], moment: datetime) -> str:
        """The watermark of a fetch that begins at this moment."""
        return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if transfer.get("which") == CHANGED else ""

    def moment_of(self, settings: Mapping[str, Any], mark: str, zone: ZoneInfo) -> datetime | None:
        """The moment that a watermark is."""
        return _moment(mark)

    def settle(self, link: Link, *, receipt: Mapping[str, Any], ok: bool) -> None:
        """Marks what was imported as exported, by the `srvDateUTC` that was read. Refused: all of it comes again."""
        if not ok or "rows" not in receipt:
            return
        head = {"entityName": receipt["entity"], "srvExport": 1} | _company(link)
        with _session(link) as session:
            for _, rows in batches(receipt["rows"], size=PACKET, skip=0):
                told = [{"rowCode": code, "srvDateUTC": date} for code, date in rows]
                where = ("v1", "Data", _project(link), "ValidateExport")
                require_no_page(session.post(*where, repeatable=True, **json_of(head | {"rows": told})))

    def push(self, link: Link, *, items: Iterator[Mapping[str, Any]], key: str, skip: int) -> Iterator[Sent]:
        """POST /v1/Data/{project}/BulkImport. A refused batch is halved until the records to blame are found."""
        with _session(link) as session:
            bulk = _Bulk(session, link, key)
            for position, batch in batches(items, size=int(link.transfer.get("batch") or PACKET), skip=skip):
                told = sorted(bulk.sent(list(enumerate(batch, start=position))), key=lambda one: one.position)
                yield Sent(delivered=len(batch) - len(told), refused=told)


@contextmanager
def _session(link: Link, bounds: Bounds | None = None) -> Iterator[Session]:
    with Remote(base=str(link.settings.get("address", "")), link=link, bounds=bounds) as remote:
        yield Session(remote, lambda asked: _signed_in(asked, link))


def _signed_in(remote: Remote, link: Link) -> dict[str, str]:
    """POST /v1/Authenticate. The page shows no refusal: 400 is taken for one like 401."""
    given = {"scope": "API", "projectCode": _project(link), "userName": link.settings.get("username", "")}
    given["password"] = link.secrets.get("password", "")
    answer = asked_for_token(remote, "v1", "Authenticate", json=given, refusing={400})
    return {"Authorization": f"Bearer {text_in(answer, 'authToken')}"}


def _entities_told(answer: Answer) -> list[str]:
    """The entities, where the project lets them be listed."""
    listed = rows_in(exact(answer), name="entities", host=answer.address.host) if answer.ok else []
    names = [answer.said(entity.get("entityName")) for entity in listed if isinstance(entity, dict)]
    return [gettext("Entities: {names}.").format(names=", ".join(names))] if names else []


def _project(link: Link) -> str:
    return str(link.settings.get("project", ""))


def _company(link: Link) -> dict[str, str]:
    code = str(link.settings.get("company") or "")
    return {"companyCode": code} if code else {}


def _entity(link: Link) -> str:
    return str(link.transfer.get("entity", ""))


# --- pulling


def _filters(link: Link, watermark: str) -> list[dict[str, Any]]:
    """What `Select` is asked for: what a person entered, and what the choice of records means."""
    asked = [_filter(name, str(value)) for name, value in (link.transfer.get("filters") or {}).items()]
    which = link.transfer.get("which") or NEW
    if which == NEW:
        asked.append(("srvExport", "equal", [0]))
    if which == CHANGED and watermark:
        asked.append(("srvDate", "GreaterThan", [_before(watermark)]))
    return [
        {"filterKey": f"k{number}", "fieldName": field, "operator": operator, "filterValues": values}
        for number, (field, operator, values) in enumerate(asked, start=1)
    ]


def _filter(name: str, value: str) -> tuple[str, str, list[Any]]:
    """`city` -> equal; `endDate GreaterThan` -> that."""
    field, _, operator = name.strip().partition(" ")
    return field, operator.strip() or "equal", value.split("|")


def _before(watermark: str) -> str:
    """A moment as filters take it, with a blank between date and time. Raises TransferFailed `watermark_unread`."""
    moment = _moment(watermark)
    if moment is None:
        raise TransferFailed("watermark_unread", Trouble.SETTINGS, watermark=said(watermark))
    return f"{moment - OVERLAP:%Y-%m-%d %H:%M:%S}"


def _latest(watermark: str, dates: Iterable[str], *, until: datetime) -> str:
    """The latest of these moments, as it was written. One that is to come would hide what changes until then."""
    marks = [(moment, text) for text in (watermark, *dates) if (moment := _moment(text)) is not None]
    return max((mark for mark in marks if mark[0] <= until), default=(EARLIEST, watermark))[1]


def _moment(text: str) -> datetime | None:
    """A moment in UTC, which one without a zone is."""
    try:
        moment = datetime.fromisoformat(text)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if moment >= EARLIEST else None


def _read(session: Session, link: Link, entity: str, filters: list[dict[str, Any]]) -> tuple[Gathered, dict[str, str]]:
    """The records of all packets; and code -> `srvDateUTC`, empty where a record has none."""
    records = Gathered(host=session.host)
    dates: dict[str, str] = {}
    for packet in range(PACKETS_AT_MOST):
        asked = {"entityName": entity, "offset": records.count, "filterFields": filters, "returnFields": []}
        where = ("v1", "Data", _project(link), "Select")
        answer = session.post(*where, repeatable=True, **json_of(asked | _company(link)))
        page = rows_in(exact(answer), name="data", host=session.host)
        coded = {_code(row, entity, session.host): _date(row) for row in page}
        if len(coded) < len(page) or coded.keys() & dates.keys():
            raise TransferFailed("page_repeated", Trouble.ANSWER, host=session.host, page=packet + 1)
        dates |= coded
        records.take(page)
        if len(page) < PACKET:
            return records, dates
    raise TransferFailed("pages_endless", Trouble.ANSWER, host=session.host, limit=PACKETS_AT_MOST)


def _code(row: Any, entity: str, host: str) -> str:
    """The code of a record: its field `[entity]_ID`, in any case."""
    wanted = f"{entity}_ID".lower()
    found = next((row[name] for name in row if name.lower() == wanted), None) if isinstance(row, dict) else None
    if found in (None, "") or not fits_query(str(found)):
        raise TransferFailed("code_missing", Trouble.ANSWER, host=host, name=f"{entity}_ID")
    return str(found)


def _date(row: Mapping[str, Any]) -> str:
    date = row.get("srvDateUTC")
    return date if isinstance(date, str) and fits_query(date) else ""


def _receipt(entity: str, dates: Mapping[str, str]) -> dict[str, Any]:
    """What is marked later: the code and the `srvDateUTC` of each."""
    dated = [[code, date] for code, date in dates.items() if date]
    return {"entity": entity, "rows": dated} if dated else {}


# --- pushing


class _Bulk:
    """The batches of one push."""

    def __init__(self, session: Session, link: Link, key: str) -> None:
        self._session = session
        self._where = ("v1", "Data", _project(link), "BulkImport")
        self._entity = _entity(link)
        self._head = {"entityName": self._entity} | _company(link)
        self._key = key
        self._refused = 0

    def sent(self, items: list[Item]) -> list[Refused]:
        """The items that were refused; all others were taken. Raises TransferFailed `refused_too_many`."""
        wanted = f"{self._entity}_ID"
        uncoded = [position for position, item in items if item.get(wanted) in (None, "")]
        rest = [one for one in items if one[0] not in set(uncoded)]
        message = gettext("The item has no {name}.").format(name=wanted)
        return [Refused(position, "code_missing", message) for position in uncoded] + (
            self._tried(rest) if rest else []
        )

    def _tried(self, items: list[Item]) -> list[Refused]:
        content = self._head | {"rows": [item for _, item in items]}
        key = f"{self._key}-{items[0][0]}-{len(items)}"
        answer = self._session.post(*self._where, key=key, accept=WRONG, **json_of(content))
        if answer.ok:
            require_no_page(answer)
            return []
        if len(items) > 1:
            half = len(items) // 2
            return self._tried(items[:half]) + self._tried(items[half:])
        self._refused += 1
        if self._refused > REFUSED_AT_MOST:
            told: dict[str, Any] = {"host": self._session.host, "limit": REFUSED_AT_MOST, "message": answer.excerpt}
            raise TransferFailed("refused_too_many", Trouble.SETTINGS, **told)
        return [Refused(items[0][0], *_why(answer))]


def _why(answer: Answer) -> tuple[str, str]:
    """Code and message of a refusal. The page shows no such body: without `errorCode` it is shown as it is."""
    content = told_in(answer)
    code, message = content.get("errorCode"), content.get("message")
    return answer.said(code)[:60] or "refused", answer.said(message) or answer.excerpt
