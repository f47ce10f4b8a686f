"""Requests and answers of the planningpme dialect, as files. `REWRITE_WIRE=1` writes the answers anew, to be read."""

from __future__ import annotations

import os
from typing import Any

import pytest
from django.test import Client

from tests.api.conftest import LEA, MAX, NAMELESS, Caller, read
from tests.api.wire_files import FOLDER, cases, read_request, response_text

DIALECT = "planningpme"
LEAST = 25

pytestmark = pytest.mark.django_db


@pytest.fixture
def names(we: Caller, they: Caller, owner: Any) -> dict[str, object]:
    """What stands for `$name` in a request file: credentials, and three runs that went before."""
    simulated = read(we.send({**LEA, "Nom usage": "Roy-Martin"}, MAX, NAMELESS, simulate=True))["run"]
    imported = read(we.send(LEA, NAMELESS))["run"]
    clean = read(we.send({**MAX, "ID_DOSSIER": "D-9"}, simulate=True))["run"]
    return {
        "appkey": we.appkey,
        "token": we.token,
        "foreign_appkey": they.appkey,
        "foreign_token": they.token,
        "password": owner.password,
        "simulated": simulated,
        "imported": imported,
        "clean": clean,
    }


@pytest.mark.parametrize("name", cases(DIALECT))
def test_it_answers_as_the_file_says(name: str, names: dict[str, object], client: Client) -> None:
    request = read_request(DIALECT, name, names)
    headers = dict(request.headers)
    content_type = headers.pop("Content-Type", "")
    answer = client.generic(request.method, request.path, request.body, content_type=content_type, headers=headers)
    shown = response_text(answer, {value: f"<{key}>" for key, value in names.items() if isinstance(value, int)})
    kept = FOLDER / DIALECT / f"{name}.response"
    if os.environ.get("REWRITE_WIRE"):
        kept.write_text(shown)
    assert shown == kept.read_text()


def test_there_are_enough_pairs_and_no_answer_without_its_request() -> None:
    folder = FOLDER / DIALECT
    assert len(cases(DIALECT)) >= LEAST
    assert {path.stem for path in folder.glob("*.response")} == set(cases(DIALECT))
