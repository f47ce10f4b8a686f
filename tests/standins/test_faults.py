"""The stand-ins fail as they are told to, as often as they are told to."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from sync_app.standins import server
from sync_app.standins.campus_skills import CampusSkills
from sync_app.standins.campus_skills_data import seeded
from sync_app.standins.faults import Fault, Faults, UnknownFault, read_fault
from sync_app.standins.listed import STAND_INS
from sync_app.standins.server import serving
from tests.standins.calls import Wire

LIST = "/api/sync/v1/contrats"


class Campus:
    """A stand-in behind a port, and a caller who knows its token."""

    def __init__(self, standin: CampusSkills, origin: str) -> None:
        self.standin = standin
        self.wire = Wire(origin)

    def send(
        self, method: str = "GET", target: str = LIST, content: object = None
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        return self.wire.send(method, target, content, authorization=f"Bearer {self.standin.token}")

    def status(self) -> int:
        return self.send()[0]


@pytest.fixture
def campus() -> Iterator[Campus]:
    standin = CampusSkills()
    with serving(standin) as origin:
        yield Campus(standin, origin)


@pytest.mark.parametrize(
    ("text", "fault", "times"),
    [
        ("server-error", Fault.SERVER_ERROR, 1),
        ("server-error:3", Fault.SERVER_ERROR, 3),
        ("login-page", Fault.LOGIN_PAGE, None),
        ("login-page:1", Fault.LOGIN_PAGE, 1),
    ],
)
def test_a_fault_is_named_with_how_often(text: str, fault: Fault, times: int | None) -> None:
    assert read_fault(text) == (fault, times)


@pytest.mark.parametrize(
    "text", ["", "nothing", "server-error:", "server-error:0", "server-error:x", "server-error:-1"]
)
def test_what_is_no_fault_is_refused(text: str) -> None:
    with pytest.raises(UnknownFault):
        Faults().switch_on(text)


def test_a_fault_passes_after_its_times(campus: Campus) -> None:
    campus.standin.faults.switch_on("server-error:2")
    assert [campus.status() for _ in range(3)] == [500, 500, 200]


@pytest.mark.parametrize("fault", [Fault.AWAY, Fault.LOGIN_PAGE, Fault.EMPTY_LISTING, Fault.HALF_LISTING])
def test_other_faults_last_until_they_are_switched_off(campus: Campus, fault: Fault) -> None:
    whole = campus.send()[2]
    campus.standin.faults.switch_on(fault)
    assert [campus.send()[2] == whole for _ in range(2)] == [False, False]
    campus.standin.faults.switch_off()
    assert campus.send()[2] == whole


@pytest.mark.parametrize(
    ("fault", "wait"), [(Fault.TOO_MANY, "2"), (Fault.TOO_MANY_ABSURD, "31536000"), (Fault.TOO_MANY_BARE, None)]
)
def test_it_asks_to_come_again_later(campus: Campus, fault: Fault, wait: str | None) -> None:
    campus.standin.faults.switch_on(fault)
    status, headers, _ = campus.send()
    assert (status, headers["Retry-After"]) == (429, wait)


def test_it_names_the_moment_to_come_again(campus: Campus) -> None:
    campus.standin.faults.switch_on(Fault.TOO_MANY_DATE)
    assert parsedate_to_datetime(campus.send()[1]["Retry-After"]) > campus.standin.clock().replace(microsecond=0)


def test_an_answer_ends_before_its_length(campus: Campus) -> None:
    campus.standin.faults.switch_on(Fault.CUT_BODY)
    with pytest.raises(http.client.IncompleteRead):
        campus.send()


def test_an_answer_without_length_ends_in_the_middle(campus: Campus) -> None:
    whole = campus.send()[2]
    campus.standin.faults.switch_on(Fault.CUT_WITHOUT_LENGTH)
    _, headers, body = campus.send()
    assert headers["Content-Length"] is None
    assert body == whole[: len(whole) // 2]


def test_an_answer_drips(campus: Campus, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr("sync_app.standins.server.time.sleep", waits.append)
    campus.standin.faults.switch_on(Fault.SLOW_DRIP)
    # The last wait may begin after the last byte is here.
    assert 0 <= len(campus.send()[2]) - len(waits) <= 1
    assert len(waits) > 100


def test_a_write_is_carried_out_and_its_reply_lost(campus: Campus) -> None:
    campus.standin.faults.switch_on(Fault.LOST_REPLY)
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        campus.send("POST", LIST, {"contrats": seeded()[:3]})
    assert len(campus.standin.transmitted) == 3
    assert campus.status() == 200


def test_a_read_never_loses_its_reply(campus: Campus) -> None:
    campus.standin.faults.switch_on(Fault.LOST_REPLY)
    assert campus.status() == 200
    assert campus.send("POST", "/api/sync/v1/contrats-diff", {"contrats": []})[0] == 200


@pytest.mark.parametrize("fault", [Fault.SERVER_ERROR, Fault.LOGIN_PAGE, Fault.CUT_BODY])
def test_signing_in_never_fails_by_a_fault(campus: Campus, fault: Fault) -> None:
    campus.standin.faults.switch_on(fault)
    assert b"token valid" in campus.send(target="/api/sync/v1/test")[2]


def test_faults_are_switched_over_the_wire(campus: Campus) -> None:
    assert campus.wire.send("POST", "/_control/faults", ["server-error:2", "login-page"])[0] == 200
    assert campus.standin.faults.on() == {"server-error": 2, "login-page": None}
    assert campus.wire.send("POST", "/_control/faults", ["nothing"])[0] == 400
    assert campus.wire.send("DELETE", "/_control/faults")[0] == 200
    assert campus.standin.faults.on() == {}
    assert b'"integrated"' in campus.wire.send("GET", "/_control/state")[2]
    assert campus.wire.send("GET", "/_control/nothing")[0] == 404


@pytest.mark.parametrize("name", STAND_INS)
def test_each_says_how_it_is_reached_and_what_it_holds(name: str) -> None:
    standin = STAND_INS[name]()
    assert standin.name == name
    assert standin.hints()
    assert standin.state()


def test_the_command_refuses_what_it_does_not_know() -> None:
    with pytest.raises(CommandError, match="no fault"):
        call_command("run_standin", "weavy", "--fault", "nothing", stdout=StringIO())


def test_the_command_says_when_its_port_is_taken(campus: Campus) -> None:
    port = int(campus.wire.address.partition(":")[2])
    with pytest.raises(CommandError, match="--port"):
        call_command("run_standin", "weavy", "--port", str(port), stdout=StringIO())


def test_the_command_serves_until_it_is_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_server: object, poll_interval: float = 0.5) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(server.StandInServer, "serve_forever", interrupted)
    out = StringIO()
    call_command("run_standin", "planningpme", "--port", "0", "--fault", "server-error", stdout=out)
    assert "application key" in out.getvalue()
    assert out.getvalue().endswith("Ended.\n")
