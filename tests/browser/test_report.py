"""The report of a run in a real browser: filters, reasons that open, a group fixed and retried, an edit by keyboard."""

from __future__ import annotations

import pytest
from django.urls import reverse

from integration_admin.accounts.access import Actor, site_actor
from integration_admin.accounts.models import Brand
from sync_app.models import Run, RunStatus
from tests.browser.conftest import Visitor, imported
from tests.conftest import Login

pytestmark = pytest.mark.browser

BROKEN = [{"Nom": f"N{number}", "Email": "broken", "ID_DOSSIER": f"B-{number}"} for number in range(3)]


@pytest.fixture
def broken(runs: list[Run], owner: Login, acme: Brand) -> Run:
    """Three rows with the same bad address, and one that is fine."""
    actor: Actor = site_actor(user=owner.user, brand=acme)
    fine = {"Nom": "Fine", "Email": "fine@example.org", "ID_DOSSIER": "B-9"}
    return imported(actor, runs[0].created_at, "clients", *BROKEN, fine)


def report(run: Run) -> str:
    return reverse("admin:sync_app_run_change", args=[run.pk])


@pytest.mark.parametrize("context", [(1280, "light"), (390, "dark")], indirect=True)
def test_figures_filter_and_an_operation_opens_to_its_reasons(visitor: Visitor, runs: list[Run], owner: Login) -> None:
    visitor.sign_in(owner.user.email, owner.password)
    visitor.open(report(runs[-1]))
    visitor.press(".ia-figures a:has-text('To update')")
    page = visitor.page
    assert page.locator(".ia-operations tbody tr").count() == 1
    assert page.locator(".ia-changes ins").count() == 1
    page.locator(".ia-why summary").press("Enter")
    page.wait_for_selector(".ia-explained .ia-reasons")
    assert "Found by IDDOSSIER" in page.locator(".ia-rules").inner_text()
    visitor.look()
    assert visitor.complaints == []


@pytest.mark.parametrize("context", [(1280, "dark"), (390, "light")], indirect=True)
def test_a_group_of_errors_is_fixed_and_retried(visitor: Visitor, broken: Run, owner: Login) -> None:
    visitor.sign_in(owner.user.email, owner.password)
    visitor.open(report(broken))
    visitor.press("text=Fix and retry")
    visitor.page.fill("input[name=new]", "mended@example.org")
    visitor.press("text=Replace in all these rows")
    assert visitor.page.locator(".ia-failed:has-text('edited')").count() == 3
    visitor.page.uncheck("input[name=simulate]")
    visitor.press("text=Retry 3 rows")
    retried = Run.objects.latest("pk")
    assert (retried.status, retried.counts["inserted"]) == (RunStatus.SUCCEEDED, 3)
    assert "Written to the records" in visitor.page.locator(".ia-standing").inner_text()
    assert visitor.complaints == []


def test_a_row_is_mended_without_a_mouse(visitor: Visitor, broken: Run, owner: Login) -> None:
    visitor.sign_in(owner.user.email, owner.password)
    visitor.open(reverse("admin:sync_app_run_row", args=[broken.pk, 1]))
    page = visitor.page
    page.focus("[aria-invalid=true]")
    page.keyboard.press("Control+A")
    page.keyboard.type("mended@example.org")
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press("Enter")
    assert "is kept as you edited it" in page.locator("body").inner_text()
    page.focus("text=Retry this row")
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press("Enter")
    retried = Run.objects.latest("pk")
    assert (retried.simulate, retried.counts["inserted"]) == (True, 1)
    assert visitor.complaints == []


def test_the_call_of_the_api_is_opened_to_be_copied(visitor: Visitor, runs: list[Run], owner: Login) -> None:
    visitor.sign_in(owner.user.email, owner.password)
    visitor.open(report(runs[-1]))
    visitor.page.locator(".ia-fold summary").press("Enter")
    assert "/acme/api/integration/clients" in visitor.page.locator("#ia-call").input_value()
    visitor.page.click("[data-copy=ia-call]")
    assert visitor.complaints == []
