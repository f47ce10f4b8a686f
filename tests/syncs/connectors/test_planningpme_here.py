"""The connector of PlanningPME over this product's own API: what one site gives, another one takes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from integration_admin.accounts.models import Brand
from sync_app.api.dialects.base import Door
from sync_app.models import Run
from sync_app.syncs.connectors.base import Fetched, Link, Sent, Trouble
from sync_app.syncs.connectors.planningpme import PlanningPme
from sync_app.syncs.http.addresses import Address
from sync_app.syncs.http.wire import Received, Wire
from tests.api.conftest import LEA, MAX, Caller, templates, we
from tests.conftest import Key, Login
from tests.syncs.connectors.links import fails, link_of

pytestmark = pytest.mark.django_db
PME = PlanningPme()

__all__ = ["templates", "we"]


class Site:
    """The API of acme, reached without a wire."""

    def __init__(self, owner: Login, key: Key, now: datetime, we: Caller) -> None:
        self.now, self.we = now, we
        self.settings = {"address": "https://pme.example/acme", "sign_in": "password", "username": "owner"}
        self.secrets = {"appkey": key.clear, "password": owner.password}

    def link(self, **transfer: Any) -> Link:
        return link_of(now=lambda: self.now, settings=self.settings, secrets=self.secrets, transfer=transfer)

    def pull(self, watermark: str = "", **transfer: Any) -> Fetched:
        return PME.pull(self.link(**transfer), watermark=watermark)

    def push(self, *items: dict[str, Any], **transfer: Any) -> list[Sent]:
        link = self.link(template="clients", **transfer)
        return list(PME.push(link, items=iter(items), key="sync-7-41", skip=0))


@pytest.fixture
def site(owner: Login, appkey: Key, now: datetime, we: Caller, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setattr(Wire, "exchange", exchange)
    monkeypatch.setattr(Door, "clock", lambda _door: now)
    return Site(owner, appkey, now, we)


def exchange(
    _wire: Wire, method: str, address: Address, *, headers: Mapping[str, str], body: bytes | None, most: int
) -> Received:
    """The site answers as if it was asked over a wire."""
    kind = headers.get("Content-Type", "")
    sent = {name: value for name, value in headers.items() if name not in {"Content-Type", "Accept-Encoding"}}
    target = address.url.removeprefix("https://pme.example")
    answer: Any = Client().generic(method, target, body or b"", content_type=kind, headers=sent)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return Received(answer.status_code, {k.lower(): v for k, v in answer.headers.items()}, content, framed=True)


def rows_of(fetched: Fetched) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(fetched.body)
    return found


def test_a_test_names_the_templates(site: Site) -> None:
    found = PME.test(site.link())
    assert found.ok
    assert "clients-out" in found.lines[1]
    assert "clients" in found.lines[2]


def test_an_export_goes_on_by_its_cursor_and_misses_nothing(site: Site) -> None:
    site.we.send(LEA)
    first = site.pull(template="clients-out")
    assert (rows_of(first), first.complete) == ([LEA], True)
    assert first.watermark.startswith("cursor:")
    site.we.send(LEA, MAX)
    second = site.pull(first.watermark, template="clients-out")
    assert (rows_of(second), second.complete) == ([MAX], False)


def test_a_list_of_records_comes_whole(site: Site) -> None:
    site.we.send(LEA, MAX)
    fetched = site.pull(source="entity", entity="customer")
    assert ([row["lastName"] for row in rows_of(fetched)], fetched.complete) == (["Roy", "Petit"], True)


def test_what_is_sent_was_simulated_first_and_is_imported_once(site: Site, acme: Brand) -> None:
    [sent] = site.push(LEA, MAX)
    again = site.push(LEA, MAX)
    runs = list(Run.objects.filter(brand=acme, kind="import").order_by("pk").values_list("simulate", flat=True))
    assert (sent.delivered, again, runs) == (2, [sent], [True, False, True])


def test_mistakes_of_more_rows_than_a_report_shows_are_told_one_by_one(site: Site) -> None:
    wrong = [{"Nom usage": "", "ID_DOSSIER": f"X-{number}"} for number in range(150)]
    [sent] = site.push(LEA, *wrong, MAX, mistakes="leave_out")
    assert (sent.delivered, [told.position for told in sent.refused]) == (2, list(range(1, 151)))
    assert {told.code for told in sent.refused} == {"value_required"}


def test_nothing_is_sent_when_the_simulation_finds_a_mistake(site: Site, acme: Brand) -> None:
    with fails("simulation_refused", Trouble.SETTINGS) as failed:
        site.push(LEA, {"Nom usage": "", "ID_DOSSIER": "D-3"})
    assert (failed.params["item"], failed.params["message"]) == (2, "A value is required here.")
    assert not Run.objects.filter(brand=acme, simulate=False).exists()


@pytest.mark.parametrize("wrong", ["appkey", "password"])
def test_credentials_that_are_refused_stop_it(site: Site, wrong: str) -> None:
    site.secrets[wrong] = "a-guess-that-nobody-made"
    with fails("credentials_refused", Trouble.CREDENTIALS):
        PME.test(site.link())
