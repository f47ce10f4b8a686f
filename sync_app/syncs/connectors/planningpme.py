"""PlanningPME, and whatever speaks its integration API, as this product does.

Of its pages: every call shows an application key (`X-APPKEY`) and a token; `/token` takes user and password, or the
token of a service account as `assertion`; `GET …/integration/{template}?since=yyyyMMddHHmmss` gives "only the elements
created and modified after this date"; lists come by `pageIndex`, from 0, and `pageSize`; an import takes `simulate`,
"allowing you to validate an import model before executing it on your production data".
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.translation import get_language, gettext

from sync_app.syncs.connectors.base import Fetched, Link, Refused, Sent, Setting, Sort, Tested, TransferFailed, Trouble
from sync_app.syncs.connectors.looking import LOOK
from sync_app.syncs.connectors.pages import Listed
from sync_app.syncs.connectors.planningpme_report import Report, read_report
from sync_app.syncs.connectors.rows import Gathered, batches, body_of, exact, json_of, rows_in
from sync_app.syncs.connectors.sessions import Session, asked_for_token, pasted, text_in
from sync_app.syncs.connectors.shared_settings import CHANGES, EXPORT_TEMPLATE, IMPORT_TEMPLATE
from sync_app.syncs.http.addresses import fits_query
from sync_app.syncs.http.answers import Answer
from sync_app.syncs.http.client import Bounds, Remote
from sync_app.syncs.http.waiting import server_moment
from templates_app.catalog.problems import gettext_noop

ACCOUNT_GRANT: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
PAGE: Final = 500
#: Members of an answer that tells an error; none of them is ever the list that was asked for.
ERRORS: Final = ("error", "errors", "errorList", "errorCode")
CURSOR: Final = "cursor"
#: yyyyMMddHHmmss, or so much of it as was said.
MOMENT: Final = re.compile(r"[0-9]{8,17}", re.ASCII)
SINCE: Final = "since"
WRITTEN: Final = "%Y%m%d%H%M%S"
LENGTH: Final = 14
#: So far back the next pull begins before this answer was made: what was being written then is not missed.
OVERLAP: Final = timedelta(seconds=60)
TEMPLATE, ENTITY = "template", "entity"
STOP, LEAVE_OUT = "stop", "leave_out"

Batch = tuple[int, list[Mapping[str, Any]]]


class PlanningPme:
    """See `Connector`. A watermark is `cursor:…` or `since:…`, as the answer before gave it."""

    name = "planningpme"
    label = "PlanningPME"
    form: Sequence[Setting] = (
        Setting(
            "address",
            gettext_noop("Address of the brand"),
            Sort.ADDRESS,
            required=True,
            help=gettext_noop("With the key of the brand at its end, like https://api.planningpme.com/your_brand"),
            begins_anew=True,
        ),
        Setting("appkey", gettext_noop("Application key"), Sort.SECRET, required=True),
        Setting(
            "sign_in",
            gettext_noop("Sign in with"),
            Sort.CHOICE,
            default="password",
            choices={"password": gettext_noop("User and password"), "account": gettext_noop("Account token")},
        ),
        Setting("username", gettext_noop("User"), required=True, when=("sign_in", frozenset({"password"}))),
        Setting(
            "password", gettext_noop("Password"), Sort.SECRET, required=True, when=("sign_in", frozenset({"password"}))
        ),
        Setting(
            "account_token",
            gettext_noop("Account token"),
            Sort.SECRET,
            required=True,
            when=("sign_in", frozenset({"account"})),
            help=gettext_noop("The token of a service account, copied from the account application."),
        ),
    )
    pull_form: Sequence[Setting] | None = (
        Setting(
            "source",
            gettext_noop("What is fetched"),
            Sort.CHOICE,
            default=TEMPLATE,
            choices={TEMPLATE: gettext_noop("An export template"), ENTITY: gettext_noop("A list of records")},
            begins_anew=True,
        ),
        replace(EXPORT_TEMPLATE, when=("source", frozenset({TEMPLATE}))),
        Setting(
            "entity",
            gettext_noop("Sort of records"),
            required=True,
            when=("source", frozenset({ENTITY})),
            help=gettext_noop("As in the address of its list: customer, project, resource, task …"),
            begins_anew=True,
        ),
        CHANGES,
    )
    push_form: Sequence[Setting] | None = (
        IMPORT_TEMPLATE,
        Setting(
            "mistakes",
            gettext_noop("When its simulation finds mistakes"),
            Sort.CHOICE,
            default=STOP,
            choices={
                STOP: gettext_noop("Send nothing"),
                LEAVE_OUT: gettext_noop("Send the rest, and report those"),
            },
            help=gettext_noop("Everything is simulated there before anything is sent."),
        ),
        Setting("batch", gettext_noop("Items in one call"), Sort.WHOLE, default=500, least=1, most=2000),
    )

    def test(self, link: Link) -> Tested:
        """Signs in and asks for the templates."""
        with _session(link, LOOK) as session:
            listed = _templates(session)
        lines = [
            gettext("The key and the sign-in are accepted."),
            gettext("Templates to fetch with: {names}.").format(names=", ".join(listed["out"]) or "–"),
            gettext("Templates to send to: {names}.").format(names=", ".join(listed["in"]) or "–"),
        ]
        return Tested(ok=True, lines=lines)

    def pull(self, link: Link, *, watermark: str) -> Fetched:
        """An export, or every page of a list."""
        begins = watermark if link.transfer.get("changes", True) else ""
        with _session(link) as session:
            if link.transfer.get("source") == ENTITY:
                return _listed(session, link, str(link.transfer.get(ENTITY)), begins)
            return _exported(session, link, str(link.transfer.get(TEMPLATE)), begins)

    def mark_at(self, transfer: Mapping[str, Any], moment: datetime) -> str:
        """The watermark of a fetch that begins at this moment."""
        return f"{SINCE}:{moment.astimezone(UTC):{WRITTEN}}" if transfer.get("changes", True) else ""

    def moment_of(self, settings: Mapping[str, Any], mark: str, zone: ZoneInfo) -> datetime | None:
        """The moment that a watermark is; None for a cursor."""
        name, _, value = mark.partition(":")
        try:
            # Of fewer digits another moment would be made.
            whole = name == SINCE and len(value) == LENGTH
            return datetime.strptime(value, WRITTEN).replace(tzinfo=UTC) if whole else None
        except ValueError:
            return None

    def settle(self, link: Link, *, receipt: Mapping[str, Any], ok: bool) -> None:
        """Nothing is acknowledged there."""

    def push(self, link: Link, *, items: Iterator[Mapping[str, Any]], key: str, skip: int) -> Iterator[Sent]:
        """Simulated, then sent, batch by batch. With "send nothing", all is simulated before the first is sent."""
        size = int(link.transfer.get("batch") or 500)
        with _session(link) as session:
            sending = _Sending(session, link, key)
            waiting: Iterator[Batch] | list[Batch] = batches(items, size=size, skip=skip)
            if link.transfer.get("mistakes") != LEAVE_OUT:
                waiting = list(waiting)
                for batch in waiting:
                    sending.require_flawless(batch)
            for batch in waiting:
                yield sending.sent(batch)


@contextmanager
def _session(link: Link, bounds: Bounds | None = None) -> Iterator[Session]:
    key = {"X-APPKEY": pasted(link, "appkey")}
    said = {"Accept-Language": get_language() or "en"}
    address = str(link.settings.get("address", ""))
    with Remote(base=address, link=link, credentials=key, headers=said, bounds=bounds) as remote:
        yield Session(remote, lambda asked: _signed_in(asked, link))


def _signed_in(remote: Remote, link: Link) -> dict[str, str]:
    """POST /{brand}/token as a form. 400 is how an OAuth server refuses."""
    if link.settings.get("sign_in") == "account":
        form = [("grant_type", ACCOUNT_GRANT), ("assertion", pasted(link, "account_token"))]
    else:
        form = [("grant_type", "password"), ("username", str(link.settings.get("username", "")))]
        form.append(("password", link.secrets.get("password", "")))
    answer = asked_for_token(remote, "token", form=form, refusing={400})
    return {"Authorization": f"Bearer {text_in(answer, 'access_token')}"}


def _templates(session: Session) -> dict[str, list[str]]:
    """The names of the installed templates, by direction."""
    answer = session.get("api", "integration", "templates")
    found: dict[str, list[str]] = {"in": [], "out": []}
    for template in rows_in(exact(answer), name="items", host=session.host):
        if isinstance(template, dict):
            found["in" if template.get("direction") == "in" else "out"].append(answer.said(template.get("name")))
    return found


# --- pulling


def _beginning(watermark: str) -> list[tuple[str, str]]:
    """The parameter that says from where on; none for everything."""
    name, _, value = watermark.partition(":")
    return [(name, value)] if name in {CURSOR, SINCE} and value else []


def _next(answer: Answer, content: Any, link: Link) -> str:
    """Where the next pull begins: what the answer says of it, else its own moment and a little before."""
    named = content if isinstance(content, dict) else {}
    if isinstance(named.get("cursor"), str) and named["cursor"]:
        if not fits_query(named["cursor"]):
            raise TransferFailed("next_unreadable", Trouble.ANSWER, host=answer.address.host, path=CURSOR)
        return f"{CURSOR}:{named['cursor']}"
    if isinstance(named.get("next"), str) and MOMENT.fullmatch(named["next"]):
        return f"{SINCE}:{named['next']}"
    took = link.now() - answer.asked_at
    moment = server_moment(answer.headers, now=link.now())
    begun = moment - took if moment is not None else answer.asked_at
    return f"{SINCE}:{(begun - OVERLAP).astimezone(UTC):{WRITTEN}}"


def _exported(session: Session, link: Link, template: str, watermark: str) -> Fetched:
    """GET /{brand}/api/integration/{template}: everything, or what changed since."""
    query = _beginning(watermark)
    answer = session.get("api", "integration", template, query=query)
    content = exact(answer)
    rows = rows_in(content, name=_rows_name(content, host=session.host), host=session.host)
    gathered = Gathered(host=session.host)
    gathered.take(rows)
    total = content.get("totalItems", len(rows)) if isinstance(content, dict) else len(rows)
    return Fetched(
        body=gathered.body,
        kind="json",
        name=f"{template}.json",
        watermark=_next(answer, content, link),
        complete=not query and total == len(rows),
    )


def _rows_name(content: Any, *, host: str) -> str:
    """`items`, unless the template gives its only list another name. Raises TransferFailed where an error is told."""
    named = content if isinstance(content, dict) else {}
    if any(named.get(name) for name in ERRORS):
        raise TransferFailed("list_missing", Trouble.ANSWER, host=host, name="items")
    lists = [name for name, value in named.items() if isinstance(value, list) and name not in ERRORS]
    return lists[0] if len(lists) == 1 else "items"


def _listed(session: Session, link: Link, entity: str, watermark: str) -> Fetched:
    """GET /{brand}/api/{entity}?pageIndex&pageSize, page after page. Raises TransferFailed `page_repeated`."""
    begin = _beginning(watermark)
    after: list[str] = []

    def ask(index: int) -> Answer:
        query = [("pageIndex", str(index)), ("pageSize", str(PAGE)), *begin]
        answer = session.get("api", entity, query=query)
        if not after:
            after.append(_next(answer, exact(answer), link))
        return answer

    listed = Listed(rows="items", total="totalItems", code="key", size=PAGE)
    rows, counted = listed.read(ask, host=session.host)
    complete = counted and not begin
    return Fetched(body=rows.body, kind="json", name=f"{entity}.json", watermark=after[0], complete=complete)


# --- pushing


class _Sending:
    """The batches of one push."""

    def __init__(self, session: Session, link: Link, key: str) -> None:
        self._session = session
        self._template = str(link.transfer.get("template", ""))
        self._key = key
        self._leaves_out = link.transfer.get("mistakes") == LEAVE_OUT

    def require_flawless(self, batch: Batch) -> None:
        """Raises TransferFailed `simulation_refused` when its simulation finds a mistake."""
        position, items = batch
        report = self._simulated(items)
        if report.failed:
            row, (_, message) = next(iter(sorted(report.failed.items())))
            told: dict[str, Any] = {"host": self._session.host, "rows": len(report.failed), "message": message}
            raise TransferFailed("simulation_refused", Trouble.SETTINGS, item=position + row, **told)

    def sent(self, batch: Batch) -> Sent:
        """What became of a batch."""
        position, items = batch
        failed = dict(self._simulated(items).failed) if self._leaves_out else {}
        kept = [row for row in range(1, len(items) + 1) if row not in failed]
        note = ""
        if kept:
            report = self._imported([items[row - 1] for row in kept], position)
            failed |= {kept[row - 1]: told for row, told in report.failed.items()}
            note = report.run
        told = [Refused(position + row - 1, code, message) for row, (code, message) in sorted(failed.items())]
        return Sent(delivered=len(items) - len(told), refused=told, note=note)

    def _simulated(self, items: Sequence[Any]) -> Report:
        content = {"simulate": True, "verbose": True, "stopOnError": False, "model": items}
        answer = self._session.post("api", "integration", self._template, repeatable=True, **json_of(content))
        return read_report(answer, rows=len(items))

    def _imported(self, items: Sequence[Any], position: int) -> Report:
        """The key goes with what is sent, so that a repetition has one effect and other items are not one."""
        content = {"simulate": False, "verbose": True, "stopOnError": False, "model": items}
        digest = hashlib.sha256(body_of(items)).hexdigest()[:12]
        key = f"{self._key}-{position}-{digest}"
        answer = self._session.post("api", "integration", self._template, key=key, **json_of(content))
        report = read_report(answer, rows=len(items))
        if report.is_open:
            # The same key finds the same run again, so the next turn takes up here, also where it may not be asked for.
            answer = self._session.get("api", "integration", "runs", report.run, accept={400, 404, 410})
            report = read_report(answer, rows=len(items)) if answer.ok else report
        if report.is_open or report.unprocessed:
            raise TransferFailed("import_unfinished", Trouble.AGAIN, host=self._session.host, run=report.run)
        return report
