"""The whole story of an exchange, told by somebody who has only a browser and a real file."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from integration_admin.accounts.models import Brand, Group, User
from sync_app.models import Record, Run, RunKind, RunStatus
from sync_app.runs.upkeep.verifying import records_digest, verify
from templates_app.models import Template
from tests.browser.conftest import Visitor
from tests.conftest import Login, login

pytestmark = [pytest.mark.browser, pytest.mark.shared_data]
SCHOOLS: Final = "02-fr-annuaire-education/annuaire-val-de-marne-2026-05.csv"
ROWS: Final = 613
KEY: Final = "Identifiant_de_l_etablissement"
#: What stands in the file, and is for those who may read customers.
SECRETS: Final = ("Fresnes", "94260", "ac-creteil", "unknown (at) school", "repaired@school")


@dataclass
class Storyteller:
    """Somebody at work. Each verb is what a person does, and looks at what the page then says."""

    visitor: Visitor

    @property
    def page(self) -> Page:
        return self.visitor.page

    def creates_a_brand(self, *, key: str, name: str) -> None:
        self.visitor.open(reverse("admin:accounts_brand_add"))
        self.page.fill("input[name=key]", key)
        self.page.fill("input[name=name]", name)
        self.visitor.press("button[name=_save]")

    def adds_a_field_to_find_customers_by(self, *, brand: str, name: str, label: str) -> None:
        self.visitor.open(reverse("admin:templates_app_customfield_add"))
        self.page.select_option("select[name=brand]", label=brand)
        self.page.fill("input[name=entity_type]", "Customer")
        self.page.fill("input[name=name]", name)
        self.page.fill("input[name=label]", label)
        self.page.check("input[name=identity]")
        self.visitor.press("main button[type=submit] >> text=Add")

    def begins_a_template_with(self, file: Path, *, brand: str, name: str) -> None:
        self.visitor.open(reverse("admin:templates_app_template_add"))
        self.page.select_option("select[name=brand]", label=brand)
        self.page.fill("input[name=name]", name)
        self.page.set_input_files("#ia-rows-file", file)
        self.visitor.press("text=Suggest a mapping")

    def accepts(self, source: str) -> None:
        self.page.click(f'[data-accept="{source}"]')
        expect(self.page.locator(f'[data-accept="{source}"]')).to_have_count(0)
        self.page.wait_for_function("() => !iaEditor.busy()")
        self.visitor.settle()

    def sees_mapped(self, field: str) -> None:
        """The row of a field is there; a suggestion taken goes away before the mapping is looked at again."""
        expect(self.page.locator(f'#ia-mapping input[id$="-target"][value="{field}"]')).to_have_count(1)

    def publishes(self, note: str) -> None:
        self.page.fill("#ia-form input[name=note]", note)
        self.visitor.press("button[name=publish]")

    def imports(self, file: Path, *, template: str, simulate: bool) -> Run:
        template_of = Template.objects.get(name=template)
        self.visitor.open(f"{reverse('admin:sync_app_import')}?brand={template_of.brand_id}")
        with self.page.expect_navigation(wait_until="load"):
            self.page.set_input_files("#ia-file", file)
        expect(self.page.locator("input[name=template]:checked")).to_have_value(template)
        self.page.check("#ia-simulate" if simulate else "#ia-write")
        self.visitor.press(".ia-go:visible")
        return self.run()

    def run(self) -> Run:
        """The run whose page this is, ended."""
        expect(self.page.locator(".ia-figures")).to_be_visible()
        found = re.search(r"/run/(\d+)/", self.page.url)
        assert found is not None
        return Run.objects.get(pk=found[1])

    def figure(self, word: str) -> int:
        return int(self.page.locator(".ia-figures li", has_text=word).locator("strong").inner_text())

    def applies(self) -> Run:
        self.visitor.press("text=Apply: write what is shown here")
        expect(self.page.locator("main")).to_contain_text("Nothing it builds on has changed since.")
        self.visitor.press(f"text=Write {ROWS} changes")
        return self.run()

    def undoes(self, run: Run) -> Run:
        self.visitor.open(reverse("admin:sync_app_run_change", args=[run.pk]))
        self.visitor.press("text=Undo: show what it would do")
        self.visitor.press(f"text=Undo run #{run.pk}")
        return self.run()


@pytest.fixture
def teller(visitor: Visitor, root: User) -> Storyteller:
    visitor.sign_in_by_form(root.email)
    return Storyteller(visitor)


def damaged(schools: Path, folder: Path) -> tuple[Path, list[str]]:
    """The first ten schools, three without a true e-mail address, one with a new telephone; the keys of these four."""
    text = schools.read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))[:10]
    for row in rows[:3]:
        row["Mail"] = "unknown (at) school"
    rows[5]["Telephone"] = "0199001234"
    path = folder / "schools-damaged.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    return path, [row[KEY] for row in (*rows[:3], rows[5])]


def test_a_real_file_is_mapped_rehearsed_written_repaired_and_taken_back(
    teller: Storyteller, browser: Browser, stranger: Login, shared_data: Path, tmp_path: Path, now: datetime
) -> None:
    page, file = teller.page, shared_data / SCHOOLS
    teller.creates_a_brand(key="academy", name="Academy")
    teller.adds_a_field_to_find_customers_by(brand="Academy", name="_UAI", label=KEY.replace("_", " "))

    teller.begins_a_template_with(file, brand="Academy", name="schools")
    for source in (KEY, "Nom_etablissement", "Code_postal", "Nom_commune", "Telephone", "Mail"):
        teller.accepts(source)
    for field in ("Customer._UAI", "Customer.Company", "Customer.Zip", "Customer.Email"):
        teller.sees_mapped(field)
    expect(page.locator("#ia-finding-counts")).not_to_contain_text("1")
    expect(page.locator("#ia-preview")).to_contain_text(f"of the first 200 of {ROWS} rows")
    expect(page.locator("#ia-preview")).to_contain_text("insert", ignore_case=True)
    teller.publishes("the directory of schools")
    assert Template.objects.get(name="schools", brand__key="academy").versions.get().published

    plan = teller.imports(file, template="schools", simulate=True)
    assert (plan.simulate, plan.status) == (True, RunStatus.SUCCEEDED)
    assert teller.figure("To insert") == ROWS
    expect(page.locator("#operations")).to_contain_text("Fresnes")
    assert not Record.objects.exists()

    applied = teller.applies()
    assert (applied.kind, applied.status, teller.figure("Inserted")) == (RunKind.APPLY, RunStatus.SUCCEEDED, ROWS)
    again = teller.imports(file, template="schools", simulate=False)
    assert (teller.figure("Unchanged"), again.counts["updated"]) == (ROWS, 0)

    before = records_digest(Brand.objects.get(key="academy"))
    broken, keys = damaged(file, tmp_path)
    failing = teller.imports(broken, template="schools", simulate=False)
    assert (teller.figure("Failed"), teller.figure("Updated")) == (3, 1)
    group = page.locator("#errors tbody tr")
    expect(group).to_have_count(1)
    expect(group).to_contain_text("This is not an e-mail address.")

    teller.visitor.press("#errors >> text=Fix and retry")
    teller.visitor.press("article >> nth=0 >> text=Edit")
    mail = page.locator("input[aria-invalid=true]")
    expect(mail).to_have_value("unknown (at) school")
    mail.fill("repaired@school.example")
    teller.visitor.press("text=Keep this row")
    page.locator("main form", has_text="Retry this row").locator("input[name=simulate]").uncheck()
    teller.visitor.press("text=Retry this row")
    repaired = teller.run()
    assert (repaired.parent, teller.figure("Updated")) == (failing, 1)

    for run in (repaired, failing):
        assert teller.undoes(run).status == RunStatus.SUCCEEDED
    assert records_digest(Brand.objects.get(key="academy")) == before
    telephoned = next(one for one in Record.objects.all() if one.data["_UAI"] == keys[3])
    teller.visitor.open(reverse("admin:sync_app_record_change", args=[telephoned.pk]))
    history = page.locator("#history")
    for told in (f"#{applied.pk}", f"#{failing.pk}", "99 00 12 34"):
        expect(history).to_contain_text(re.compile(re.escape(told).replace(r"\ ", r"\s*")))
    expect(history.locator("li.ia-change, .ia-history > li")).to_have_count(3)
    assert verify() == []
    assert teller.visitor.complaints == []

    pages = [
        reverse("admin:templates_app_template_edit", args=[Template.objects.get(name="schools").pk]),
        reverse("admin:sync_app_run_change", args=[plan.pk]),
        reverse("admin:sync_app_run_apply", args=[plan.pk]),
        reverse("admin:sync_app_run_rows", args=[failing.pk]),
        reverse("admin:sync_app_record_change", args=[telephoned.pk]),
        reverse("admin:sync_app_record_edit", args=[telephoned.pk]),
    ]
    academy = Brand.objects.get(key="academy")
    nobody = Group.objects.create(brand=academy, name="Nothing yet")
    colleague = login(brand=academy, username="colleague", now=now, group=nobody)
    for who in (colleague, stranger):
        for status, shown in answers(browser, teller.visitor.origin, who, pages):
            assert status in ({404} if who is stranger else {200, 403, 404})
            assert not [secret for secret in SECRETS if secret in shown]


def answers(browser: Browser, origin: str, who: Login, pages: list[str]) -> list[tuple[int, str]]:
    """What the site answers to somebody who types these addresses: the status, and all that is on the page."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{origin}/admin/login/")
    page.fill("input[name=username]", who.user.email)
    page.fill("input[name=password]", who.password)
    with page.expect_navigation(wait_until="load"):
        page.click("button[type=submit]")
    found = [(response.status, page.content()) for path in pages if (response := page.goto(f"{origin}{path}"))]
    context.close()
    return found
