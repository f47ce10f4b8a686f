"""The template editor as a browser asks it: looking, changing the mapping, saving beside somebody else, and who may."""

from __future__ import annotations

import importlib
import io
import json
import re
from datetime import datetime
from html import unescape
from typing import Any, Final

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from integration_admin.accounts.access import Actor
from integration_admin.accounts.models import Brand, User
from templates_app.library import add_custom_field, add_entity_type, ensure_builtin, install, publish, save_draft
from templates_app.models import CustomField, DeclaredKey, Direction, Template, TemplateSample, TemplateVersion
from tests.admin.conftest import HOSTILE, signed_in
from tests.conftest import Login
from tests.templates_app.conftest import BAD, BETTER, GOOD, OUT, SAMPLE

ROWS = b'[{"Mail": "lea@example.org", "Nom": "Roy"}, {"Mail": "max", "Nom": "Max", "Ville": "Nantes"}]'


def at(page: str, *args: object) -> str:
    return reverse(f"admin:templates_app_template_{page}", args=args)


@pytest.fixture
def version(ann: Actor, now: datetime) -> TemplateVersion:
    return install(actor=ann, name="clients", xml=GOOD, at=now).version


@pytest.fixture
def template(version: TemplateVersion) -> Template:
    return version.template


def look(client: Client, template: Template, xml: str, *changes: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The answer that the script of the page reads."""
    data = {"xml": xml, "changes": json.dumps(changes), **more}
    answer = client.post(at("look", template.pk), data)
    assert answer.status_code == 200
    assert answer["X-Looked"] == "1"
    return {**answer.context["answer"], "page": unescape(answer.content.decode())}


# Who may


@pytest.mark.parametrize("page", ["edit", "look", "sample", "suggest"])
@pytest.mark.parametrize(("who", "status"), [("teammate", 403), ("stranger", 404), ("nobody", 302)])
def test_only_who_may_edit_templates_comes_in(
    page: str, who: str, status: int, template: Template, request: pytest.FixtureRequest
) -> None:
    client = Client() if who == "nobody" else signed_in(request.getfixturevalue(who).user)
    assert client.post(at(page, template.pk), {"xml": BETTER, "draft": "1"}).status_code == status
    assert client.get(at("edit", template.pk)).status_code == status
    assert TemplateVersion.objects.get().xml == GOOD


@pytest.mark.parametrize("page", ["compare", "words"])
def test_what_is_only_read_is_open_to_the_brand(
    page: str, template: Template, teammate: Login, stranger: Login, ann: Actor, now: datetime
) -> None:
    save_draft(actor=ann, name="clients", xml=BETTER, at=now)
    address = f"{at(page, template.pk)}?old=1&new=2"
    assert signed_in(teammate.user).get(address).status_code == 200
    assert signed_in(stranger.user).get(address).status_code == 404
    assert Client().get(address).status_code == 302


@pytest.mark.parametrize("page", ["look", "sample", "suggest"])
def test_what_is_asked_is_asked_by_post(page: str, ann_at_work: Client, template: Template) -> None:
    assert ann_at_work.get(at(page, template.pk)).status_code == 405


@pytest.mark.parametrize("page", ["edit", "look", "sample", "suggest"])
def test_a_request_without_the_token_of_the_form_is_refused(page: str, owner: Login, template: Template) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner.user)
    assert client.post(at(page, template.pk), {"xml": BETTER}).status_code == 403


# Looking


def test_the_page_shows_the_mapping_the_text_and_what_was_found(
    ann: Actor, ann_at_work: Client, template: Template, now: datetime
) -> None:
    save_draft(actor=ann, name="clients", xml=BAD, at=now)
    page = ann_at_work.get(at("edit", template.pk)).content.decode()
    assert 'value="Customer.Email"' in page
    assert "&lt;In&gt;" in page
    assert 'data-code="field_unknown"' in page
    assert 'id="ia-answer"' in page


def test_what_a_brand_called_its_types_and_fields_is_shown_as_it_stands(
    ann: Actor, ann_at_work: Client, template: Template, now: datetime
) -> None:
    add_entity_type(actor=ann, name="Own", title="Customer", at=now)
    add_custom_field(actor=ann, entity_type="Own", name="_NAME", label="Last name", at=now)
    xml = """<In><Type Name="Own" ShouldInsert="true" /><Type Name="Customer" ShouldInsert="true" />
      <Property Name="a" Type="Own" Field="_NAME" /><Property Name="b" Type="Customer" Field="LastName" /></In>"""
    ann_at_work.defaults["HTTP_ACCEPT_LANGUAGE"] = "de"
    page = look(ann_at_work, template, xml)["page"]
    assert re.findall(r'<strong class="ia-type-name">(\w+)', page) == ["Customer", "Kunde"]
    assert re.findall(r'<small class="ia-under">([\w ]+) ·', page) == ["Last name", "Nachname"]
    assert {'<option value="Own">Customer (Own)', '<option value="Customer">Kunde'} <= set(
        re.findall(r'<option value="(?:Own|Customer)">[^<]*', page)
    )


def test_a_look_keeps_nothing_and_marks_the_lines(ann_at_work: Client, template: Template) -> None:
    answer = look(ann_at_work, template, BAD)
    assert (answer["xml"], answer["changed"], answer["refused"]) == (BAD, False, "")
    assert [(mark["row"], mark["type"]) for mark in answer["marks"]] == [(3, "error")]
    assert "LastNam" in answer["marks"][0]["text"]
    assert TemplateVersion.objects.get().xml == GOOD


@pytest.mark.parametrize("xml", ["", "<In>", "no xml", "<Out2/>", "<In>\x00</In>", '<!DOCTYPE x><In a="1"/>'])
def test_a_text_that_is_no_template_is_looked_at_all_the_same(
    xml: str, ann_at_work: Client, template: Template
) -> None:
    answer = look(ann_at_work, template, xml)
    assert answer["marks"]
    assert answer["xml"] == xml


def test_a_change_of_the_mapping_comes_back_as_text(ann_at_work: Client, template: Template) -> None:
    answer = look(ann_at_work, template, GOOD, {"verb": "names", "path": "2", "names": ["Nom usage"]})
    assert (answer["xml"], answer["changed"], answer["focus"]) == (BETTER, True, "2")


def test_rows_are_added_by_typing(ann_at_work: Client, template: Template) -> None:
    answer = look(ann_at_work, template, GOOD, {"verb": "add_rows", "text": "Ville -> City\nTel | Téléphone -> Phone"})
    assert '<Property Name="Ville" Type="Customer" Field="City" />' in answer["xml"]
    assert 'Name="Tel" Or="Téléphone"' in answer["xml"]


def test_what_cannot_be_changed_is_said_and_changes_nothing(ann_at_work: Client, template: Template) -> None:
    good = {"verb": "names", "path": "2", "names": ["X"]}
    answer = look(ann_at_work, template, GOOD, good, {"verb": "remove", "path": "77"})
    assert (answer["xml"], answer["changed"]) == (GOOD, False)
    assert "no longer there" in answer["refused"]
    assert look(ann_at_work, template, "<In", good)["refused"].startswith("The XML cannot be read")
    assert look(ann_at_work, template, "<In>text</In>", good)["refused"]


@pytest.mark.parametrize("given", ["{", '{"a": 1}', "[1]", '["x"]', "[[]]", "null"])
def test_what_is_no_list_of_changes_is_refused(given: str, ann_at_work: Client, template: Template) -> None:
    answer = ann_at_work.post(at("look", template.pk), {"xml": GOOD, "changes": given})
    refused = answer.status_code == 400 or answer.context["answer"]["refused"]
    assert refused or given == "null"
    assert answer.status_code in {200, 400}


def test_opened_rows_stay_open_where_they_move_to(ann_at_work: Client, template: Template) -> None:
    answer = look(ann_at_work, template, GOOD, {"verb": "move", "path": "2", "by": -1}, open=json.dumps(["1"]))
    assert answer["open"] == ["2"]
    assert answer["focus"] == "1"
    answer = look(ann_at_work, template, GOOD, {"verb": "remove", "path": "1"}, open=json.dumps(["2", "root", "x"]))
    assert answer["open"] == ["1", "root", "x"]


def test_an_opened_row_shows_its_steps_and_all_settings(ann_at_work: Client, template: Template) -> None:
    xml = GOOD.replace('Field="LastName" />', 'Field="LastName"><Upper /><Cut Start="1" Length="9" /></Property>')
    closed, opened = look(ann_at_work, template, xml), look(ann_at_work, template, xml, open='["2"]')
    assert 'id="m-2.1-Length"' not in closed["page"]
    assert 'id="m-2.1-Length"' in opened["page"]
    assert 'id="m-2-OnUpdate"' in opened["page"]


def test_a_finding_is_fixed_by_its_button(ann_at_work: Client, template: Template) -> None:
    page = ann_at_work.post(at("look", template.pk), {"xml": BAD}).content.decode()
    change = json.loads(unescape(page.split('data-change="')[1].split('"')[0]))
    assert look(ann_at_work, template, BAD, change)["xml"] == GOOD


def test_a_field_is_created_from_its_finding(ann_at_work: Client, template: Template) -> None:
    page = ann_at_work.post(at("look", template.pk), {"xml": SAMPLE}).content.decode()
    act = unescape(page.split('data-act="')[1].split('"')[0])
    answer = look(ann_at_work, template, SAMPLE, act=act)
    assert "was created" in answer["told"]
    assert CustomField.objects.get().name == "_IDDOSSIER"
    assert not [mark for mark in answer["marks"] if "_IDDOSSIER" in mark["text"] and mark["type"] == "error"]
    assert look(ann_at_work, template, SAMPLE, act=act)["told"]
    assert CustomField.objects.count() == 1


def test_what_is_no_act_does_nothing(ann_at_work: Client, template: Template) -> None:
    assert look(ann_at_work, template, GOOD, act='{"act": "drop_everything"}')["told"] == ""
    assert ann_at_work.post(at("look", template.pk), {"xml": GOOD, "act": "[]x"}).status_code == 400


def test_a_look_asks_the_database_as_often_for_many_rows_as_for_few(
    ann_at_work: Client, template: Template, django_assert_max_num_queries: Any
) -> None:
    more = "".join(f'<Property Name="n{i}" Type="Customer" Field="X{i}" />' for i in range(60))
    look(ann_at_work, template, GOOD)
    for xml in (GOOD, GOOD.replace("</In>", f"{more}</In>")):
        with django_assert_max_num_queries(14):
            look(ann_at_work, template, xml)


@pytest.mark.parametrize("place", ['Name="{}"', 'Name="x" Or="{}"', 'Name="x" Empty="{}"'])
def test_hostile_names_are_text_in_every_pane(place: str, ann_at_work: Client, template: Template) -> None:
    written = HOSTILE.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    row = f"<Property {place.format(written)} Type='{written}' Field='{written}'><Prefix Text='{written}' /></Property>"
    xml = GOOD.replace("</In>", f"<!-- {HOSTILE} --><{'Odd'} x='{written}' />{row}</In>")
    answer = ann_at_work.post(at("look", template.pk), {"xml": xml, "open": '["3", "4"]'})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<img src=x" not in page
    assert "<script>" not in page


# Saving


def test_a_draft_is_saved_and_the_editor_goes_on(ann_at_work: Client, template: Template) -> None:
    form = {
        "xml": BETTER,
        "note": "Better",
        "description": "Ours",
        "draft": "1",
        "seen": template.versions.get().digest,
    }
    answer = ann_at_work.post(at("edit", template.pk), form, follow=True)
    assert answer.redirect_chain == [(at("edit", template.pk), 302)]
    assert "Draft 2 is saved" in answer.content.decode()
    template.refresh_from_db()
    assert template.description == "Ours"


def test_what_has_errors_is_kept_as_a_draft_and_said(ann_at_work: Client, template: Template) -> None:
    answer = ann_at_work.post(at("edit", template.pk), {"xml": BAD, "publish": "1"}, follow=True)
    assert "It is saved as a draft" in answer.content.decode()
    newest = template.versions.order_by("-number")[0]
    assert (newest.number, newest.published, newest.xml) == (2, False, BAD)


def test_a_version_is_published_with_its_note(ann_at_work: Client, template: Template) -> None:
    form = {"xml": BETTER, "publish": "1", "note": "The new header"}
    answer = ann_at_work.post(at("edit", template.pk), form, follow=True)
    assert answer.redirect_chain == [(at("version", template.pk, 2), 302)]
    assert template.versions.get(number=2).note == "The new header"
    assert template.versions.get(number=2).published


@pytest.mark.parametrize("page", ["editor", "starting"])
def test_what_another_saves_between_saving_and_publishing_stays_a_draft(
    page: str, ann: Actor, ann_at_work: Client, template: Template, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = importlib.import_module(f"templates_app.admin.{page}")
    name = template.name if page == "editor" else "newcomers"

    def overtaken(**asked: Any) -> TemplateVersion:
        save_draft(actor=ann, name=name, xml=GOOD + "<!-- theirs -->", at=now)
        return publish(**asked)

    monkeypatch.setattr(module, "publish", overtaken)
    if page == "editor":
        address, form = at("edit", template.pk), {"xml": BETTER, "publish": "1", "seen": template.versions.get().digest}
    else:
        address = at("add")
        form = {"brand": str(ann.brand.pk), "name": name, "direction": "in", "xml": BETTER, "publish": "1"}
    answer = ann_at_work.post(address, form, follow=True)
    assert "was saved meanwhile" in unescape(answer.content.decode())
    newest = TemplateVersion.objects.filter(template__name=name).order_by("-number")[0]
    assert (newest.published, "theirs" in newest.xml) == (False, True)


class TestTwoPeople:
    """Ann has the page open while Root saves."""

    @pytest.fixture
    def began(self, version: TemplateVersion) -> str:
        return version.digest

    @pytest.fixture(autouse=True)
    def _saved_meanwhile(self, began: str, root: User, template: Template) -> None:
        form = {"xml": BETTER, "draft": "1", "seen": began}
        assert signed_in(root).post(at("edit", template.pk), form).status_code == 302

    def test_the_second_is_told_while_writing(self, ann_at_work: Client, template: Template, began: str) -> None:
        page = look(ann_at_work, template, BAD, seen=began)["page"]
        assert "saved version 2" in page
        newest = template.versions.get(number=2).digest
        assert "saved version 2" not in look(ann_at_work, template, BAD, seen=newest)["page"]

    def test_the_second_sees_the_difference_and_keeps_the_text(
        self, ann_at_work: Client, template: Template, began: str
    ) -> None:
        answer = ann_at_work.post(at("edit", template.pk), {"xml": BAD, "draft": "1", "seen": began})
        page = unescape(answer.content.decode())
        assert "Version 2 was saved by root@house.example meanwhile" in page
        assert answer.context["form"]["xml"].value() == BAD
        assert answer.context["conflict"].lines
        assert template.versions.get(number=2).xml == BETTER

    def test_the_second_may_knowingly_write_over_it(self, ann_at_work: Client, template: Template, began: str) -> None:
        theirs = template.versions.get(number=2).digest
        form = {"xml": GOOD, "draft": "1", "seen": began, "over": theirs}
        assert ann_at_work.post(at("edit", template.pk), form).status_code == 302
        assert template.versions.get(number=2).xml == GOOD

    def test_writing_over_what_was_never_seen_is_refused(
        self, ann_at_work: Client, template: Template, began: str
    ) -> None:
        form = {"xml": GOOD, "draft": "1", "seen": began, "over": "0" * 64}
        assert ann_at_work.post(at("edit", template.pk), form).status_code == 200
        assert template.versions.get(number=2).xml == BETTER


def test_a_description_that_one_did_not_touch_stays_as_another_has_written_it_meanwhile(
    ann_at_work: Client, root: User, template: Template
) -> None:
    began = template.versions.get().digest
    opened = {"draft": "1", "seen": began, "described": "", "description": ""}
    signed_in(root).post(at("edit", template.pk), {**opened, "xml": GOOD, "description": "Theirs"})
    assert ann_at_work.post(at("edit", template.pk), {**opened, "xml": BETTER}).status_code == 302
    template.refresh_from_db()
    assert (template.description, template.versions.latest("number").xml) == ("Theirs", BETTER)
    shown = ann_at_work.get(at("edit", template.pk)).context["form"]
    again = {name: shown[name].value() for name in ("xml", "seen", "described")}
    ann_at_work.post(at("edit", template.pk), {**again, "draft": "1", "description": ""})
    template.refresh_from_db()
    assert template.description == ""


@pytest.mark.parametrize(("content", "shown"), [(OUT.encode(), OUT), (b"\xef\xbb\xbf" + BETTER.encode(), BETTER)])
def test_an_uploaded_file_is_opened_and_not_saved(
    content: bytes, shown: str, ann_at_work: Client, template: Template
) -> None:
    answer = ann_at_work.post(at("edit", template.pk), {"xml_file": SimpleUploadedFile("t.xml", content)})
    assert answer.context["form"]["xml"].value() == shown
    assert b"data-unsaved" in answer.content
    assert template.versions.count() == 1


@pytest.mark.parametrize("content", [b"\xff\xfe<", b"x" * (2 * 1024 * 1024)])
def test_a_file_that_is_no_text_leaves_the_text_there_is(
    content: bytes, ann_at_work: Client, template: Template
) -> None:
    answer = ann_at_work.post(at("edit", template.pk), {"xml_file": SimpleUploadedFile("t.xml", content)})
    assert answer.context["form"]["xml"].value() == GOOD
    assert "not text in UTF-8" in answer.content.decode()


def test_a_builtin_template_can_be_tried_and_not_saved(ann: Actor, ann_at_work: Client, now: datetime) -> None:
    builtin = ensure_builtin(ann.brand, now)[0].template
    page = ann_at_work.get(at("edit", builtin.pk)).content.decode()
    assert "comes with the product" in page
    assert 'name="publish"' not in page
    assert look(ann_at_work, builtin, GOOD)["xml"] == GOOD


# The sample


def test_pasted_rows_are_kept_with_the_template(ann_at_work: Client, template: Template) -> None:
    answer = ann_at_work.post(at("sample", template.pk), {"pasted": ROWS.decode()})
    assert answer["Location"] == at("edit", template.pk)
    assert bytes(TemplateSample.objects.get().content) == ROWS


def test_a_script_gets_the_pane(ann_at_work: Client, template: Template) -> None:
    data = {"file": SimpleUploadedFile("rows.json", ROWS)}
    answer = ann_at_work.post(at("sample", template.pk), data, headers={"HX-Request": "true"})
    assert answer["X-Looked"] == "1"
    assert "rows.json" in answer.content.decode()


@pytest.mark.parametrize("data", [{}, {"pasted": "  "}, {"pasted": '{"a": '}])
def test_rows_that_cannot_be_read_are_told_and_not_kept(
    data: dict[str, str], ann_at_work: Client, template: Template
) -> None:
    answer = ann_at_work.post(at("sample", template.pk), data, headers={"HX-Request": "true"})
    assert "ia-warned" in answer.content.decode()
    assert not TemplateSample.objects.exists()


def test_a_sample_is_forgotten(ann_at_work: Client, template: Template) -> None:
    ann_at_work.post(at("sample", template.pk), {"pasted": ROWS.decode()})
    ann_at_work.post(at("sample", template.pk), {"drop": "1"})
    assert not TemplateSample.objects.exists()


HEADERLESS: Final = b"1;Ann;a@x.org\n2;Bob;b@x.org\n3;Cy;c@x.org\n4;Dan;d@x.org\n5;Eve;e@x.org\n"
BLANK: Final = '<In>\n  <Type Name="Customer" ShouldInsert="true" />\n</In>\n'


def kept(client: Client, template: Template, body: bytes, name: str = "rows.csv") -> str:
    data = {"file": SimpleUploadedFile(name, body), "xml": BLANK}
    return unescape(client.post(at("sample", template.pk), data, headers={"HX-Request": "true"}).content.decode())


def test_a_first_row_of_values_is_asked_about_and_the_answer_is_kept(ann_at_work: Client, template: Template) -> None:
    assert "Say “None” if it does not name the columns" in kept(ann_at_work, template, HEADERLESS)
    page = suggested(ann_at_work, template, BLANK).content.decode()
    assert "Is the first row the names of the columns?" in page
    told = {"reread": "1", "header_row": "0", "xml": BLANK}
    pane = ann_at_work.post(at("sample", template.pk), told, headers={"HX-Request": "true"}).content.decode()
    assert '<option value="0" selected>' in pane
    page = suggested(ann_at_work, template, BLANK).content.decode()
    assert "Is the first row" not in page
    taken = suggested(ann_at_work, template, BLANK, accept='["column_1", "column_3"]').context["taken"]
    assert taken.xml.startswith('<In Columns="column_1,column_2,column_3">')
    assert taken.created == ("Customer._Column1",)


def test_a_header_that_is_one_is_not_asked_about(ann_at_work: Client, template: Template) -> None:
    pane = kept(ann_at_work, template, b"id;mail\n1;a@x.org\n2;b@x.org\n")
    assert "Found: row 1" in pane
    assert "Say “None”" not in pane
    assert "Is the first row" not in suggested(ann_at_work, template, BLANK).content.decode()


def test_the_sheet_of_a_workbook_is_asked_for_and_a_template_begins_with_it(
    ann_at_work: Client, acme: Brand, template: Template
) -> None:
    book = Workbook()
    first, second = book.worksheets[0], book.create_sheet("Projets <2>")
    first.append(["Nom", "E-mail"])
    first.append(["Ann", "a@x.org"])
    second.append(["Projet", "Budget"])
    second.append(["A", 12])
    out = io.BytesIO()
    book.save(out)
    form = {"brand": acme.pk, "name": "from-book", "direction": "in", "draft": "1"}
    begun = ann_at_work.post(at("add"), {**form, "file": SimpleUploadedFile("two.xlsx", out.getvalue())})
    made = Template.objects.get(name="from-book")
    assert begun["Location"] == f"{at('edit', made.pk)}?suggest=1"
    page = suggested(ann_at_work, made, "<In>\n</In>\n").content.decode()
    assert "Several sheets hold rows" in page
    assert 'data-value="Projets &lt;2&gt;"' in page
    told = {"reread": "1", "sheet": "Projets <2>"}
    assert ann_at_work.post(at("sample", made.pk), told)["Location"] == at("edit", made.pk)
    found = suggested(ann_at_work, made, "<In>\n</In>\n").context["found"]
    assert {item.name: item.field for item in found.items} == {"Projet": "Label", "Budget": "Budget"}


def test_one_who_may_only_read_cannot_read_a_sample_differently(
    ann_at_work: Client, teammate: Login, template: Template
) -> None:
    kept(ann_at_work, template, HEADERLESS)
    assert (
        signed_in(teammate.user).post(at("sample", template.pk), {"reread": "1", "header_row": "0"}).status_code == 403
    )
    assert TemplateSample.objects.get().file == {}


def test_what_is_taken_at_once_and_what_is_said_to_fit_are_the_same(ann_at_work: Client, template: Template) -> None:
    kept(ann_at_work, template, b"Titre;Client;Date de fin;Leer\nA;Acme;31/12/2026;\nB;Bob;30/11/2026;\n")
    xml = '<In>\n  <Type Name="Project" ShouldInsert="true" />\n</In>\n'
    page = unescape(suggested(ann_at_work, template, xml).content.decode())
    assert "2 columns fit" in page
    assert "Accept all 2" in page
    assert page.count("data-doubtful") == 1
    assert "None of its values is found among the records of Customer now" in page
    assert "Left out, because it has no value in the rows looked at: Leer" in page


def test_a_column_without_a_field_is_named_once(ann_at_work: Client, template: Template) -> None:
    kept(ann_at_work, template, b"Nom;zzz;yyy\nA;1,5;01/02/2024\nB;2,5;03/04/2024\n")
    page = unescape(suggested(ann_at_work, template, BLANK).content.decode())
    assert page.count("No field was found") == 1
    assert page.count("<strong>zzz</strong>") == page.count('data-map="zzz"') == 1
    assert "How are the dates of yyy written?" in page
    none = suggested(ann_at_work, template, BLANK, accept='["yyy"]').content.decode()
    assert "answer what is asked about the column first" in none


def test_columns_that_no_type_is_known_for_say_what_to_do(ann_at_work: Client, template: Template) -> None:
    kept(ann_at_work, template, b"zzz;yyy\na;b\nc;d\n")
    page = unescape(suggested(ann_at_work, template, "<In>\n</In>\n").content.decode())
    assert "Add a type in the mapping and ask again" in page


# A new template


def test_a_new_template_begins_with_a_file_and_suggestions(ann_at_work: Client, acme: Brand) -> None:
    form = {"brand": acme.pk, "name": "from-file", "direction": "in", "draft": "1"}
    answer = ann_at_work.post(at("add"), {**form, "file": SimpleUploadedFile("rows.json", ROWS)})
    made = Template.objects.get(name="from-file")
    assert answer["Location"] == f"{at('edit', made.pk)}?suggest=1"
    assert bytes(TemplateSample.objects.get(template=made).content) == ROWS
    assert "data-ask" in ann_at_work.get(answer["Location"]).content.decode()


@pytest.mark.parametrize("direction", Direction.values)
def test_a_new_template_begins_with_nothing(direction: str, ann_at_work: Client, acme: Brand) -> None:
    ann_at_work.post(at("add"), {"brand": acme.pk, "name": "blank", "direction": direction, "draft": "1"})
    made = Template.objects.get()
    assert made.direction == direction
    assert ann_at_work.get(at("edit", made.pk)).status_code == 200


def test_a_new_template_begins_with_an_xml_file(ann_at_work: Client, acme: Brand) -> None:
    form = {"brand": acme.pk, "name": "sent", "draft": "1", "xml_file": SimpleUploadedFile("t.xml", OUT.encode())}
    ann_at_work.post(at("add"), form)
    assert TemplateVersion.objects.get().xml == OUT
    assert Template.objects.get().direction == Direction.OUT


def test_a_file_that_cannot_be_read_is_told_and_the_draft_is_there(ann_at_work: Client, acme: Brand) -> None:
    form = {"brand": acme.pk, "name": "odd", "draft": "1", "file": SimpleUploadedFile("x.xlsx", b"PK\x03\x04 not")}
    page = ann_at_work.post(at("add"), form, follow=True).content.decode()
    assert "The sample cannot be read" in page
    assert Template.objects.get().name == "odd"


# Suggestions


def suggested(client: Client, template: Template, xml: str, **asked: Any) -> Any:
    return client.post(at("suggest", template.pk), {"xml": xml, **asked})


def test_suggestions_ask_for_a_sample_first(ann_at_work: Client, template: Template) -> None:
    assert "choose a sample file first" in suggested(ann_at_work, template, GOOD).content.decode()


def test_suggestions_leave_alone_what_is_mapped(ann_at_work: Client, template: Template) -> None:
    ann_at_work.post(at("sample", template.pk), {"pasted": ROWS.decode()})
    answer = suggested(ann_at_work, template, GOOD)
    assert answer["X-Looked"] == "1"
    assert [item.name for item in answer.context["found"].items] == ["Ville"]


def test_accepted_suggestions_come_back_as_text_and_are_not_saved(ann_at_work: Client, template: Template) -> None:
    ann_at_work.post(at("sample", template.pk), {"pasted": ROWS.decode()})
    answer = suggested(ann_at_work, template, GOOD, accept='["Ville", "Nom"]')
    taken = answer.context["taken"]
    assert taken.names == ("Ville",)
    assert 'Name="Ville" Type="Customer" Field="City"' in taken.xml
    assert 'id="ia-taken"' in answer.content.decode()
    assert TemplateVersion.objects.get().xml == GOOD


@pytest.mark.parametrize("asked", [{"accept": "{"}, {"targets": "[]", "accept": "[]"}, {"answers": "1"}])
def test_what_is_no_acceptance_is_refused(asked: dict[str, str], ann_at_work: Client, template: Template) -> None:
    assert suggested(ann_at_work, template, GOOD, **asked).status_code == 400


def test_a_date_that_fits_two_ways_is_asked_about(ann_at_work: Client, template: Template) -> None:
    rows = [{"Mail": "a@example.org", "EntryDate": "01/02/2024"}, {"Mail": "b@example.org", "EntryDate": "03/04/2024"}]
    xml = GOOD.replace('Name="Customer"', 'Name="Resource"').replace('Type="Customer"', 'Type="Resource"')
    ann_at_work.post(at("sample", template.pk), {"pasted": json.dumps(rows)})
    page = unescape(suggested(ann_at_work, template, xml).content.decode())
    assert "this is not guessed" in page
    left = suggested(ann_at_work, template, xml, accept='["EntryDate"]').context["taken"]
    assert left.names == ()
    answers = json.dumps({"EntryDate": "dd/MM/yyyy"})
    taken = suggested(ann_at_work, template, xml, accept='["EntryDate"]', answers=answers).context["taken"]
    assert "dd/MM/yyyy" in taken.xml


# Versions


def test_two_versions_are_compared_in_words_and_lines(
    ann: Actor, ann_at_work: Client, template: Template, now: datetime
) -> None:
    save_draft(actor=ann, name="clients", xml=BETTER, at=now)
    for query in ("old=1&new=2", "old=2&new=1"):
        answer = ann_at_work.get(f"{at('compare', template.pk)}?{query}")
        assert (answer.context["old"].number, answer.context["new"].number) == (1, 2)
        page = answer.content.decode()
        assert "What it means" in page
        assert "Nom usage" in page
        assert answer.context["differences"]


@pytest.mark.parametrize(("query", "status"), [("old=1&new=1", 302), ("old=1&new=9", 404), ("old=x&new=1", 404)])
def test_what_cannot_be_compared_is_not_found(query: str, status: int, ann_at_work: Client, template: Template) -> None:
    assert ann_at_work.get(f"{at('compare', template.pk)}?{query}").status_code == status


def test_the_words_of_the_editor_are_grammar_and_catalog(ann_at_work: Client, template: Template) -> None:
    words = ann_at_work.get(at("words", template.pk)).json()
    tags = {(rule["direction"], rule["tag"]) for rule in words["elements"]}
    assert {("in", "Property"), ("out", "Constant"), ("in", "Date")} <= tags
    assert "LastName" in {field["name"] for field in words["types"]["Customer"]["fields"]}
    assert DeclaredKey.objects.count() == 0


@pytest.mark.parametrize("broken", ["null", "5", "true", "NaN", "[" * 3000, "{", '"x'])
@pytest.mark.parametrize(
    ("page", "name"), [("look", "changes"), ("look", "open"), ("suggest", "accept"), ("suggest", "targets")]
)
def test_what_is_no_json_of_its_shape_is_refused(
    page: str, name: str, broken: str, ann_at_work: Client, template: Template
) -> None:
    assert ann_at_work.post(at(page, template.pk), {"xml": GOOD, name: broken}).status_code == 400


@pytest.mark.parametrize("name", ["sheet", "delimiter", "encoding"])
@pytest.mark.parametrize("said", ["1\0", "x" * 100_000])
def test_how_a_sample_is_read_takes_any_text(ann_at_work: Client, template: Template, name: str, said: str) -> None:
    answer = ann_at_work.post(at("sample", template.pk), {"pasted": "[{}]", name: said})
    assert answer.status_code == 302
    kept = TemplateSample.objects.filter(template=template).first()
    assert kept is None or "\0" not in str(kept.file)
    assert kept is None or len(str(kept.file)) < 1000
