"""Whatever a service answers, a transfer either comes about or says why not; and keeps nothing that cannot be."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest

from sync_app.syncs.connectors.base import Connector, Link, Sent, TransferFailed
from sync_app.syncs.connectors.campus_skills import CampusSkills
from sync_app.syncs.connectors.http_json import HttpJson
from sync_app.syncs.connectors.planningpme import PlanningPme
from sync_app.syncs.connectors.weavy import Weavy
from sync_app.syncs.http.addresses import CONTROL, Address
from sync_app.syncs.http.wire import Received, Wire
from tests.syncs.connectors.links import link_of
from tests.syncs.http.scripted import NOW, Clock

PME_TOKEN, WEAVY_TOKEN = {"access_token": "good"}, {"authToken": "good"}
ROW = {"id": 1, "changed": "2026-11-20T12:00:00Z", "key": "K1"}
RECORD = {"c_ID": 7, "srvDateUTC": "2026-11-20T12:00:00"}
OPERATION = {"row": 2, "operation": "Error", "code": "a", "problems": [{"message": "No."}]}
REPORT = {
    "run": 7,
    "status": "succeeded",
    "counts": {"rowsFailed": 1, "unprocessed": 0},
    "errors": [{"row": 1, "code": "a", "message": "No."}],
}
PLAIN = {"errors": 1, "errorList": [{"index": 0, "message": "No."}]}
SAME: dict[str, list[Any]] = {"same": [1], "added": [], "updated": [], "removed": []}
INVALID = {"validContrats": [], "invalidContrats": [{"codeContrat": "C1"}]}


@dataclass(frozen=True)
class Case:
    """A transfer, and what a service answers to it when all is well."""

    connector: Connector
    transfer: Mapping[str, Any]
    answers: tuple[Any, ...]


PULLS = [
    Case(HttpJson(), {"paging": "none", "since_name": "s", "mark": "rows", "mark_field": "changed"}, ([ROW],)),
    Case(
        HttpJson(),
        {"paging": "page", "total_path": "n/all", "rows_path": "d"},
        ({"d": [ROW], "n": {"all": 1}}, {"d": []}),
    ),
    Case(
        HttpJson(),
        {"paging": "link", "rows_path": "d/r", "next_path": "n"},
        ({"d": {"r": [ROW]}, "n": "?p=2"}, {"d": {"r": []}, "n": None}),
    ),
    Case(
        HttpJson(),
        {"paging": "cursor", "rows_path": "d", "next_path": "n"},
        ({"d": [ROW], "n": "c2"}, {"d": [], "n": None}),
    ),
    Case(
        HttpJson(),
        {"paging": "cursor", "rows_path": "d", "next_path": "n", "method": "POST"},
        ({"d": [ROW], "n": "c2"}, {"d": []}),
    ),
    Case(PlanningPme(), {"template": "x"}, (PME_TOKEN, {"items": [ROW], "totalItems": 1, "cursor": "c2"})),
    Case(PlanningPme(), {"template": "x"}, (PME_TOKEN, {"rows": [ROW], "next": "20261120120000"})),
    Case(
        PlanningPme(),
        {"source": "entity", "entity": "customer"},
        (PME_TOKEN, {"items": [ROW], "totalItems": 1, "cursor": "c2"}),
    ),
    Case(Weavy(), {"entity": "c", "which": "changed"}, (WEAVY_TOKEN, {"data": [RECORD]})),
    Case(CampusSkills(), {}, ({"contrats": [{"codeContrat": "C1"}], "total": 1},)),
]
PUSHES = [
    Case(HttpJson(), {"sending": "one", "id_field": "id"}, ({"message": "No."},)),
    Case(HttpJson(), {"sending": "batch", "batch": 2}, ({},)),
    Case(
        PlanningPme(),
        {"template": "x", "mistakes": "leave_out"},
        (PME_TOKEN, REPORT | {"operations": [OPERATION]}, PLAIN),
    ),
    Case(
        PlanningPme(),
        {"template": "x", "mistakes": "leave_out"},
        (PME_TOKEN, PLAIN, {"run": 7, "status": "queued"}, REPORT),
    ),
    Case(PlanningPme(), {"template": "x"}, (PME_TOKEN, {"errors": 0, "errorList": []}, PLAIN)),
    Case(Weavy(), {"entity": "c"}, (WEAVY_TOKEN, {"errorCode": "x", "message": "No."})),
    Case(CampusSkills(), {"version": "v1"}, (SAME, {"total": 3})),
    Case(CampusSkills(), {"version": "v2"}, (SAME, INVALID)),
    Case(
        CampusSkills(),
        {"version": "v2"},
        (SAME, {"details": [{"codeContrat": "C1", "message": "No."}], "reason": "No."}),
    ),
]
TESTS = [
    Case(HttpJson(), {}, ({"rows": [ROW]},)),
    Case(PlanningPme(), {}, (PME_TOKEN, {"items": [{"name": "x", "direction": "in"}]})),
    Case(Weavy(), {}, (WEAVY_TOKEN, {"entities": [{"entityName": "customer"}]})),
    Case(CampusSkills(), {}, ({"name": "Centre"},)),
]
STRANGE: list[Any] = [
    None,
    True,
    False,
    0,
    -1,
    2,
    10**30,
    -(10**30),
    10**400,
    1.5,
    1e300,
    "",
    " ",
    "0",
    "²",
    "\0",
    "a\nb",
    "\ud800",
    "..",
    "a/b",
    "https://evil.example/",
    "//evil.example/",
    "?p=9",
    "x" * 9000,
    "succeeded",
    "queued",
    "failed",
    "held",
    "9999-12-31T00:00:00",
    "0001-01-01",
    [],
    {},
    [[]],
    [{}],
    {"": []},
    [None],
    ["\ud800"],
    {"\0": "\0"},
    {"\ud800": 1},
    {"message": ["\0"]},
    "•••",
]
STATUSES = [200] * 12 + [201, 204, 400, 401, 403, 404, 409, 413, 422, 429, 500]
HEADERS: list[dict[str, str]] = [{}] * 8 + [
    {"date": "Fri, 22 Nov 9999 12:00:07 GMT"},
    {"date": "\xff"},
    {"link": '<https://evil.example/>; rel="next"'},
    {"link": '<?p=2>; rel="next"'},
    {"link": "<\xff>;rel=next"},
    {"retry-after": "9" * 400},
    {"content-type": "text/html"},
]
ROUNDS = 100


class Service:
    """Answers in turn, the last again and again; a part of it is not what it should be."""

    def __init__(self, random: Random, answers: tuple[Any, ...]) -> None:
        self.random = random
        self.answers = [copy.deepcopy(content) for content in answers]
        place = random.randrange(len(answers))
        self.answers[place] = self._bent(self.answers[place])
        self.statuses = [random.choice(STATUSES) if random.random() < 0.3 else 200 for _ in answers]
        self.headers = [random.choice(HEADERS) for _ in answers]
        self.asked = 0

    def _bent(self, content: Any) -> Any:
        """With one value, anywhere inside it, that is strange, missing or there twice."""
        inside = (
            list(content.items())
            if isinstance(content, dict)
            else list(enumerate(content))
            if isinstance(content, list)
            else []
        )
        if not inside or self.random.random() < 0.1:
            return self.random.choice(STRANGE)
        name, value = self.random.choice(inside)
        if self.random.random() < 0.15:
            del content[name]
        elif isinstance(content, list) and self.random.random() < 0.2:
            content.append(copy.deepcopy(value))
        else:
            content[name] = self._bent(value)
        return content

    def exchange(
        self, _method: str, _at: Address, *, headers: Mapping[str, str], body: bytes | None, most: int
    ) -> Received:
        place = min(self.asked, len(self.answers) - 1)
        self.asked += 1
        assert self.asked < 60
        assert all(value.isprintable() and len(value) < 5000 for value in headers.values())
        written = b"" if self.statuses[place] == 204 else json.dumps(self.answers[place]).encode()
        return Received(self.statuses[place], self.headers[place], written, framed=True)


def services(case: Case, seed: str) -> Iterator[Service]:
    for number in range(ROUNDS):
        yield Service(Random(f"{seed} {number}"), case.answers)  # noqa: S311 - no secret, and the same each time


@contextmanager
def asked(service: Service, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    clock = Clock()
    with monkeypatch.context() as patch:
        patch.setattr(Wire, "exchange", service.exchange)
        patch.setattr("sync_app.syncs.http.client.Timing", lambda: clock.timing)
        yield


def link(case: Case) -> Link:
    settings = {"address": "https://crm.example/api", "project": "DEMO", "username": "ann"}
    secrets = {"password": "p-secret", "appkey": "a-secret", "token": "t-secret"}
    return link_of(
        now=lambda: NOW, settings=settings, secrets=secrets, transfer=dict(case.transfer) | {"most_pages": 20}
    )


def require_kept(kept: object) -> None:
    """What a database takes: text without signs that are none, and JSON."""
    strings = [kept] if isinstance(kept, str) else []
    if isinstance(kept, Mapping):
        strings = [str(name) for name in kept]
        kept = list(kept.values())
    if isinstance(kept, list | tuple):
        for one in kept:
            require_kept(one)
    for text in strings:
        assert not CONTROL.search(text), ascii(text)
        assert len(text) < 6000
    json.dumps(kept)


@pytest.mark.parametrize("case", PULLS, ids=lambda case: f"{case.connector.name} {case.transfer}")
def test_a_pull_brings_rows_or_says_why_not(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    brought = 0
    for number, service in enumerate(services(case, "pull")):
        with asked(service, monkeypatch):
            try:
                fetched = case.connector.pull(link(case), watermark="" if number % 2 else "2026-11-20T12:00:00Z")
            except TransferFailed as failed:
                require_kept(failed.params)
                continue
        brought += 1
        assert isinstance(json.loads(fetched.body), list)
        assert not fetched.watermark.startswith(("9999", "since:9999"))
        require_kept([fetched.watermark, fetched.name, fetched.receipt])
        with asked(service, monkeypatch), suppress(TransferFailed):
            case.connector.settle(link(case), receipt=fetched.receipt, ok=True)
    assert 0 < brought < ROUNDS


@pytest.mark.parametrize("case", PUSHES, ids=lambda case: f"{case.connector.name} {case.transfer}")
def test_a_push_counts_each_item_once_or_says_why_not(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    items: list[dict[str, Any]] = [
        {"id": "a", "c_ID": 1, "codeContrat": "C1"},
        {"id": "..", "c_ID": 2, "codeContrat": "C2"},
        {"x": 1},
    ]
    for service in services(case, "push"):
        sent: list[Sent] = []
        with asked(service, monkeypatch):
            try:
                sent.extend(case.connector.push(link(case), items=iter(items), key="sync-7-41", skip=0))
            except TransferFailed as failed:
                require_kept(failed.params)
            else:
                assert sum(one.delivered + len(one.refused) for one in sent) == len(items)
        for one in sent:
            assert one.delivered >= 0
            assert len({refused.position for refused in one.refused}) == len(one.refused)
            require_kept([one.note, *([refused.code, refused.message] for refused in one.refused)])


@pytest.mark.parametrize("case", TESTS, ids=lambda case: case.connector.name)
def test_a_test_tells_what_it_saw_or_says_why_not(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    for service in services(Case(case.connector, {}, case.answers), "test"):
        with asked(service, monkeypatch):
            try:
                tested = case.connector.test(
                    link_of(now=lambda: NOW, settings=link(case).settings, secrets=link(case).secrets)
                )
            except TransferFailed as failed:
                require_kept(failed.params)
            else:
                require_kept(list(tested.lines))
