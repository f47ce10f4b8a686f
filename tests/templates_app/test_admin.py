"""The screens of catalog and templates: each sees their own brand, and what changes goes through the use cases."""

from __future__ import annotations

from datetime import datetime
from html import unescape
from typing import Any

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from integration_admin.accounts.access import Actor
from integration_admin.accounts.models import AuditEntry, Brand, Group, Membership, User
from templates_app.library import add_custom_field, add_entity_type, ensure_builtin, install, save_draft
from templates_app.models import CustomEntityType, CustomField, DeclaredKey, Template, TemplateVersion
from tests.admin.conftest import signed_in
from tests.conftest import Login
from tests.templates_app.conftest import BAD, BETTER, GOOD

MODELS: list[type[Model]] = [Template, CustomEntityType, CustomField, DeclaredKey]
models = pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.model_name)


def at(page: str, *args: object) -> str:
    return reverse(f"admin:templates_app_{page}", args=args)


@pytest.fixture
def ben_at_work(teammate: Login) -> Client:
    return signed_in(teammate.user)


@pytest.fixture
def eve_at_work(stranger: Login) -> Client:
    return signed_in(stranger.user)


@pytest.fixture
def version(ann: Actor, now: datetime) -> TemplateVersion:
    return install(actor=ann, name="secretive-clients", xml=GOOD, at=now).version


@pytest.fixture
def rows(ann: Actor, version: TemplateVersion, now: datetime) -> dict[type, Any]:
    """One row of acme on each screen, findable by the word `secretive`."""
    own = add_entity_type(actor=ann, name="Secretive", title="secretive", at=now)
    field = add_custom_field(actor=ann, entity_type="Secretive", name="_secretive", identity=True, at=now)
    key = DeclaredKey.objects.get()
    return {Template: version.template, CustomEntityType: own, CustomField: field, DeclaredKey: key}


@models
def test_every_screen_opens_for_the_owner_and_the_superuser(
    model: type[Model], rows: dict[type, Any], ann_at_work: Client, root: User
) -> None:
    for client in (ann_at_work, signed_in(root)):
        assert b"ecretive" in client.get(at(f"{model._meta.model_name}_changelist")).content
        assert client.get(at(f"{model._meta.model_name}_change", rows[model].pk)).status_code == 200


@models
def test_a_stranger_finds_nothing_of_ours(model: type[Model], rows: dict[type, Any], eve_at_work: Client) -> None:
    name = model._meta.model_name
    assert b"ecretive" not in eve_at_work.get(at(f"{name}_changelist")).content
    assert eve_at_work.get(at(f"{name}_change", rows[model].pk)).status_code == 404
    assert eve_at_work.post(at(f"{name}_change", rows[model].pk), {}).status_code == 404


@models
def test_nothing_is_deleted_here(model: type[Model], rows: dict[type, Any], ann_at_work: Client, root: User) -> None:
    for client in (ann_at_work, signed_in(root)):
        assert client.post(at(f"{model._meta.model_name}_delete", rows[model].pk), {"post": "yes"}).status_code == 403
    assert model._default_manager.count() == 1


@pytest.mark.parametrize("page", ["customentitytype_add", "customfield_add", "template_add"])
def test_a_teammate_without_the_right_looks_and_does_not_add(page: str, ben_at_work: Client, version: object) -> None:
    assert ben_at_work.get(at("template_changelist")).status_code == 200
    assert ben_at_work.get(at(page)).status_code == 403
    assert ben_at_work.post(at(page), {}).status_code == 403


POSTS = ["publish", "restore", "clone"]


@pytest.mark.parametrize("verb", POSTS)
@pytest.mark.parametrize(("who", "status"), [("ben_at_work", 403), ("eve_at_work", 404)])
def test_neither_teammate_nor_stranger_changes_a_version(
    verb: str, who: str, status: int, version: TemplateVersion, request: pytest.FixtureRequest
) -> None:
    client: Client = request.getfixturevalue(who)
    data = {"name": "mine", "brand": version.template.brand_id}
    assert client.post(at(f"template_{verb}", version.template_id, 1), data).status_code == status
    assert TemplateVersion.objects.count() == 1


@pytest.mark.parametrize("page", ["template_version", "template_download"])
@pytest.mark.parametrize(("who", "status"), [("ben_at_work", 200), ("eve_at_work", 404), ("ann_at_work", 200)])
def test_a_version_is_read_by_those_in_the_brand(
    page: str, who: str, status: int, version: TemplateVersion, request: pytest.FixtureRequest
) -> None:
    client: Client = request.getfixturevalue(who)
    assert client.get(at(page, version.template_id, 1)).status_code == status
    assert client.get(at(page, version.template_id, 7)).status_code == 404


@pytest.mark.parametrize("verb", POSTS)
def test_what_changes_asks_for_a_post(verb: str, ann_at_work: Client, version: TemplateVersion) -> None:
    assert ann_at_work.get(at(f"template_{verb}", version.template_id, 1)).status_code == 405
    assert ann_at_work.get(at("template_archive", version.template_id)).status_code == 405


@pytest.mark.parametrize("verb", [*POSTS, "archive"])
def test_what_changes_asks_for_the_token_of_the_form(verb: str, owner: Login, version: TemplateVersion) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner.user)
    args = (version.template_id,) if verb == "archive" else (version.template_id, 1)
    assert client.post(at(f"template_{verb}", *args), {"name": "mine"}).status_code == 403
    assert Template.objects.count() == 1


def test_a_version_shows_its_text_with_findings_beside_the_line(ann: Actor, ann_at_work: Client, now: datetime) -> None:
    draft, _ = save_draft(actor=ann, name="clients", xml=BAD.replace("Nom", "<script>"[1:]), at=now)
    page = ann_at_work.get(at("template_version", draft.template_id, 1)).content.decode()
    line = page.split('id="line-4"')[1].split('id="line-5"')[0]
    assert "LastNam&quot;" in line
    assert 'data-code="field_unknown"' in line
    assert "data-code" not in page.split('id="line-4"')[0]


def test_from_the_version_in_use_a_file_is_imported(
    ann: Actor, ann_at_work: Client, ben_at_work: Client, version: TemplateVersion, now: datetime
) -> None:
    template = version.template
    way = f"{reverse('admin:sync_app_import')}?template={template.name}&amp;brand={template.brand_id}"
    page = at("template_version", template.pk, version.number)
    save_draft(actor=ann, name=template.name, xml=version.xml.replace("</In>", "\n</In>"), at=now)
    draft = at("template_version", template.pk, version.number + 1)
    assert way in ann_at_work.get(page).content.decode()
    assert way not in ann_at_work.get(draft).content.decode()
    assert way not in ben_at_work.get(page).content.decode()


def test_foreign_text_is_escaped(ann: Actor, ann_at_work: Client, now: datetime) -> None:
    xml = "<In><!-- <img src=x onerror=alert(1)> --></In>"
    draft, _ = save_draft(actor=ann, name="clients", xml=xml, note="<b>note</b>", description="<i>d</i>", at=now)
    for address in (at("template_version", draft.template_id, 1), at("template_change", draft.template_id)):
        page = ann_at_work.get(address).content.decode()
        assert "<img src=x" not in page
        assert "<b>note" not in page
        assert "<i>d" not in page


def test_a_draft_is_published_and_an_old_version_restored(ann: Actor, ann_at_work: Client, now: datetime) -> None:
    draft, _ = save_draft(actor=ann, name="clients", xml=GOOD, at=now)
    answer = ann_at_work.post(at("template_publish", draft.template_id, 1), {"seen": draft.digest})
    assert answer["Location"] == at("template_version", draft.template_id, 1)
    draft.refresh_from_db()
    assert draft.published
    answer = ann_at_work.post(at("template_restore", draft.template_id, 1))
    assert answer["Location"] == at("template_version", draft.template_id, 2)
    assert not TemplateVersion.objects.get(number=2).published


@pytest.mark.parametrize("sent", [True, False], ids=["what was shown", "nothing"])
def test_only_the_text_that_was_shown_is_published(sent: bool, ann: Actor, ann_at_work: Client, now: datetime) -> None:
    draft, _ = save_draft(actor=ann, name="clients", xml=GOOD, at=now)
    page = ann_at_work.get(at("template_version", draft.template_id, 1)).content.decode()
    assert f'<input type="hidden" name="seen" value="{draft.digest}">' in page
    save_draft(actor=ann, name="clients", xml=BETTER, at=now)
    form = {"seen": draft.digest} if sent else {}
    page = ann_at_work.post(at("template_publish", draft.template_id, 1), form, follow=True).content.decode()
    assert "Version 1 was saved meanwhile." in page
    assert not TemplateVersion.objects.get().published


def test_a_refusal_is_told_and_changes_nothing(ann: Actor, ann_at_work: Client, now: datetime) -> None:
    draft, _ = save_draft(actor=ann, name="clients", xml=BAD, at=now)
    page = ann_at_work.post(at("template_publish", draft.template_id, 1), {"seen": draft.digest}, follow=True)
    assert "The template has errors. It was not published." in page.content.decode()
    draft.refresh_from_db()
    assert not draft.published


def test_a_clone_goes_into_a_brand_of_ones_own_only(
    ann_at_work: Client, version: TemplateVersion, acme: Brand, other: Brand
) -> None:
    address = at("template_clone", version.template_id, 1)
    for brand in (other.pk, 999, "", "x"):
        assert ann_at_work.post(address, {"name": "copy", "brand": brand}).status_code == 404
    assert ann_at_work.post(address, {"name": "copy", "brand": acme.pk}).status_code == 302
    assert list(Template.objects.values_list("name", "brand__key").order_by("name")) == [
        ("copy", "acme"),
        ("secretive-clients", "acme"),
    ]


def test_a_superuser_clones_into_another_brand(version: TemplateVersion, other: Brand, root: User) -> None:
    signed_in(root).post(at("template_clone", version.template_id, 1), {"name": "copy", "brand": other.pk})
    assert Template.objects.get(name="copy").brand == other


def test_archiving_and_bringing_back(ann_at_work: Client, version: TemplateVersion) -> None:
    # Pressed twice, or in two windows, a button does what it says once.
    for archived, sent in ((True, {}), (True, {}), (False, {"back": "1"}), (False, {"back": "1"})):
        ann_at_work.post(at("template_archive", version.template_id), sent)
        version.template.refresh_from_db()
        assert version.template.archived is archived


def test_a_builtin_template_is_looked_at_and_not_saved(ann: Actor, ann_at_work: Client, now: datetime) -> None:
    builtin = ensure_builtin(ann.brand, now)[0]
    page = ann_at_work.get(at("template_change", builtin.template_id)).content.decode()
    assert "Open its mapping" in page
    editor = ann_at_work.get(at("template_edit", builtin.template_id)).content.decode()
    assert "comes with the product" in editor
    assert 'name="draft"' not in editor
    told = ann_at_work.post(at("template_restore", builtin.template_id, 1), follow=True).content.decode()
    assert "comes with the product" in told
    form = {"xml": GOOD, "publish": "1"}
    assert ann_at_work.post(at("template_edit", builtin.template_id), form).status_code == 200
    assert TemplateVersion.objects.filter(template=builtin.template).count() == 1


def test_the_xml_is_downloaded_byte_for_byte(ann_at_work: Client, version: TemplateVersion) -> None:
    answer = ann_at_work.get(at("template_download", version.template_id, 1))
    assert answer.content == GOOD.encode()
    assert answer["Content-Disposition"] == 'attachment; filename="secretive-clients-1.xml"'
    assert answer["Content-Type"].startswith("application/xml")


def test_the_schema_is_there_for_editors(ann_at_work: Client, db: None) -> None:
    answer = ann_at_work.get(at("template_schema"))
    assert answer.content.startswith(b"<?xml")
    assert b"ShouldInsert" in answer.content


@pytest.mark.parametrize(
    ("button", "xml", "published"), [("draft", GOOD, False), ("publish", GOOD, True), ("publish", BAD, False)]
)
def test_a_new_template_is_written_in_a_box(
    ann_at_work: Client, acme: Brand, button: str, xml: str, published: bool
) -> None:
    form = {"brand": acme.pk, "name": "clients", "description": "Ours", "xml": xml.replace("\n", "\r\n"), button: "1"}
    answer = ann_at_work.post(at("template_add"), form)
    version = TemplateVersion.objects.get()
    went_on = at("template_version", version.template_id, 1) if published else at("template_edit", version.template_id)
    assert answer["Location"] == went_on
    assert (version.xml, version.published, version.template.description) == (xml, published, "Ours")


def test_checking_only_keeps_nothing(ann_at_work: Client, acme: Brand) -> None:
    form = {"brand": acme.pk, "name": "clients", "xml": BAD, "check": "1"}
    page = ann_at_work.post(at("template_add"), form).content.decode()
    assert 'data-code="field_unknown"' in page
    assert not Template.objects.exists()


@pytest.mark.parametrize("name", ["secretive-clients", "runs", "A B"])
def test_a_new_template_needs_a_free_name(
    ann_at_work: Client, acme: Brand, version: TemplateVersion, name: str
) -> None:
    form = {"brand": acme.pk, "name": name, "xml": BETTER, "draft": "1"}
    assert ann_at_work.post(at("template_add"), form).status_code == 200
    assert TemplateVersion.objects.get() == version


def test_a_new_template_goes_into_a_brand_of_ones_own_only(ann_at_work: Client, other: Brand) -> None:
    form = {"brand": other.pk, "name": "clients", "xml": GOOD, "draft": "1"}
    assert ann_at_work.post(at("template_add"), form).status_code == 200
    assert not Template.objects.exists()


def test_editing_begins_with_the_newest_text_and_notices_another_author(
    ann: Actor, ann_at_work: Client, version: TemplateVersion, now: datetime
) -> None:
    address = at("template_edit", version.template_id)
    page = ann_at_work.get(address)
    begun = page.context["form"].initial
    assert (begun["xml"], begun["seen"]) == (GOOD, version.digest)
    save_draft(actor=ann, name="secretive-clients", xml=BETTER, at=now)
    told = ann_at_work.post(address, {"xml": BAD, "seen": begun["seen"], "draft": "1"}).content.decode()
    assert "was saved meanwhile" in told
    assert TemplateVersion.objects.get(number=2).xml == BETTER


def test_a_field_is_added_with_its_key_and_noted(ann_at_work: Client, acme: Brand, owner: Login) -> None:
    form = {"brand": acme.pk, "entity_type": "Customer", "name": "_ID", "kind": "Text", "identity": "on"}
    ann_at_work.post(at("customfield_add"), {**form, "options": '{"max_length": 40}'})
    assert CustomField.objects.get().options == {"max_length": 40}
    assert DeclaredKey.objects.get().unique
    assert AuditEntry.objects.filter(action="field.added", target="Customer._ID").exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"entity_type": "Customr"}, 'There is no entity type "Customr".'),
        ({"name": "ID"}, "cannot name a field"),
        ({"options": "[1]"}, "Use a JSON object."),
        ({"options": "{"}, "valid JSON"),
        ({"options": '{"max_length": %s}' % ("9" * 5000)}, "valid JSON"),
        ({"options": "[" * 100_000}, "valid JSON"),
        ({"options": '{"target": "\\ud800"}'}, "valid JSON"),
        ({"options": '{"target": "a\\u0000"}'}, "valid JSON"),
        ({"options": '{"max_length": NaN}'}, "max_length"),
        ({"options": '{"max_length": 1e999}'}, "max_length"),
        ({"kind": "Reference"}, "needs the option “target”"),
        ({"kind": "Nothing"}, "Nothing"),
    ],
)
def test_a_field_that_does_not_fit_is_refused_above_the_form(
    ann_at_work: Client, acme: Brand, change: dict[str, str], said: str
) -> None:
    form = {"brand": acme.pk, "entity_type": "Customer", "name": "_ID", "kind": "Text", **change}
    answer = ann_at_work.post(at("customfield_add"), form)
    assert answer.status_code == 200
    assert said in unescape(answer.content.decode())
    assert not CustomField.objects.exists()


def test_a_type_is_added_and_keeps_its_name(ann_at_work: Client, acme: Brand) -> None:
    ann_at_work.post(at("customentitytype_add"), {"brand": acme.pk, "name": "Contract", "title": "Contract"})
    own = CustomEntityType.objects.get()
    ann_at_work.post(at("customentitytype_change", own.pk), {"name": "Other", "title": "Agreement", "brand": "9"})
    own.refresh_from_db()
    assert (own.name, own.title, own.brand) == ("Contract", "Agreement", acme)


def test_a_fields_name_kind_and_type_stay(ann_at_work: Client, ann: Actor, now: datetime) -> None:
    field = add_custom_field(actor=ann, entity_type="Customer", name="_ID", at=now)
    change = {"name": "_X", "kind": "Memo", "entity_type": "Do", "retired": "on", "label": "Number", "position": "4"}
    ann_at_work.post(at("customfield_change", field.pk), change)
    field.refresh_from_db()
    assert (field.entity_type, field.name, field.kind, field.retired) == ("Customer", "_ID", "Text", False)
    assert (field.label, field.position) == ("Number", 4)


@pytest.mark.parametrize(("action", "before", "after"), [("retire", False, True), ("take_back", True, False)])
def test_fields_are_retired_and_taken_back(
    ann_at_work: Client, ann: Actor, now: datetime, action: str, before: bool, after: bool
) -> None:
    field = add_custom_field(actor=ann, entity_type="Customer", name="_ID", at=now)
    CustomField.objects.update(retired=before)
    ann_at_work.post(at("customfield_changelist"), {"action": action, "_selected_action": [field.pk]})
    field.refresh_from_db()
    assert field.retired is after


def test_nobody_retires_fields_of_another_brand(
    eve_at_work: Client, ben_at_work: Client, ann: Actor, now: datetime
) -> None:
    field = add_custom_field(actor=ann, entity_type="Customer", name="_ID", at=now)
    for client in (eve_at_work, ben_at_work):
        client.post(at("customfield_changelist"), {"action": "retire", "_selected_action": [field.pk]})
    field.refresh_from_db()
    assert not field.retired


def test_what_is_not_retired_for_want_of_the_right_is_said(
    ann_at_work: Client, ann: Actor, eve: Actor, now: datetime
) -> None:
    readers = Group.objects.create(brand=eve.brand, name="readers")
    Membership.objects.create(brand=eve.brand, username="ann", group=readers, user=ann.user, password="!")
    fields = [add_custom_field(actor=actor, entity_type="Customer", name="_ID", at=now) for actor in (ann, eve)]
    sent = {"action": "retire", "_selected_action": [field.pk for field in fields]}
    page = ann_at_work.post(at("customfield_changelist"), sent, follow=True).content.decode()
    assert page.count("You may not do this in that brand.") == 1
    assert "Customer._ID (Other): You may not do this in that brand." in page
    assert set(CustomField.objects.values_list("brand__key", "retired")) == {("acme", True), ("other", False)}


def test_declared_keys_are_only_read_here(ann_at_work: Client, rows: dict[type, Any]) -> None:
    assert ann_at_work.get(at("declaredkey_add")).status_code == 403
