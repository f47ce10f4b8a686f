"""The pages of connections and syncs in a browser: what hides, what comes at once, and how they look."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from integration_admin.accounts.models import User
from sync_app.models import Connection, Run, Sync
from tests.browser.axe import WINDOWS, violations
from tests.browser.conftest import Visitor
from tests.conftest import Login

pytestmark = pytest.mark.browser


@pytest.mark.appearance
def test_axe_has_nothing_against_forms_that_were_refused(visitor: Visitor, runs: list[Run], root: User) -> None:
    visitor.sign_in(root.email)
    connection, sync = Connection.objects.get(), Sync.objects.get()
    found: list[str] = []
    for address, name in (
        (f"{reverse('admin:sync_app_connection_add')}?brand={sync.brand_id}&connector=planningpme", "Save"),
        (reverse("admin:sync_app_connection_change", args=[connection.pk]), "Save"),
        (reverse("admin:sync_app_sync_edit", args=[sync.pk]), "Save"),
    ):
        visitor.resize(*WINDOWS[0])
        visitor.open(address)
        visitor.page.fill("[name=name]", "")
        visitor.press(f"main button:has-text('{name}') >> visible=true")
        expect(visitor.page.locator(".ia-field-wrong").first).to_be_visible()
        for window in WINDOWS:
            visitor.resize(*window)
            found += violations(visitor)
    assert not found, "\n".join(found)
    assert visitor.complaints == []


def test_what_does_not_count_hides_until_it_does(visitor: Visitor, runs: list[Run], owner: Login) -> None:
    visitor.sign_in(owner.user.email, owner.password)
    visitor.open(f"{reverse('admin:sync_app_connection_add')}?connector=http_json")
    expect(visitor.page.locator("[name=set-username]")).to_be_hidden()
    visitor.page.select_option("[name=set-auth]", "basic")
    expect(visitor.page.locator("[name=set-username]")).to_be_visible()
    expect(visitor.page.locator("[name=set-key]")).to_be_hidden()
    assert visitor.complaints == []


def test_the_form_of_a_sync_shows_what_a_choice_asks_for_and_keeps_what_was_entered(
    visitor: Visitor, runs: list[Run], owner: Login
) -> None:
    visitor.sign_in(owner.user.email, owner.password)
    visitor.open(reverse("admin:sync_app_sync_edit", args=[Sync.objects.get().pk]))
    page = visitor.page
    page.fill("[name=name]", "Another name")
    page.check("[name=when][value=cron]")
    page.fill("[name=cron]", "30 2 * * 1-5")
    expect(page.locator("#ia-times")).to_contain_text("Monday to Friday")
    visitor.resize(390, "light")
    page.locator("[name=direction][value=push]").evaluate("radio => radio.scrollIntoView()")
    page.check("[name=direction][value=push]")
    expect(page.locator("#guards")).to_have_count(0)
    expect(page.locator("[name=direction][value=push]")).to_be_in_viewport()
    expect(page.locator("[name=name]")).to_have_value("Another name")
    expect(page.locator("[name=cron]")).to_be_visible()
    expect(page.locator("[name=every]")).to_be_hidden()
    assert visitor.complaints == []
