"""A file whose first row may be values, in a real browser: asked about in the editor and in the wizard."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from integration_admin.accounts.access import site_actor
from integration_admin.accounts.models import Brand
from sync_app.runs.uploads.keeping import keep_upload
from templates_app.library import save_draft
from templates_app.library.samples import keep_sample
from tests.browser.conftest import Visitor
from tests.conftest import Login

pytestmark = pytest.mark.browser

ROWS: Final = b"".join(b"%d;Ann;a%d@example.org\n" % (number, number) for number in range(8))


def test_the_first_row_is_asked_about_and_the_answer_counts_at_once(
    visitor: Visitor, owner: Login, acme: Brand, now: datetime
) -> None:
    actor = site_actor(user=owner.user, brand=acme)
    template = save_draft(actor=actor, name="mails", xml="<In>\n</In>\n", at=now)[0].template
    keep_sample(actor=actor, template=template, body=ROWS, file_name="mails.csv", at=now)
    upload = keep_upload(actor=actor, chunks=[ROWS], file_name="mails.csv", at=timezone.now())
    page = visitor.page
    visitor.sign_in(owner.user.email, owner.password)
    visitor.open(reverse("admin:sync_app_import_check", args=[upload.pk]))
    page.check("#ia-header-no")
    expect(page.locator(".ia-peek thead")).to_contain_text("column_3")
    visitor.settle()
    page.select_option("#ia-header", "1")
    expect(page.locator(".ia-peek thead")).to_contain_text("a0@example.org")
    visitor.look()

    visitor.open(reverse("admin:templates_app_template_edit", args=[template.pk]) + "?suggest=1")
    expect(page.locator("#ia-suggestions legend")).to_have_text("Is the first row the names of the columns?")
    page.click("#ia-suggestions [data-reread][data-value='0']")
    expect(page.locator("#ia-suggestions")).to_contain_text("column_3")
    expect(page.locator("#ia-sample [name=header_row] option:checked").first).to_contain_text("None")
    visitor.settle()
    page.click("[data-accept-all]")
    expect(page.locator("#ia-suggestions")).to_contain_text("2 columns are mapped")
    page.wait_for_function("""() => iaEditor.text.get().includes('<In Columns="column_1,column_2,column_3">')""")
    visitor.look()
    assert visitor.complaints == []
