"""A push sends what is there now, where the old would be refused again or would stand for the whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from sync_app.models import TurnStatus
from sync_app.syncs.connectors.base import TransferFailed, Trouble
from sync_app.syncs.connectors.registry import CONNECTORS
from tests.runs.conftest import customer
from tests.syncs.conftest import Desk
from tests.syncs.fake_connector import Fake

pytestmark = pytest.mark.django_db


@dataclass
class Whole(Fake):
    """Wants all records each time."""

    def everything(self, transfer: Mapping[str, Any]) -> bool:
        return True


def codes(desk: Desk) -> list[str]:
    return [item["code"] for _key, item in desk.fake.sent]


def test_a_connector_that_wants_everything_is_handed_everything(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.fake = Whole()
    monkeypatch.setitem(CONNECTORS, "fake", desk.fake)
    desk.house.send(customer("A"), customer("B"))
    sync = desk.push_sync()
    desk.run(sync)
    desk.house.send(customer("C"))
    assert desk.run(sync).status == TurnStatus.SUCCEEDED
    assert codes(desk) == ["A", "B", "A", "B", "C"]


@pytest.mark.parametrize(
    ("trouble", "then"),
    [(Trouble.SETTINGS, ["A", "B", "C"]), (Trouble.CREDENTIALS, ["A", "B", "C"]), (Trouble.AGAIN, ["A", "B"])],
)
def test_what_a_person_puts_right_is_sent_as_it_is_then(desk: Desk, trouble: Trouble, then: list[str]) -> None:
    desk.house.send(customer("A"), customer("B"))
    sync = desk.push_sync()
    refused = desk.run(sync, fails={"push": TransferFailed("list_missing", trouble)}, stops_after=0)
    assert refused.status == TurnStatus.FAILED
    desk.house.send(customer("C"))
    assert desk.run(sync, fails={}, stops_after=None).status == TurnStatus.SUCCEEDED
    assert codes(desk) == then
