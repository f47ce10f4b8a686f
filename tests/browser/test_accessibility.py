"""WCAG 2.2 AA by axe on what opens and on refusals, and the frame without a mouse. (Pages: see `test_every_page`.)"""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from integration_admin.accounts.brands import create_brand
from integration_admin.accounts.models import User
from sync_app.models import Record, Run
from tests.browser.axe import violations, windows
from tests.browser.conftest import Visitor
from tests.conftest import BY, Login

pytestmark = pytest.mark.browser


@pytest.mark.appearance
@windows
def test_axe_has_nothing_against_what_opens(visitor: Visitor, runs: list[Run], root: User, now: Any) -> None:
    create_brand(key="third", name="Third", sandbox=True, at=now, by=BY)
    visitor.sign_in(root.email)
    page = visitor.page
    narrow = page.evaluate("window.innerWidth < 500")
    visitor.open(reverse("admin:sync_app_run_changelist"))
    page.click("[data-filters]")
    expect(page.locator("#changelist-filter")).to_be_visible()
    found = [*violations(visitor)]
    page.keyboard.press("Escape")
    if narrow:
        page.click("button[aria-controls=nav-sidebar]:visible")
    page.click("details.ia-switch summary")
    found += violations(visitor)
    page.keyboard.press("Escape")
    page.click("button[aria-controls=user-links]")
    page.wait_for_selector("#user-links", state="visible")
    found += violations(visitor)
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.fill("#ia-search-words", "ru")
    page.wait_for_selector("#ia-search [role=option]")
    found += violations(visitor)
    assert not found, "\n".join(found)
    assert visitor.complaints == []


@pytest.mark.appearance
@pytest.mark.parametrize("address", ["/no/such/page", "/admin/sync_app/run/999999/change/"])
def test_axe_has_nothing_against_a_page_of_refusal(address: str, visitor: Visitor, root: User) -> None:
    visitor.sign_in(root.email)
    visitor.open(address)
    assert "There is nothing here" in visitor.page.inner_text("main")
    assert [*violations(visitor)] == []


def test_the_first_stop_of_the_keyboard_leads_past_the_sidebar(visitor: Visitor, runs: list[Run], root: User) -> None:
    visitor.sign_in(root.email)
    visitor.open(reverse("admin:sync_app_run_changelist"))
    visitor.page.keyboard.press("Tab")
    focused = "document.activeElement"
    assert visitor.page.evaluate(f"{focused}.textContent") == "Skip to the content"
    assert visitor.page.evaluate(f"{focused}.getBoundingClientRect().top") >= 0
    visitor.page.keyboard.press("Enter")
    visitor.page.keyboard.press("Tab")
    assert visitor.page.evaluate(f"document.getElementById('content').contains({focused})")


def test_every_stop_of_the_keyboard_can_be_seen_and_has_a_name(visitor: Visitor, runs: list[Run], owner: Login) -> None:
    visitor.sign_in(owner.user.email, owner.password)
    visitor.open(reverse("admin:index"))
    seen: list[str] = []
    for _stop in range(60):
        visitor.page.keyboard.press("Tab")
        stop = visitor.page.evaluate(
            """() => {
                const it = document.activeElement, style = getComputedStyle(it), box = it.getBoundingClientRect();
                const name = it.getAttribute('aria-label') || it.textContent.trim() || it.getAttribute('placeholder');
                return {tag: it.tagName, name, ring: style.outlineStyle !== 'none', there: box.width > 0};
            }"""
        )
        if stop["tag"] == "BODY":
            break
        assert stop["name"], stop
        assert stop["ring"], stop
        assert stop["there"], stop
        seen.append(stop["name"])
    assert len(seen) > 15


def test_a_record_is_found_and_opened_without_a_mouse(visitor: Visitor, runs: list[Run], owner: Login) -> None:
    visitor.sign_in(owner.user.email, owner.password)
    visitor.open(reverse("admin:index"))
    page, record = visitor.page, Record.objects.get(label="Petit")
    page.keyboard.press("Control+k")
    assert page.evaluate("document.activeElement.id") == "ia-search-words"
    # At once, as fast hands do: each pause would be a question of its own, answered whenever.
    page.keyboard.insert_text("petit")
    expect(page.locator("#ia-search [role=option][aria-selected=true]")).to_contain_text("Petit")
    visitor.settle()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith(reverse("admin:sync_app_record_change", args=[record.pk]))
    page.keyboard.press("Control+k")
    expect(page.locator("#ia-search")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#ia-search")).to_be_hidden()
    assert visitor.complaints == []


def test_hostile_names_are_text_in_the_search(visitor: Visitor, runs: list[Run], owner: Login) -> None:
    visitor.sign_in(owner.user.email, owner.password)
    visitor.open(reverse("admin:index"))
    visitor.page.keyboard.press("Control+k")
    visitor.page.fill("#ia-search-words", "<img src=x")
    visitor.page.wait_for_selector("#ia-search [role=option]")
    assert visitor.page.locator("#ia-search img").count() == 0
    assert "<img src=x" in visitor.page.inner_text("#ia-search-found")
    assert visitor.complaints == []


def test_a_page_that_outlives_its_session_goes_to_sign_in(visitor: Visitor, runs: list[Run], owner: Login) -> None:
    visitor.sign_in(owner.user.email, owner.password)
    visitor.open(reverse("admin:sync_app_run_changelist"))
    visitor.page.context.clear_cookies()
    visitor.page.keyboard.press("Control+k")
    with visitor.page.expect_navigation(url=lambda url: "/login/" in url):
        visitor.page.fill("#ia-search-words", "petit")
    assert visitor.page.is_visible("input[name=username]")
    assert reverse("admin:sync_app_run_changelist") in unquote(visitor.page.url)
