"""One remote system over HTTP, for one turn.

    with Remote(base="https://crm.example/api", link=link, credentials={"X-APPKEY": key}) as remote:
        page = remote.get("projects", project, "customers", query=[("page", "2")])
        page.json()
        remote.post("customers", json=items, key="sync-7-41-0")

Addresses are looked at before anything is sent, credentials stay with their origin, a total deadline holds over names,
connections, headers and bodies, what may be repeated is repeated, and what goes wrong is a TransferFailed.
"""

from __future__ import annotations

import json as json_text
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self
from urllib.parse import urlencode

from django.conf import settings

from sync_app.syncs.http.addresses import Address, read_address, read_link
from sync_app.syncs.http.answers import Answer
from sync_app.syncs.http.headers import check_header, check_headers
from sync_app.syncs.http.redirects import STATUSES, next_hop
from sync_app.syncs.http.sockets import Dialer, Patience, Resolver, resolve
from sync_app.syncs.http.waiting import LONGEST_AFTER, Timing, backoff, retry_after
from sync_app.syncs.http.wire import Lost, Received, Wire
from sync_app.syncs.one_turn import Link, TransferFailed, Trouble

AGENT: Final = "integration-admin"
REPEATABLE: Final = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
BUSY: Final = frozenset({429})
FAILING: Final = frozenset({408, 425, 500, 502, 503, 504})
REFUSING: Final = frozenset({401, 403})
#: What is said beside the request and may go to any origin.
OPEN_HEADERS: Final = frozenset({"Accept", "Accept-Encoding", "User-Agent"})
SLICE: Final = 10.0

Pairs = Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Bounds:
    """`tries` of one request, `seconds` for each and `total_seconds` for all of them with the waits between, never
    beyond the turn. A longer wait than `wait_seconds` is not waited: the turn comes back later. `spacing`: seconds
    between the beginnings of two requests. `body_bytes`: of an answer, unpacked.
    """

    tries: int = 5
    seconds: float = 100.0
    total_seconds: float = 300.0
    wait_seconds: float = 60.0
    spacing: float = 0.0
    body_bytes: int = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent, and whether sending it twice is as good as once."""

    method: str
    address: Address
    headers: Mapping[str, str]
    body: bytes | None
    repeatable: bool
    most: int


@dataclass(frozen=True, slots=True)
class Missed:
    """A try that came to nothing. `sent`: it may have had its effect. `after`: seconds the other system asked for."""

    failed: TransferFailed
    sent: bool
    after: float | None = None


class Remote:
    """See the module. `credentials` are headers that never leave the origin of `base`; `headers` are a person's own and
    checked as such. `hidden`: further secrets that must not show in what is told of an answer. Raises TransferFailed
    for an address or a header that cannot be used.
    """

    def __init__(
        self,
        *,
        base: str,
        link: Link,
        credentials: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        hidden: Iterable[str] = (),
        bounds: Bounds | None = None,
        timing: Timing | None = None,
        resolver: Resolver = resolve,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self.base = read_address(base)
        self.link = link
        self.bounds = bounds or Bounds()
        self.timing = timing or Timing()
        check_headers(headers or {})
        self._headers = dict(headers or {})
        self._credentials: dict[str, str] = {}
        self._hidden = {*link.secrets.values(), *hidden}
        self.carry(credentials or {})
        self._patience = Patience(self.timing.clock)
        dialer = Dialer(self._patience, frozenset(settings.PRIVATE_ADDRESSES_ALLOWED), resolver)
        self._wire = Wire(dialer=dialer, context=context)
        self._began: float | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self._wire.close()

    def carry(self, credentials: Mapping[str, str]) -> None:
        """Sends these headers from now on, to the origin of the base only, and shows their values nowhere."""
        for name, value in credentials.items():
            check_header(name, value)
        self._credentials |= credentials
        self._hidden |= {part for value in credentials.values() for part in (value, value.rpartition(" ")[2])}

    def get(
        self,
        *segments: str,
        query: Pairs = (),
        headers: Mapping[str, str] | None = None,
        accept: Iterable[int] = (),
    ) -> Answer:
        """Reads what lies below the base. See `ask`."""
        return self.ask("GET", *segments, query=query, headers=headers, accept=accept)

    def post(
        self,
        *segments: str,
        json: Any = None,
        form: Pairs | None = None,
        key: str = "",
        accept: Iterable[int] = (),
        query: Pairs = (),
        repeatable: bool = False,
        most: int | None = None,
    ) -> Answer:
        """Sends JSON, or a form. See `ask`."""
        said: dict[str, Any] = {"json": json, "form": form, "key": key, "repeatable": repeatable, "most": most}
        return self.ask("POST", *segments, query=query, accept=accept, **said)

    def ask(
        self,
        method: str,
        *segments: str,
        query: Pairs = (),
        headers: Mapping[str, str] | None = None,
        json: Any = None,
        form: Pairs | None = None,
        body: bytes | None = None,
        content_type: str = "",
        key: str = "",
        repeatable: bool = False,
        accept: Iterable[int] = (),
        most: int | None = None,
    ) -> Answer:
        """One request below the base, each segment encoded on its own.

        Returns a success, or an answer whose status is in `accept`; anything else is a TransferFailed. `key` is sent as
        Idempotency-Key; with it, or where the caller says `repeatable`, a POST or PATCH is sent again like a GET.
        `most`: bytes of the answer, where fewer than those of the bounds are to be read.
        """
        if json is not None:
            body, content_type = json_text.dumps(json, ensure_ascii=False).encode(), "application/json"
        elif form is not None:
            body, content_type = urlencode(list(form)).encode(), "application/x-www-form-urlencoded"
        said = {"Accept": "application/json"} | self._headers | dict(headers or {})
        check_headers(dict(headers or {}))
        if content_type:
            said["Content-Type"] = content_type
        if key:
            check_header("Idempotency-Key", key)
            said["Idempotency-Key"] = key
        address = self.base.below(segments, query)
        again = repeatable or bool(key) or method in REPEATABLE
        bytes_read = min(most or self.bounds.body_bytes, self.bounds.body_bytes)
        return self._asked(Request(method, address, said, body, again, bytes_read), frozenset(accept))

    def follow(self, link: str, *, at: Answer, accept: Iterable[int] = ()) -> Answer:
        """Reads the address that an answer named, if it lies at or below the base. Raises TransferFailed else."""
        address = read_link(link, at=at.address)
        if not self.base.holds(address):
            raise TransferFailed("address_outside", Trouble.ANSWER, base=self.base.url)
        said = {"Accept": "application/json"} | self._headers
        return self._asked(Request("GET", address, said, None, True, self.bounds.body_bytes), frozenset(accept))

    def _asked(self, request: Request, accept: frozenset[int]) -> Answer:
        clock = self.timing.clock
        turn = (self.link.until - self.link.now()).total_seconds()
        until = clock() + min(self.bounds.total_seconds, turn)
        attempt = 1
        while True:
            self.link.beat()
            self._space_out()
            self._patience.until = min(until, clock() + self.bounds.seconds)
            outcome = self._tried(request, accept)
            if isinstance(outcome, Answer):
                return outcome
            wait = backoff(attempt, timing=self.timing) if outcome.after is None else outcome.after
            if not self._goes_on(request, outcome, attempt=attempt, wait=wait, left=until - clock()):
                raise self._final(request, outcome)
            self._pause(wait)
            attempt += 1

    def _goes_on(self, request: Request, missed: Missed, *, attempt: int, wait: float, left: float) -> bool:
        passing = missed.failed.trouble in {Trouble.AGAIN, Trouble.LATER}
        harmless = request.repeatable or not missed.sent
        return passing and harmless and attempt < self.bounds.tries and wait <= self.bounds.wait_seconds and wait < left

    def _final(self, request: Request, missed: Missed) -> TransferFailed:
        if missed.sent and not request.repeatable and missed.failed.code in {"answer_cut", "too_slow"}:
            return TransferFailed("outcome_unknown", Trouble.AGAIN, host=request.address.host)
        return missed.failed

    def _tried(self, request: Request, accept: frozenset[int]) -> Answer | Missed:
        asked_at = self.link.now()
        if not request.repeatable:
            # A kept connection that the other side just closed would look like a reply that was lost.
            self._wire.close()
        try:
            address, received = self._followed(request)
        except Lost as lost:
            return Missed(self._timed(lost.failed), sent=True)
        except TransferFailed as failed:
            return Missed(failed, sent=False)
        answer = Answer(
            received.status, received.headers, received.body, address, asked_at, received.framed, self._hidden
        )
        return answer if answer.ok or answer.status in accept else self._judged(answer)

    def _followed(self, request: Request) -> tuple[Address, Received]:
        """The answer at the end of the redirects. Credentials that were left behind once do not come back."""
        address, hops, at_home = request.address, 0, request.address.origin == self.base.origin
        while True:
            received = self._wire.exchange(
                request.method,
                address,
                headers=self._said(request, at_home=at_home),
                body=request.body,
                most=request.most,
            )
            location = received.headers.get("location", "")
            if received.status not in STATUSES or not location:
                return address, received
            target = next_hop(address, method=request.method, status=received.status, location=location, hops=hops)
            at_home = at_home and target.origin == address.origin
            address, hops = target, hops + 1

    def _said(self, request: Request, *, at_home: bool) -> dict[str, str]:
        said = {"User-Agent": AGENT, "Accept-Encoding": "gzip, deflate"} | dict(request.headers)
        if not at_home:
            return {name: value for name, value in said.items() if name in OPEN_HEADERS}
        return said | self._credentials

    def _judged(self, answer: Answer) -> Missed:
        host, status = answer.address.host, answer.status
        told: dict[str, Any] = {"host": host, "status": status, "excerpt": answer.excerpt}
        after = retry_after(answer.headers, now=self.link.now())
        if status in BUSY or (status == 503 and after is not None):
            later = TransferFailed("remote_busy", Trouble.LATER, host=host, after=after or SLICE)
            return Missed(later, sent=status not in BUSY, after=after)
        if status in FAILING:
            return Missed(TransferFailed("remote_failing", Trouble.AGAIN, **told), sent=True, after=after)
        if status in REFUSING:
            return Missed(TransferFailed("credentials_refused", Trouble.CREDENTIALS, **told), sent=True)
        return Missed(TransferFailed("remote_refused", Trouble.ANSWER, **told), sent=True)

    def _timed(self, failed: TransferFailed) -> TransferFailed:
        if failed.code == "too_slow":
            failed.params["seconds"] = round(self.bounds.seconds)
        return failed

    def _space_out(self) -> None:
        clock = self.timing.clock
        if self._began is not None and self.bounds.spacing:
            self._pause(self._began + self.bounds.spacing - clock())
        self._began = clock()

    def _pause(self, seconds: float) -> None:
        """Sleeps in slices, so that the turn keeps its lease and hears of a cancel."""
        until = self.timing.clock() + min(seconds, LONGEST_AFTER)
        while (left := until - self.timing.clock()) > 0:
            self.timing.sleep(min(left, SLICE))
            self.link.beat()
