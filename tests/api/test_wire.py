"""Requests and answers of the planningpme dialect, as files."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.api.conftest import LEA, MAX, NAMELESS, Caller, read
from tests.api.wire_files import answered, cases, kept
from tests.written_once import written_once

DIALECT = "planningpme"
LEAST = 25

pytestmark = pytest.mark.django_db


@written_once
def ran(who: Caller) -> dict[str, int]:
    """The numbers of three runs that went before."""
    return {
        "simulated": read(who.send({**LEA, "Nom usage": "Roy-Martin"}, MAX, NAMELESS, simulate=True))["run"],
        "imported": read(who.send(LEA, NAMELESS))["run"],
        "clean": read(who.send({**MAX, "ID_DOSSIER": "D-9"}, simulate=True))["run"],
    }


@pytest.fixture
def names(we: Caller, they: Caller, owner: Any) -> dict[str, object]:
    """What stands for `$name` in a request file: credentials, and runs."""
    return {
        "appkey": we.appkey,
        "token": we.token,
        "foreign_appkey": they.appkey,
        "foreign_token": they.token,
        "password": owner.password,
        **ran(we),
    }


@pytest.mark.parametrize("name", cases(DIALECT))
def test_it_answers_as_the_file_says(name: str, names: dict[str, object], client: Client) -> None:
    shown = answered(client, DIALECT, name, names)
    assert shown == kept(DIALECT, name, shown)


def test_there_are_enough_pairs_and_no_answer_without_its_request() -> None:
    assert len(cases(DIALECT)) >= LEAST
    assert cases(DIALECT, "response") == cases(DIALECT)
