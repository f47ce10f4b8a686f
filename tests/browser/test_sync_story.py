"""A sync from its connection to its recovery, told by somebody who has only a browser, a system and a mailbox."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Final

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from django_q.models import OrmQ
from django_q.signing import SignedPackage
from playwright.sync_api import Page, expect

from integration_admin.accounts.access import site_actor
from integration_admin.accounts.models import Brand
from sync_app.models import Health, Record, Sync
from sync_app.runs.queue import TRANSFER, WORKER
from sync_app.runs.work.perform import perform
from sync_app.standins.planningpme import PlanningPme
from sync_app.syncs.notices.outbox import make_notices
from sync_app.syncs.notices.sending import send_waiting
from sync_app.syncs.turns.transfer import transfer
from templates_app.library.installing import install
from tests.browser.conftest import Visitor
from tests.conftest import Login
from tests.syncs.connectors.conftest import Serve
from tests.syncs.connectors.conftest import seconds as seconds
from tests.syncs.connectors.conftest import serve as serve

pytestmark = pytest.mark.browser

PEOPLE: Final = """<In>
  <Type Name="Customer" ShouldInsert="true" ShouldUpdate="true" Match="_DOSSIER" />
  <Property Name="ID_DOSSIER" Type="Customer" Field="_DOSSIER" />
  <Property Name="Nom usage" Type="Customer" Field="LastName" Required="true" />
  <Property Name="Email" Type="Customer" Field="Email" />
</In>"""
SOMEBODY: Final = "somebody@example.org"


def work() -> None:
    """What the worker does: whatever lies in the queue, then the messages of what has turned."""
    doing: dict[str, Callable[[int], object]] = {
        WORKER: lambda run: perform(run=run, holder="tests", clock=timezone.now, in_turn=True),
        TRANSFER: lambda turn: transfer(turn=turn, holder="tests", clock=timezone.now),
    }
    while row := OrmQ.objects.order_by("pk").first():
        task = SignedPackage.loads(row.payload)
        row.delete()
        doing[task["func"]](*task["args"])
    make_notices(now=timezone.now())
    send_waiting(clock=timezone.now)


def connects(visitor: Visitor, standin: PlanningPme, origin: str) -> None:
    page = visitor.page
    visitor.open(reverse("admin:sync_app_connection_add"))
    visitor.press("text=PlanningPME")
    page.fill("[name=name]", "The planning")
    page.fill("[name=set-address]", f"{origin}/{standin.brand}")
    page.fill("[name=set-appkey]", standin.appkey)
    expect(page.locator("[name=set-account_token]")).to_be_hidden()
    page.fill("[name=set-username]", standin.username)
    page.fill("[name=set-password]", standin.password)
    visitor.press("main button:has-text('Save') >> visible=true")
    page.click("main button:has-text('Test')")
    expect(page.locator("#ia-tested")).to_contain_text("It works.")
    expect(page.locator("#ia-tested")).to_contain_text("client-export")
    assert standin.password not in page.content()


def makes_a_sync(visitor: Visitor) -> None:
    page = visitor.page
    visitor.press("text=Add a sync over it")
    page.fill("[name=name]", "Customers of the planning")
    expect(page.locator("[name=transfer-entity]")).to_be_hidden()
    page.fill("[name=transfer-template]", "client-export")
    page.select_option("[name=template]", "people")
    expect(page.locator("[name=protected][value='Customer.LastName']")).to_have_count(1)
    expect(page.locator("[name=transfer-template]")).to_have_value("client-export")
    visitor.settle()
    page.fill("[name=every]", "2")
    page.select_option("[name=unit]", "hours")
    expect(page.locator("#ia-times")).to_contain_text("Every 2 hours")
    expect(page.locator("#ia-times time")).to_have_count(5)
    page.check("[name=told][value=own]")
    page.fill("[name=notify-emails]", SOMEBODY)
    visitor.press("main button:has-text('Save') >> visible=true")
    expect(page.locator("main")).to_contain_text("It has not run yet.")


def runs_now(visitor: Visitor, *, outcome: str, health: str) -> None:
    """Presses the button, says yes, and watches until the page tells of it by itself."""
    visitor.press("main a:has-text('Run now')")
    visitor.press("main button:has-text('Run now')")
    expect(visitor.page.locator("#ia-progress-state")).to_contain_text("Waiting for a worker")
    work()
    # Until then the page shows the turn before.
    expect(visitor.page.locator("#ia-progress-state")).to_have_count(0)
    expect(visitor.page.locator(".ia-turns tbody tr").first).to_contain_text(outcome)
    expect(visitor.page.locator("#ia-health")).to_contain_text(health)


def shows_outcomes(page: Page, *words: str) -> None:
    """The newest first, and no others."""
    shown = [re.compile(rf"^\s*{word}\s*$") for word in words]
    expect(page.locator(".ia-turns td:nth-child(2)")).to_have_text(shown)


def test_a_sync_is_made_runs_breaks_is_told_of_once_and_recovers(
    visitor: Visitor, serve: Serve, owner: Login, acme: Brand, appkey: object, now: datetime
) -> None:
    actor = site_actor(user=owner.user, brand=acme)
    install(actor=actor, name="people", xml=PEOPLE, at=now, create_fields=True)
    standin, page = PlanningPme(), visitor.page
    origin = serve(standin)
    visitor.sign_in(owner.user.email, owner.password)
    connects(visitor, standin, origin)
    makes_a_sync(visitor)

    runs_now(visitor, outcome="Succeeded", health="Well")
    assert Record.objects.filter(brand=acme, entity_type="Customer").count() == 6
    shows_outcomes(page, "Succeeded")
    assert mail.outbox == []
    visitor.press(".ia-turns .ia-link")
    expect(page.locator(".ia-head")).to_contain_text("Customers of the planning")
    visitor.press(".ia-head .ia-link:has-text('Customers of the planning')")

    standin.faults.switch_on("unavailable")
    runs_now(visitor, outcome="Failed", health="Failing")
    expect(page.locator(".ia-failing")).to_contain_text("tried again at its next time")
    runs_now(visitor, outcome="Failed", health="Failing")
    shows_outcomes(page, "Failed", "Failed", "Succeeded")
    assert [(one.to, "Customers of the planning" in one.subject) for one in mail.outbox] == [([SOMEBODY], True)]

    standin.faults.switch_off()
    runs_now(visitor, outcome="Succeeded", health="Well")
    assert Sync.objects.get().health == Health.WELL
    assert len(mail.outbox) == 2
    shows_outcomes(page, "Succeeded", "Failed", "Failed", "Succeeded")
    assert visitor.complaints == []
