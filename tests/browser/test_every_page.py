"""Every page of the site in a real browser: no errors, no violation of the policy, no way out, nothing too wide, and
nothing that axe has against it (WCAG 2.2 AA).
"""

from __future__ import annotations

from datetime import datetime

import pytest
from django.contrib import admin
from django.urls import reverse

from integration_admin.accounts.brands import create_brand
from integration_admin.accounts.models import User
from sync_app.models import Run, RunKind, RunStatus
from tests.admin.conftest import HOSTILE
from tests.browser import conftest
from tests.browser.axe import WINDOWS, violations
from tests.browser.conftest import Visitor
from tests.browser.pages import pages
from tests.conftest import BY, Login

pytestmark = pytest.mark.browser


@pytest.mark.appearance
def test_axe_has_nothing_against_signing_in(visitor: Visitor) -> None:
    for window in WINDOWS:
        visitor.resize(*window)
        visitor.open(reverse("admin:login"))
        assert [*violations(visitor)] == []
    assert visitor.complaints == []


@pytest.mark.appearance
def test_every_page_opens_quietly_and_axe_has_nothing_against_it(
    visitor: Visitor, runs: list[Run], root: User, now: datetime
) -> None:
    create_brand(key="third", name="Third", sandbox=True, at=now, by=BY)
    visitor.sign_in(root.email)
    found: list[str] = []
    for path in pages(root):
        visitor.resize(*WINDOWS[0])
        visitor.open(path)
        assert visitor.page.locator("#content").is_visible(), path
        # Whatever unfolds is looked at too.
        visitor.page.evaluate("for (const part of document.querySelectorAll('main details')) part.open = true")
        found += violations(visitor)
        for window in WINDOWS[1:]:
            visitor.resize(*window)
            found += violations(visitor)
    assert not found, "\n".join(found)
    assert visitor.complaints == []


def test_every_screen_has_something_to_look_at(runs: list[Run], root: User) -> None:
    """Its list, a row of it and the dashboard are among the pages."""
    found = pages(root)
    assert {reverse("admin:index"), reverse("account")} <= set(found)
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        row = model._default_manager.order_by("pk").first()
        assert row is not None, f"no row of {model._meta.label} to look at"
        assert {reverse(f"{name}_changelist"), reverse(f"{name}_change", args=[row.pk])} <= set(found)


def test_imported_markup_is_text_in_a_browser_too(visitor: Visitor, runs: list[Run], root: User) -> None:
    visitor.sign_in(root.email)
    for run in runs:
        visitor.open(reverse("admin:sync_app_run_change", args=[run.pk]))
        assert visitor.page.locator("img[src=x]").count() == 0
        shown = visitor.page.locator("#content").inner_text()
        assert HOSTILE in shown
    visitor.open(f"{reverse('admin:sync_app_record_changelist')}?type=Customer")
    assert HOSTILE in visitor.page.locator("#content").inner_text()
    assert visitor.complaints == []


@pytest.mark.parametrize("context", [(390, "light")], indirect=True)
def test_a_simulation_is_applied_and_undone_by_its_buttons(visitor: Visitor, runs: list[Run], owner: Login) -> None:
    visitor.sign_in(owner.user.email, owner.password)
    visitor.open(reverse("admin:sync_app_run_change", args=[runs[-1].pk]))
    visitor.press("text=Apply: write what is shown here")
    visitor.press("text=Write 2 changes")
    applied = Run.objects.latest("pk")
    assert (applied.kind, applied.status) == (RunKind.APPLY, RunStatus.SUCCEEDED)
    visitor.press("text=Undo: show what it would do")
    visitor.press(f"text=Undo run #{applied.pk}")
    assert Run.objects.latest("pk").kind == RunKind.UNDO
    assert not Run.objects.latest("pk").simulate
    assert visitor.complaints == []


def test_a_brand_is_signed_into_by_its_people_only(visitor: Visitor, runs: list[Run], stranger: Login) -> None:
    visitor.sign_in(stranger.user.email, stranger.password)
    for screen in ("sync_app_run", "sync_app_record", "templates_app_template"):
        visitor.open(reverse(f"admin:{screen}_changelist"))
        assert "clients" not in visitor.page.locator("#content").inner_text()
    assert visitor.complaints == []


def test_the_page_before_signing_in_is_quiet_and_refuses_a_wrong_password(visitor: Visitor, root: User) -> None:
    visitor.sign_in_by_form(root.email, "not the password")
    assert "/login/" in visitor.page.url
    assert visitor.complaints == []


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("alert('hello')", "dialog: hello"),
        ("console.error('broken')", "console: broken"),
        ("setTimeout(() => { throw new Error('late') }, 1)", "error: late"),
        ("document.body.appendChild(new Image()).src = 'http://192.0.2.1/x.png'", "Content Security Policy"),
        ("document.body.appendChild(document.createElement('script')).text = 'let a = 1'", "Content Security Policy"),
        ("fetch('/static/nothing.css')", "404 for"),
        ("document.body.style.width = '5000px'", "pixels too wide"),
    ],
)
def test_the_visitor_notes_what_goes_wrong(
    visitor: Visitor, db: None, script: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor.open("/admin/login/")
    monkeypatch.setattr(conftest, "MOVING_MILLISECONDS", 200)
    visitor.page.evaluate(f"() => {{ {script} }}")
    visitor.look()
    visitor.hear(told)
