"""The documentation in a real browser: nothing from elsewhere, a first call by its own buttons, and axe content."""

from __future__ import annotations

from datetime import datetime

import pytest
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from integration_admin.accounts.access import site_actor
from integration_admin.accounts.models import Brand
from templates_app.library.installing import install
from tests.admin.conftest import CLIENTS
from tests.browser.axe import violations, windows
from tests.browser.conftest import Visitor
from tests.conftest import Key, Login

pytestmark = pytest.mark.browser


@windows
def test_somebody_new_makes_a_first_call(
    visitor: Visitor, live_server: LiveServer, acme: Brand, owner: Login, appkey: Key, now: datetime
) -> None:
    install(actor=site_actor(user=owner.user, brand=acme), name="clients", xml=CLIENTS, at=now, create_fields=True)
    visitor.open("/acme/doc/index")
    assert list(violations(visitor)) == []
    visitor.page.fill("#ia-doc-appkey", appkey.clear)
    visitor.press("button[type=submit]")
    assert visitor.page.url == f"{visitor.origin}/acme/doc/index"
    page = visitor.page
    page.wait_for_selector("#ia-doc-ui .opblock-tag")
    page.fill("input[name=username]", "owner")
    page.fill("input[name=password]", owner.password)
    page.click("#ia-doc-token button")
    page.wait_for_selector("#ia-doc-token-said:not(:empty)")
    page.click("#ia-doc-call button")
    page.wait_for_selector("#ia-doc-answer:not([hidden])")
    assert page.inner_text("#ia-doc-call-said") == "HTTP 200"
    assert '"simulate": true' in page.inner_text("#ia-doc-answer")

    page.click("#operations-tag-Runs .expand-operation, #operations-tag-Runs")
    page.click("#operations-Runs-list_runs .opblock-summary-control")
    page.click("#operations-Runs-list_runs .execute")
    page.wait_for_selector("#operations-Runs-list_runs .live-responses-table")
    status = page.locator("#operations-Runs-list_runs .live-responses-table tbody .response-col_status").first
    expect(status).to_contain_text("200")
    visitor.look()
    assert list(violations(visitor)) == []
    assert visitor.complaints == []
