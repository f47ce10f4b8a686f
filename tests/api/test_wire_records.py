"""Requests and answers about records, as files: those of the vendor's documentation among them."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.api.conftest import Caller
from tests.api.entities import GREEN, made
from tests.api.wire_files import answered, cases, kept
from tests.written_once import written_once

PAIRS = "planningpme_records"
LEAST = 20

pytestmark = pytest.mark.django_db


@written_once
def there(we: Caller) -> dict[str, int]:
    """The numbers of records that are there."""
    skills = []
    for name, domain in (("Enfant", "Pédagogie"), ("Anglais", "Langue")):
        skills.append(made(we, "skill", name=name, level=1, domain=made(we, "skill", name=domain)))
    task = made(we, "task", label="Cours d'anglais pour enfant", type=1467, style=GREEN, skills=[skills])
    made(we, "task", label="Coaching", type=1467, style=GREEN | {"backgroundColor": "#214DE9"})
    made(we, "task", label="Accueil", type=1468, remark="Sans couleur")
    customer = made(we, "customer", company="Roy & Co", type="Company", phone="+33 1 39 98 10 01")
    place = {"address": "1 rue Haute", "zip": "69001", "city": "Lyon"}
    times = {"start": "2026-11-23T08:00:00", "end": "2026-11-23T12:00:00"}
    do = made(we, "do", **times, label="Cours", task=task, customers=[customer], place=place)
    return {"task": task, "customer": customer, "do": do}


@pytest.fixture
def names(we: Caller, they: Caller) -> dict[str, object]:
    """What stands for `$name` in a request file: credentials, and records."""
    return {
        **there(we),
        "appkey": we.appkey,
        "token": we.token,
        "foreign_appkey": they.appkey,
        "foreign_token": they.token,
    }


@pytest.mark.parametrize("name", cases(PAIRS))
def test_it_answers_as_the_file_says(name: str, names: dict[str, object], client: Client) -> None:
    shown = answered(client, PAIRS, name, names)
    assert shown == kept(PAIRS, name, shown)


def test_there_are_enough_pairs_and_no_answer_without_its_request() -> None:
    assert len(cases(PAIRS)) >= LEAST
    assert cases(PAIRS, "response") == cases(PAIRS)
