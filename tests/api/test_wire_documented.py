"""Every example of the vendor's documents, as a pair of files: `4.7` and `4.1` are those of the two versions."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, Final

import pytest
from django.test import Client

from integration_admin.accounts.access import system_actor
from integration_admin.accounts.brands import create_brand
from integration_admin.accounts.logins import create_account_token, create_appkey
from integration_admin.accounts.models import Brand
from sync_app.engine.editing import Verb
from sync_app.runs.records.editing import RecordChange, edit_records
from templates_app.library.builtin import ensure_builtin
from tests.api.conftest import Caller, caller
from tests.api.entities import GREEN, made
from tests.api.wire_files import answered, cases, kept
from tests.conftest import BY, Key, Login, login

PAIRS: Final = "planningpme_documented"
#: What the documents show -> the pair. The interactive documentation is no call of this kind and has tests of its own.
EXAMPLES: Final = {
    "the configuration with its enums, by the application key alone": ("4.1-config", "4.7-config"),
    "an authorization token for user name and password": ("4.1-token-password", "4.7-token-password"),
    "an authorization token for an account token (assertion)": ("4.7-token-assertion",),
    "a customer posted with key and bearer token": ("4.1-customer", "4.7-customer"),
    "a date in ISO 8601 with its zone, 2018-01-25T18:05:00Z": ("4.7-date",),
    "a list sorted by label+": ("4.7-order-one",),
    "a list sorted by notValid-label+": ("4.7-order-two",),
    "the language of an error by Accept-Language": ("4.1-language", "4.7-language"),
    "the second page of twenty of 97 tasks, pageIndex=1&pageSize=20&sortInfo=label+": ("4.1-tasks", "4.7-tasks"),
    "the detail of a task with its skills": ("4.1-task", "4.7-task"),
    "the installed templates, with the token alone in Authorization": ("integration-templates",),
    "an export since 20181231045803": ("integration-export",),
    "an import with simulate, verbose, stopOnError and model": ("integration-import",),
    "client-import": ("integration-client-import",),
    "project-import": ("integration-project-import",),
}
TASKS: Final = 97
NOON: Final = datetime(2026, 11, 21, 12, tzinfo=UTC)
#: Long and shown elsewhere; or a matter of the translations.
LEFT_OUT: Final = ("entities", "properties", "model", "limits", "message")

pytestmark = pytest.mark.django_db


@pytest.fixture
def old(now: datetime, owner: Login) -> Caller:
    """A brand that writes as version 4.1 does."""
    brand = create_brand(key="acme41", name="Acme 4.1", sandbox=False, at=now, by=BY, api_version="4.1")
    member = login(brand=brand, username="elder", now=now)
    key = Key(*create_appkey(brand=brand, label="4.1", at=now, by=BY))
    return caller(brand=brand, member=member, key=key, now=now)


def filled(who: Caller, name: str) -> int:
    """The task of the documents, its skills, and as many others as the documents count where a list is asked."""
    skills = []
    for skill, domain in (("Enfant", "Pédagogie"), ("Anglais", "Langue")):
        skills.append(made(who, "skill", name=skill, level=1, domain=made(who, "skill", name=domain)))
    task = made(who, "task", label="Cours d'anglais pour enfant", type=1467, style=GREEN, skills=[skills])
    blue = {"Type": "Default", "BackgroundColor": "#214DE9", "ForeColor": "#000000"}
    create: Verb = "create"
    others = [
        RecordChange("Task", create, values={**blue, "Label": f"Coaching {number:02}"} | _turned(name, number))
        for number in range(1, TASKS)
    ]
    wanted = others if name.endswith("tasks") else others[:3] if "order" in name else []
    if wanted:
        actor = system_actor(brand=Brand.objects.get(key=who.brand), name=BY)
        edit_records(actor=actor, changes=wanted, clock=lambda: NOON, trigger="api")
    return task


@pytest.fixture
def names(we: Caller, old: Caller, owner: Login, acme: Brand, now: datetime, request: Any) -> dict[str, object]:
    """What stands for `$name` in a request file."""
    name = request.node.callspec.params["name"]
    ensure_builtin(brand=acme, at=now)
    known: dict[str, object] = {
        "appkey41": old.appkey,
        "token41": old.token,
        "appkey": we.appkey,
        "token": we.token,
        "password": owner.password,
        "assertion": create_account_token(membership=owner.membership, at=now, by=BY)[1],
    }
    if "task" in name or "order" in name:
        known["task"] = filled(old if name.startswith("4.1") else we, name)
    return known


def _turned(name: str, number: int) -> dict[str, object]:
    return {"NotValid": True} if "order" in name and number % 2 else {}


def shortened(shown: str) -> str:
    """The answer without what is long and shown elsewhere."""
    head, _, body = shown.partition("\n\n")
    if not body.strip():
        return shown
    return "\n\n".join([head, json.dumps(_without(json.loads(body)), ensure_ascii=False, indent=2) + "\n"])


def _without(value: Any) -> Any:
    if isinstance(value, list):
        return [_without(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {name: "…" if name in LEFT_OUT else _without(inner) for name, inner in value.items()}


@pytest.mark.parametrize("name", cases(PAIRS))
def test_it_answers_as_the_file_says(name: str, names: dict[str, object], client: Client) -> None:
    shown = shortened(answered(client, PAIRS, name, names))
    assert shown == kept(PAIRS, name, shown)


def test_every_example_has_its_pair_and_no_pair_is_without_example() -> None:
    pairs = [name for examples in EXAMPLES.values() for name in examples]
    assert sorted(pairs) == cases(PAIRS)
    assert cases(PAIRS, "response") == cases(PAIRS)
