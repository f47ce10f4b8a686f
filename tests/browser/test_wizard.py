"""From a file to a report in a real browser: brought, read differently, started, followed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect
from pytest_django import Settings

from integration_admin.accounts.access import site_actor
from integration_admin.accounts.models import Brand
from sync_app.models import Record, Run, RunLease, RunStatus, Upload
from sync_app.runs.work.perform import perform
from templates_app.library.installing import install
from tests.admin.conftest import CLIENTS, HOSTILE
from tests.browser.conftest import Visitor
from tests.conftest import Login

pytestmark = pytest.mark.browser

CSV: Final = (
    "ID_DOSSIER;Nom;Email;Ville\nD-1;Lefèvre;lea@example.org;Nîmes\n"
    f"D-2;{HOSTILE};max@example.org;Évreux\nD-3;Müller;;Besançon\n"
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "clients.csv"
    path.write_bytes(CSV.encode("latin-1"))
    return path


@pytest.fixture
def at_import(visitor: Visitor, owner: Login, acme: Brand, now: datetime) -> Visitor:
    """The owner of acme, who has a template, before the first page of the wizard."""
    actor = site_actor(user=owner.user, brand=acme)
    install(actor=actor, name="clients", xml=CLIENTS, at=now, create_fields=True)
    visitor.sign_in(owner.user.email, owner.password)
    visitor.open(reverse("admin:sync_app_import"))
    return visitor


def choose(visitor: Visitor, file: Path) -> None:
    with visitor.page.expect_navigation(wait_until="load"):
        visitor.page.set_input_files("#ia-file", file)
    visitor.look()


@pytest.mark.parametrize("context", [(1280, "light"), (390, "dark")], indirect=True, ids=["wide", "narrow"])
def test_a_file_in_latin_1_becomes_records(at_import: Visitor, file: Path) -> None:
    page = at_import.page
    choose(at_import, file)
    expect(page.locator("#ia-encoding option:checked")).to_have_text("Found: cp1252 · Western, Windows")
    expect(page.locator("input[name=template]:checked")).to_have_value("clients")
    expect(page.locator(".ia-peek")).to_contain_text("Besançon")
    expect(page.locator(".ia-peek")).to_contain_text(HOSTILE)
    assert page.locator("img[src=x]").count() == 0
    expect(page.locator(".ia-go:visible")).to_have_text("Simulate with clients", use_inner_text=True)

    page.check("#ia-write")
    page.check("#ia-atomic")
    expect(page.locator(".ia-go:visible")).to_have_text("Import with clients into Acme", use_inner_text=True)
    page.select_option("#ia-delimiter", "comma")
    expect(page.locator(".ia-peek thead")).to_contain_text("ID_DOSSIER;Nom;Email;Ville")
    # The form came anew with the rows, and is listened to a moment later.
    at_import.settle()
    page.select_option("#ia-delimiter", "semicolon")
    expect(page.locator(".ia-peek thead")).not_to_contain_text(";")
    at_import.look()
    expect(page.locator("#ia-write")).to_be_checked()
    expect(page.locator("#ia-atomic")).to_be_checked()
    assert "csrfmiddlewaretoken" not in page.url
    assert "delimiter=semicolon" in page.url
    # Foreign rows are not left behind in the browser.
    kept = page.evaluate("JSON.stringify([localStorage, sessionStorage])")
    assert "Besan" not in kept

    at_import.press(".ia-go:visible")
    run = Run.objects.get()
    assert page.url.endswith(reverse("admin:sync_app_run_change", args=[run.pk]))
    assert (run.status, run.simulate, run.options["on_error"]) == (RunStatus.SUCCEEDED, False, "atomic")
    assert sorted(Record.objects.values_list("data__LastName", flat=True)) == [HOSTILE, "Lefèvre", "Müller"]
    assert at_import.complaints == []


def test_pasted_rows_are_looked_at(at_import: Visitor) -> None:
    page = at_import.page
    page.click("text=Paste rows instead")
    page.fill("#ia-text", '[{"ID_DOSSIER": "D-1", "Nom": "Zoé"}]')
    at_import.press("text=Look at it")
    expect(page.locator(".ia-peek")).to_contain_text("Zoé")
    assert Upload.objects.get().file_name == ""
    assert at_import.complaints == []


def test_a_file_over_the_limit_is_refused_before_it_is_sent(at_import: Visitor, file: Path, settings: Settings) -> None:
    settings.MAX_BODY_BYTES = 50
    at_import.open(reverse("admin:sync_app_import"))
    at_import.page.set_input_files("#ia-file", file)
    expect(at_import.page.locator("[data-refused]")).to_contain_text("This file is larger than 50 bytes")
    assert not Upload.objects.exists()
    assert at_import.complaints == []


def test_a_separator_of_its_own_is_asked_for_when_it_is_chosen(at_import: Visitor, tmp_path: Path) -> None:
    page, file = at_import.page, tmp_path / "odd.csv"
    file.write_text("ID_DOSSIER~~Nom\nD-1~~Roy\n")
    choose(at_import, file)
    assert not page.locator("#ia-delimiter-other").is_visible()
    page.select_option("#ia-delimiter", "other")
    page.fill("#ia-delimiter-other", "~~")
    page.keyboard.press("Tab")
    expect(page.locator(".ia-peek tbody")).to_contain_text("Roy")
    expect(page.locator("#ia-delimiter-other")).to_have_value("~~")
    assert at_import.complaints == []


def test_back_leads_to_the_files_that_wait_and_to_the_look(at_import: Visitor, file: Path) -> None:
    page = at_import.page
    choose(at_import, file)
    page.select_option("#ia-delimiter", "comma")
    expect(page.locator(".ia-peek thead")).to_contain_text("ID_DOSSIER;Nom;Email;Ville")
    page.go_back(wait_until="load")
    assert page.url.endswith(reverse("admin:sync_app_import"))
    page.go_forward(wait_until="load")
    expect(page.locator("#ia-delimiter option:checked")).to_have_text("Comma ,")
    assert at_import.complaints == []


def test_a_run_is_followed_to_its_report(at_import: Visitor, file: Path, settings: Settings) -> None:
    settings.ASYNC_ROWS = 1
    page = at_import.page
    choose(at_import, file)
    at_import.press(".ia-go:visible")
    expect(page.locator("#ia-progress-state")).to_have_text("Waiting for a worker")
    run = Run.objects.get()
    RunLease.objects.filter(run=run).update(progress={"tally": {"rows": 3, "ok": 2}})
    Run.objects.filter(pk=run.pk).update(status=RunStatus.PLANNING, started_at=timezone.now())
    expect(page.locator("#ia-progress-state")).to_have_text("Working out what would change")
    expect(page.locator("#ia-progress progress")).to_have_attribute("value", "2")
    with page.expect_response(f"**{reverse('admin:sync_app_run_progress', args=[run.pk])}*"):
        page.focus("text=Stop this run")
    at_import.settle()
    assert page.evaluate("document.activeElement.innerText").strip().endswith("Stop this run")
    RunLease.objects.filter(run=run).update(progress={})
    perform(run=run.pk, holder="tests", clock=timezone.now)
    expect(page.locator("#ia-progress-state")).to_have_count(0)
    expect(page.locator("#content")).to_contain_text("To insert")
    assert at_import.complaints == []


def test_a_run_is_stopped_by_its_button(at_import: Visitor, file: Path, settings: Settings) -> None:
    settings.ASYNC_ROWS = 1
    choose(at_import, file)
    at_import.press(".ia-go:visible")
    # The page loads itself anew when the run has ended, which may be before the answer to the button is there.
    at_import.page.click("text=Stop this run")
    expect(at_import.page.locator("#content")).to_contain_text("Cancelled")
    assert Run.objects.get().status == RunStatus.CANCELLED
    assert at_import.complaints == []
