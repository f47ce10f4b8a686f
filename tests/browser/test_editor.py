"""The template editor in a real browser: two views of one text, a preview beside them, and nothing lost."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pytest
from django.urls import reverse
from playwright.sync_api import Dialog, Page, expect

from integration_admin.accounts.access import Actor, site_actor
from integration_admin.accounts.models import Brand, User
from sync_app.models import Record
from templates_app.library import save_draft
from templates_app.library.installing import install
from templates_app.library.samples import keep_sample
from templates_app.models import CustomField, Template, TemplateVersion
from tests.admin.conftest import HOSTILE, LEA, MAX
from tests.browser.axe import violations
from tests.browser.conftest import ASKING, Visitor, imported
from tests.conftest import Login

pytestmark = pytest.mark.browser

CLIENTS: Final = """<In>
  <Type Name="Customer" ShouldInsert="true" ShouldUpdate="true" />
  <Property Name="Nom" Type="Customer" Field="LastName" />
  <Property Name="Email" Type="Customer" Field="Email" />
  <Property Name="ID_DOSSIER" Type="Customer" Field="_IDDOSSIER" />
</In>
"""
OUT: Final = '<Out>\n  <Type Name="Customer" />\n  <Property Name="name" Type="Customer" Field="LastName" />\n</Out>\n'
HALF_A_SECOND: Final = 500


@pytest.fixture
def ann(owner: Login, acme: Brand) -> Actor:
    return site_actor(user=owner.user, brand=acme)


@pytest.fixture
def template(ann: Actor, now: datetime) -> Template:
    """A published template with a sample of three rows; the first is a record already."""
    version = install(actor=ann, name="clients", xml=CLIENTS, at=now, create_fields=True).version
    imported(ann, now, "clients", {**LEA, "Nom": "Martin"})
    rows = [LEA, MAX, {"Nom": HOSTILE, "Email": "no address", "ID_DOSSIER": "D-3", "Ville": "Nantes"}]
    keep_sample(actor=ann, template=version.template, body=json.dumps(rows).encode(), file_name="rows.json", at=now)
    return version.template


@pytest.fixture
def editor(visitor: Visitor, owner: Login, template: Template) -> Visitor:
    """Ann before the editor of her template."""
    visitor.sign_in(owner.user.email, owner.password)
    visitor.open(reverse("admin:templates_app_template_edit", args=[template.pk]))
    ready(visitor)
    return visitor


def ready(visitor: Visitor) -> None:
    visitor.page.wait_for_function("() => document.querySelector('.django-ace-widget').editor")
    expect(visitor.page.locator("#ia-at-1")).to_be_visible()


def text(visitor: Visitor) -> str:
    return str(visitor.page.evaluate("iaEditor.text.get()"))


def settle(visitor: Visitor) -> None:
    """Nothing is asked any more."""
    visitor.page.wait_for_function("asking => !iaEditor.busy() && !document.querySelector(asking)", arg=ASKING)


@contextmanager
def looked_again(visitor: Visitor) -> Iterator[None]:
    """What happens inside changes the text: waits until it was looked at, after the pause that typing is given."""
    visitor.page.evaluate("() => { window.looked = false; iaEditor.on('looked', () => { window.looked = true; }); }")
    yield
    visitor.page.wait_for_function("() => window.looked")
    settle(visitor)


def write(visitor: Visitor, xml: str) -> None:
    """As if typed in the XML."""
    with looked_again(visitor):
        visitor.page.evaluate("xml => document.querySelector('.django-ace-widget').editor.session.setValue(xml)", xml)


def add(visitor: Visitor, typed: str) -> None:
    visitor.page.fill("#ia-typing", typed)
    visitor.page.press("#ia-typing", "Enter")
    settle(visitor)


def test_what_is_typed_in_the_mapping_is_in_the_xml(editor: Visitor) -> None:
    page = editor.page
    add(editor, "Ville -> Customer.City")
    assert '<Property Name="Ville" Type="Customer" Field="City" />' in text(editor)
    expect(page.locator("#ia-typing")).to_be_focused()
    expect(page.locator("#ia-typing")).to_have_value("")
    page.fill("#m-1-names", "Nom usage | Nom")
    page.press("#m-1-names", "Enter")
    settle(editor)
    assert '<Property Name="Nom usage" Or="Nom" Type="Customer" Field="LastName" />' in text(editor)
    page.check("#m-2-Required")
    settle(editor)
    assert 'Required="true"' in text(editor)
    page.uncheck("#m-0-ShouldUpdate")
    settle(editor)
    assert "ShouldUpdate" not in text(editor)
    expect(page.locator("#ia-unsaved")).to_be_visible()
    assert editor.complaints == []


@pytest.mark.parametrize("context", [(1440, "light"), (390, "light")], indirect=True)
def test_whoever_works_with_the_keys_in_a_long_mapping_stays_where_they_are(editor: Visitor) -> None:
    page = editor.page
    rows = "".join(f'  <Property Name="N{row}" Type="Customer" Field="City" />\n' for row in range(40))
    write(editor, CLIENTS.replace("</In>", f"{rows}</In>"))
    page.fill("#m-20-names", "Other")
    page.keyboard.press("Tab")
    settle(editor)
    assert 'Name="Other"' in text(editor)
    expect(page.locator("#ia-at-20 .ia-chip")).to_be_focused()
    expect(page.locator("#m-20-names")).to_be_in_viewport()
    assert editor.complaints == []


def test_what_is_typed_in_the_xml_is_in_the_mapping(editor: Visitor) -> None:
    page = editor.page
    page.click("#ia-tab-xml")
    page.click(".ace_content")
    page.keyboard.press("Control+End")
    page.keyboard.press("ArrowUp")
    with looked_again(editor):
        page.keyboard.insert_text('  <Property Name="Ville" Type="Customer" Field="Cty" />\n')
    expect(page.locator(".ace_gutter-cell.ace_error")).to_have_count(1)
    expect(page.locator("#ia-finding-counts")).to_contain_text("1")
    page.click("#ia-tab-mapping")
    expect(page.locator("#m-4-names")).to_have_value("Ville")
    expect(page.locator("#m-4-target")).to_have_value("Customer.Cty")
    assert editor.complaints == []


def test_the_page_itself_waits_less_than_half_a_second_to_show_a_change(editor: Visitor) -> None:
    page = editor.page
    page.evaluate(
        """() => {
            const later = window.setTimeout, mapping = document.getElementById("ia-mapping");
            window.waited = 0;
            window.setTimeout = (go, wait, ...more) => { waited += wait || 0; return later(go, wait, ...more); };
            new MutationObserver(() => { window.waitedToShow ??= waited; }).observe(mapping, {childList: true});
        }"""
    )
    page.fill("#m-1-names", "Nom de famille")
    page.press("#m-1-names", "Enter")
    settle(editor)
    assert '<Property Name="Nom de famille" Type="Customer" Field="LastName" />' in text(editor)
    assert page.evaluate("waitedToShow") < HALF_A_SECOND
    assert editor.complaints == []


def test_a_finding_leads_to_its_place_and_is_fixed_there(editor: Visitor) -> None:
    page = editor.page
    write(editor, CLIENTS.replace("LastName", "LastNam"))
    page.click("#ia-tab-findings")
    page.click("#ia-findings >> text=Show in the mapping")
    expect(page.locator("#ia-at-1")).to_be_focused()
    page.click("#ia-at-1 .ia-finding [data-change]")
    settle(editor)
    assert text(editor) == CLIENTS
    expect(page.locator(".ia-finding")).to_have_count(1)
    page.click("#ia-tab-findings")
    expect(page.locator("#ia-findings")).to_contain_text("Nothing was found")
    assert editor.complaints == []


def test_a_custom_field_is_created_from_its_finding(editor: Visitor) -> None:
    page = editor.page
    add(editor, "Note -> Customer._NOTE")
    page.click("#ia-at-4 [data-act] >> nth=-1")
    settle(editor)
    expect(page.locator("#ia-told")).to_contain_text("was created")
    assert CustomField.objects.filter(name="_NOTE").exists()
    assert editor.complaints == []


def in_order(page: Page, *names: str) -> None:
    """The rows of the mapping come to stand so."""
    boxes = page.locator(".ia-row-line td:nth-child(2) input")
    expect(boxes).to_have_count(len(names))
    for at, name in enumerate(names):
        expect(boxes.nth(at)).to_have_value(name)


def test_rows_move_by_the_keys_and_by_dragging(editor: Visitor) -> None:
    page = editor.page

    page.focus("#m-1-grip")
    page.keyboard.press("ArrowDown")
    settle(editor)
    in_order(page, "Email", "Nom", "ID_DOSSIER")
    expect(page.locator("#m-2-grip")).to_be_focused()
    page.focus("#m-2-names")
    page.keyboard.press("Alt+ArrowUp")
    settle(editor)
    in_order(page, "Nom", "Email", "ID_DOSSIER")
    page.drag_and_drop("#m-3-grip", "#ia-at-1", target_position={"x": 60, "y": 4})
    in_order(page, "ID_DOSSIER", "Nom", "Email")
    assert editor.complaints == []


def test_undo_takes_back_what_the_mapping_did(editor: Visitor) -> None:
    page = editor.page
    add(editor, "Ville -> Customer.City")
    page.click("#m-4-more")
    settle(editor)
    page.click("#ia-at-4 [data-verb=remove] >> text=Remove")
    settle(editor)
    assert "Ville" not in text(editor)
    with looked_again(editor):
        page.click("[data-undo]")
    assert "Ville" in text(editor)
    page.focus("#m-4-grip")
    with looked_again(editor):
        page.keyboard.press("Control+z")
    assert text(editor) == CLIENTS
    with looked_again(editor):
        page.click("[data-redo]")
    assert "Ville" in text(editor)


def test_a_step_is_added_set_and_moved_in_its_row(editor: Visitor) -> None:
    page = editor.page
    page.click("#ia-at-1 .ia-chip-add")
    settle(editor)
    page.select_option("#ia-step-1", "Upper")
    page.click("#ia-at-1 [data-step]")
    settle(editor)
    page.select_option("#ia-step-1", "Cut")
    page.click("#ia-at-1 [data-step]")
    settle(editor)
    page.fill("#m-1\\.1-Length", "3")
    page.press("#m-1\\.1-Length", "Enter")
    settle(editor)
    page.click("#m-1\\.1-up")
    settle(editor)
    assert '<Cut Start="1" Length="3" />\n    <Upper/>' in text(editor).replace("<Upper />", "<Upper/>")
    expect(page.locator("#ia-preview")).to_contain_text("ROY"[:3])
    assert editor.complaints == []


def test_the_preview_tells_what_each_row_would_do_and_how(editor: Visitor) -> None:
    page = editor.page
    rows = page.locator(".ia-prow")
    expect(rows).to_have_count(3)
    expect(rows.nth(0)).to_contain_text("Update")
    expect(rows.nth(0)).to_contain_text("Martin")
    expect(rows.nth(1)).to_contain_text("Insert")
    expect(rows.nth(2)).to_contain_text("Failed")
    expect(rows.nth(2)).to_contain_text(HOSTILE)
    expect(page.locator(".ia-names")).to_contain_text("Ville")
    rows.nth(0).locator("text=How each value came about").click()
    expect(rows.nth(0).locator(".ia-trace").first).to_contain_text("Nom")
    rows.nth(0).locator(".ia-trace-name").first.click()
    expect(page.locator("#ia-at-1")).to_be_focused()
    page.fill("#ia-numbers", "2")
    expect(rows).to_have_count(1)
    page.click("[data-map=Ville]")
    settle(editor)
    assert 'Name="Ville"' in text(editor)
    assert Record.objects.count() == 1
    assert editor.complaints == []


def test_suggestions_are_taken_one_by_one(editor: Visitor) -> None:
    page = editor.page
    page.click(".ia-typing [data-suggest]")
    expect(page.locator("#ia-suggestions")).to_contain_text("Ville")
    page.click("[data-accept=Ville]")
    expect(page.locator("#ia-suggestions")).to_contain_text("1 column is mapped")
    settle(editor)
    assert 'Name="Ville" Type="Customer" Field="City"' in text(editor)
    page.click("[data-put-away]")
    expect(page.locator("#ia-suggestions section")).to_have_count(0)
    assert editor.complaints == []


def test_a_draft_is_saved_then_published_with_a_note(editor: Visitor, template: Template) -> None:
    add(editor, "Ville -> Customer.City")
    editor.press("button[name=draft]")
    ready(editor)
    expect(editor.page.locator("#ia-unsaved")).to_be_hidden()
    assert template.versions.get(number=2).xml == text(editor)
    editor.page.fill("#id_note", "With the town")
    editor.press("text=Publish version 2")
    assert template.versions.get(number=2).published
    assert template.versions.get(number=2).note == "With the town"
    assert editor.complaints == []


def test_leaving_with_unsaved_changes_asks(editor: Visitor) -> None:
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)

    editor.page.on("dialog", stay)
    with editor.page.expect_navigation(wait_until="load"):
        editor.page.evaluate("() => { window.location.reload() }")
    ready(editor)
    assert asked == []
    add(editor, "Ville -> Customer.City")
    editor.page.evaluate("() => { setTimeout(() => window.location.reload(), 1) }")
    editor.hear("dialog")
    assert asked == ["beforeunload"]
    assert "Ville" in text(editor)


def test_the_second_of_two_people_is_told_and_loses_nothing(
    editor: Visitor, ann: Actor, root: User, template: Template, now: datetime
) -> None:
    page = editor.page
    theirs = CLIENTS.replace("Nom", "Nom usage")
    save_draft(actor=ann, name="clients", xml=theirs, at=now)
    add(editor, "Ville -> Customer.City")
    mine = text(editor)
    expect(page.locator("#ia-meanwhile")).to_contain_text("saved version 2")
    editor.press("button[name=draft]")
    ready(editor)
    expect(page.locator(".ia-conflict")).to_contain_text("Version 2 was saved")
    assert text(editor) == mine
    with looked_again(editor):
        page.click("[data-load-theirs]")
    assert text(editor) == theirs
    with looked_again(editor):
        page.click("[data-undo]")
    assert text(editor) == mine
    editor.press("button[name=draft]")
    assert template.versions.get(number=2).xml == mine
    assert editor.complaints == []


def test_an_xml_file_is_opened_into_the_editor(editor: Visitor, tmp_path: Path) -> None:
    file = tmp_path / "other.xml"
    file.write_text(CLIENTS.replace("Nom", "Name"), encoding="utf-8")
    with looked_again(editor):
        editor.page.set_input_files("#ia-xml-file", file)
    expect(editor.page.locator("#m-1-names")).to_have_value("Name")
    assert TemplateVersion.objects.count() == 1
    assert editor.complaints == []


def test_the_code_editor_completes_what_may_stand_there(editor: Visitor) -> None:
    page = editor.page
    page.click("#ia-tab-xml")
    page.wait_for_function("() => window.iaWords.completions('<In><', '').length")

    def offered(before: str) -> list[str]:
        found = page.evaluate(
            "before => iaWords.completions(before, iaEditor.text.get()).map(one => one.value)", before
        )
        return [str(one) for one in found]

    assert {"Type", "Property", "Link", "Map"} <= set(offered("<In>\n  <"))
    assert {"Date", "Upper", "Lookup"} <= set(offered('<In><Property Name="a" Type="Customer" Field="b"><'))
    assert "OnUpdate" in offered('<In><Property Name="a" ')
    assert "Name" not in offered('<In><Property Name="a" ')
    assert offered('<In><Property Name="a" Required="') == ["true", "false"]
    assert "LastName" in offered('<In><Property Name="a" Type="Customer" Field="')
    assert "Customer" in offered('<In><Type Name="')
    assert "Customer" in offered('<In><Property Type="')
    assert {"Constant", "Property"} <= set(offered("<Out><"))
    assert offered("<In>") == []


def test_hostile_names_are_text_in_every_view(editor: Visitor) -> None:
    page = editor.page
    name = HOSTILE.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    write(editor, CLIENTS.replace('"Nom"', f'"{name}"').replace('"LastName"', f'"{name}"'))
    expect(page.locator("#m-1-names")).to_have_value(HOSTILE)
    for tab in ("xml", "findings", "mapping"):
        page.click(f"#ia-tab-{tab}")
    page.click("#m-1-more")
    settle(editor)
    assert page.locator("img[src=x]").count() == 0
    assert editor.complaints == []


def test_a_session_that_ended_leaves_the_text_where_it_is(editor: Visitor) -> None:
    editor.page.context.clear_cookies(name="integration_admin_session")
    add(editor, "Ville -> Customer.City")
    expect(editor.page.locator("#ia-told")).to_contain_text("sign in again")
    assert text(editor) == CLIENTS
    expect(editor.page.locator("#ia-at-1")).to_be_visible()


def test_saving_without_a_session_keeps_the_text_and_goes_on_after_a_sign_in_elsewhere(
    editor: Visitor, owner: Login
) -> None:
    page = editor.page
    add(editor, "Ville -> Customer.City")
    page.context.clear_cookies(name="integration_admin_session")
    page.click("button[name=draft]")
    expect(page.locator("#ia-told")).to_contain_text("sign in again")
    assert "Ville" in text(editor)

    elsewhere = page.context.new_page()
    elsewhere.goto(f"{editor.origin}/admin/login/")
    elsewhere.fill("input[name=username]", owner.user.email)
    elsewhere.fill("input[name=password]", owner.password)
    with elsewhere.expect_navigation():
        elsewhere.click("button[type=submit]")
    elsewhere.close()
    editor.press("button[name=draft]")
    expect(page.locator("main")).to_contain_text("is saved")
    assert "Ville" in TemplateVersion.objects.order_by("-number")[0].xml


@pytest.mark.parametrize("context", [(390, "light")], indirect=True)
def test_a_phone_shows_one_pane_at_a_time(editor: Visitor) -> None:
    page = editor.page
    expect(page.locator("#ia-preview")).to_be_hidden()
    add(editor, "Ville -> Customer.City")
    editor.look()
    page.click("#ia-tab-preview")
    expect(page.locator(".ia-prow")).to_have_count(3)
    expect(page.locator("#ia-mapping")).to_be_hidden()
    editor.look()
    assert editor.complaints == []


def test_an_export_shows_the_first_items_it_would_send(
    visitor: Visitor, owner: Login, ann: Actor, template: Template, now: datetime
) -> None:
    out = install(actor=ann, name="out", xml=OUT, at=now).version.template
    visitor.sign_in(owner.user.email, owner.password)
    visitor.open(reverse("admin:templates_app_template_edit", args=[out.pk]))
    ready(visitor)
    expect(visitor.page.locator("#ia-preview")).to_contain_text("Martin")
    add(visitor, "mail -> Customer.Email")
    assert '<Property Name="mail" Type="Customer" Field="Email" />' in text(visitor)
    expect(visitor.page.locator("#ia-preview thead")).to_contain_text("mail")
    assert visitor.complaints == []


def opened(visitor: Visitor) -> None:
    for path in ("0", "1", "root"):
        visitor.page.click(f"#m-{path}-more")
        settle(visitor)


def suggesting(visitor: Visitor) -> None:
    visitor.page.click(".ia-typing [data-suggest]")
    expect(visitor.page.locator("#ia-suggestions section")).to_be_visible()


def with_findings(visitor: Visitor) -> None:
    write(visitor, CLIENTS.replace("LastName", "LastNam").replace("</In>", '<Odd x="1" /><Map Name="m" /></In>'))
    visitor.page.click("#ia-tab-findings")


def explained(visitor: Visitor) -> None:
    visitor.page.evaluate("for (const part of document.querySelectorAll('main details')) part.open = true")
    if visitor.page.is_visible("#ia-tab-preview"):
        visitor.page.click("#ia-tab-preview")


def in_xml(visitor: Visitor) -> None:
    visitor.page.click("#ia-tab-xml")


STATES: Final[tuple[Callable[[Visitor], None], ...]] = (opened, suggesting, explained, with_findings, in_xml)


@pytest.mark.appearance
@pytest.mark.parametrize("context", [(1440, "light"), (1440, "dark"), (390, "dark")], indirect=True)
def test_axe_has_nothing_against_any_state_of_the_editor(editor: Visitor) -> None:
    found: list[Any] = []
    for state in STATES:
        state(editor)
        settle(editor)
        editor.look()
        found += [f"{state.__name__}: {one}" for one in violations(editor)]
    assert not found, "\n".join(found)
    assert editor.complaints == []


@pytest.mark.appearance
def test_axe_has_nothing_against_the_pages_of_versions(
    visitor: Visitor, owner: Login, ann: Actor, template: Template, now: datetime
) -> None:
    save_draft(actor=ann, name="clients", xml=CLIENTS.replace("LastName", "LastNam"), at=now)
    visitor.sign_in(owner.user.email, owner.password)
    found: list[str] = []
    for name, args, query in (
        ("compare", [template.pk], "?old=1&new=2"),
        ("change", [template.pk], ""),
        ("version", [template.pk, 2], ""),
        ("add", [], ""),
    ):
        visitor.open(reverse(f"admin:templates_app_template_{name}", args=args) + query)
        explained(visitor)
        found += violations(visitor)
    assert not found, "\n".join(found)
    assert visitor.complaints == []
