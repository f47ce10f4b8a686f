"""A person at the records in a real browser: finds one, edits it, takes a value back, and erases it, on a phone too."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

import pytest
from playwright.sync_api import expect

from integration_admin.accounts.access import site_actor
from integration_admin.accounts.models import Brand, User
from sync_app.models import Record, Run
from sync_app.runs.records.editing import RecordChange, edit_records
from tests.admin.conftest import HOSTILE
from tests.browser.conftest import Visitor
from tests.conftest import Login

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WINDOWS: Final = [(1280, "light"), (390, "dark")]


@pytest.fixture
def ann(visitor: Visitor, runs: list[Run], root: User) -> Visitor:
    visitor.sign_in(root.email)
    return visitor


def record_of(label: str) -> Record:
    return Record.objects.get(label=label)


def page_of(record: Record, page: str = "change") -> str:
    return f"/admin/sync_app/record/{record.pk}/{page}/"


@pytest.mark.parametrize("context", WINDOWS, indirect=True)
def test_a_record_is_found_edited_put_back_and_erased(ann: Visitor) -> None:
    page = ann.page
    petit = record_of("Petit")
    ann.open("/admin/sync_app/record/?type=Customer")
    page.get_by_label("Search in labels and keys").fill("petit")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page).to_have_url(re.compile("q=petit"))
    page.get_by_role("link", name="Petit").click()
    page.get_by_role("link", name=re.compile("Edit$")).click()
    page.get_by_label("City", exact=True).fill("Lyon")
    page.get_by_label("Last name", exact=True).fill("Petit-Roy")
    page.get_by_role("button", name=re.compile("Save$")).click()
    expect(page.get_by_role("heading", name="Petit-Roy")).to_be_visible()
    ann.look()
    page.get_by_role("link", name="Put Last name back").first.click()
    expect(page.get_by_text("One field will change:")).to_be_visible()
    page.get_by_role("button", name=re.compile("Bring these values back")).click()
    expect(page.get_by_role("heading", name="Petit", exact=True)).to_be_visible()
    petit.refresh_from_db()
    assert (petit.data["LastName"], petit.data["City"], petit.version) == ("Petit", "Lyon", 3)
    page.get_by_role("link", name=re.compile("Erase$")).click()
    page.get_by_label("Type Petit to confirm").fill("Petit")
    ann.look()
    page.get_by_role("button", name=re.compile("Erase for good")).click()
    expect(page.get_by_text("The record is erased.")).to_be_visible()
    assert not Record.objects.filter(pk=petit.pk).exists()
    assert ann.complaints == []


def test_two_clicks_are_one_press(ann: Visitor) -> None:
    page, before = ann.page, Record.objects.count()
    ann.open("/admin/sync_app/record/add/?type=Customer")
    page.get_by_label("Last name", exact=True).fill("Twice")
    # Looked at without letting go, so that the second comes while the first is on its way.
    stopped = page.evaluate(
        """() => {
          const stopped = [];
          document.addEventListener("submit", (event) => {
            stopped.push(event.defaultPrevented);
            event.preventDefault();
          });
          const save = document.querySelector(".ia-record-form button:not([name])");
          save.click();
          save.click();
          return stopped;
        }"""
    )
    assert stopped == [False, True]
    ann.open("/admin/sync_app/record/add/?type=Customer")
    page.get_by_label("Last name", exact=True).fill("Twice")
    page.get_by_role("button", name=re.compile("Save$")).dblclick()
    expect(page.get_by_role("heading", name="Twice")).to_be_visible()
    assert Record.objects.count() == before + 1
    # Back at the form, one may save it again.
    page.go_back(wait_until="load")
    page.get_by_label("Last name", exact=True).fill("Again")
    page.get_by_role("button", name=re.compile("Save$")).click()
    expect(page.get_by_role("heading", name="Again")).to_be_visible()
    assert Record.objects.count() == before + 2
    assert ann.complaints == []


def test_a_number_in_the_list_is_never_broken_in_two_lines(ann: Visitor) -> None:
    ann.open("/admin/sync_app/record/?type=Customer")
    keys = ann.page.locator(".ia-records td[data-label=Key]")
    assert {keys.nth(at).evaluate("cell => getComputedStyle(cell).overflowWrap") for at in range(keys.count())} == {
        "break-word"
    }
    assert ann.complaints == []


def test_a_reference_is_chosen_by_typing(ann: Visitor) -> None:
    page, petit = ann.page, record_of("Petit")
    ann.open(page_of(petit, "edit"))
    search = page.get_by_label("Search for Parent customer")
    expect(page.get_by_role("button", name="Find")).to_be_hidden()
    search.fill("img")
    found = page.locator("#choices-Parent label", has_text="onerror").first
    expect(found).to_be_visible()
    search.press("Enter")
    ann.settle()
    assert page.url.endswith("/edit/")
    found.locator("input").check()
    search.fill("petit")
    expect(page.locator("#choices-Parent label", has_text="Petit").first).to_be_visible()
    expect(page.locator("#choices-Parent input:checked + span")).to_contain_text(HOSTILE)
    ann.settle()
    page.get_by_role("button", name=re.compile("Save$")).click()
    expect(page.get_by_text("The changes were written.")).to_be_visible()
    petit.refresh_from_db()
    assert Record.objects.get(pk=petit.data["Parent"]).label.startswith(HOSTILE)
    assert ann.complaints == []


def test_a_change_meanwhile_is_shown_and_nothing_is_lost(
    ann: Visitor, owner: Login, acme: Brand, now: datetime
) -> None:
    page, petit = ann.page, record_of("Petit")
    ann.open(page_of(petit, "edit"))
    page.get_by_label("Last name", exact=True).fill("Mine")
    other = RecordChange("Customer", "change", petit.pk, {"LastName": "Theirs"})
    actor = site_actor(user=owner.user, brand=acme)
    edit_records(actor=actor, changes=[other], clock=lambda: now, trigger="ui")
    page.get_by_role("button", name=re.compile("Save$")).click()
    expect(page.get_by_role("alert")).to_contain_text("changed this record while you were editing")
    expect(page.get_by_label("Last name", exact=True)).to_have_value("Mine")
    expect(page.locator(".ia-present").first).to_contain_text("Theirs")
    page.get_by_role("button", name=re.compile("Save$")).click()
    expect(page.get_by_role("heading", name="Mine")).to_be_visible()
    assert ann.complaints == []


def test_the_form_is_filled_in_and_saved_without_a_mouse(ann: Visitor) -> None:
    page, petit = ann.page, record_of("Petit")
    ann.open(page_of(petit, "edit"))
    page.get_by_label("City", exact=True).focus()
    page.keyboard.type("Nantes")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The changes were written.")).to_be_visible()
    assert record_of("Petit").data["City"] == "Nantes"


def test_leaving_with_changes_asks(ann: Visitor) -> None:
    page, petit = ann.page, record_of("Petit")
    ann.open(page_of(petit, "edit"))
    page.get_by_label("City", exact=True).fill("Lyon")
    page.get_by_role("link", name="Cancel").click()
    ann.hear("dialog")
    expect(page.get_by_label("City", exact=True)).to_have_value("Lyon")
    assert page.url.endswith("/edit/")
