"""The configuration history: who changed what, old and new readable, for all of a brand and for one object."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from integration_admin.accounts import histories
from integration_admin.accounts.access import site_actor
from integration_admin.accounts.audit import record
from integration_admin.accounts.histories import object_history, told
from integration_admin.accounts.models import AuditEntry, Brand, Group, User
from templates_app.library import archive, publish, save_draft
from templates_app.library.fields import add_custom_field, retire_field
from templates_app.models import CustomField, Template
from tests.conftest import BY, Key, Login

AUDIT: Final = reverse("admin:accounts_auditentry_changelist")
HOSTILE: Final = "<img src=x onerror=alert(1)>"
XML: Final = (
    '<In><Type Name="Customer" ShouldInsert="true" /><Property Name="n" Type="Customer" Field="LastName" /></In>'
)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def history_at(obj: Any) -> str:
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_history", args=[obj.pk])


def lines(entry: AuditEntry) -> list[tuple[str, str | None, str | None]]:
    return [(one.label, one.old, one.new) for one in told(entry).changes]


def group_form(group: Group, **changed: str) -> dict[str, str]:
    access = group.accesses.get()
    return {
        "brand": str(group.brand_id),
        "name": group.name,
        "may_export": "on",
        "accesses-TOTAL_FORMS": "2",
        "accesses-INITIAL_FORMS": "1",
        "accesses-0-id": str(access.pk),
        "accesses-0-group": str(group.pk),
        "accesses-0-entity_type": "Customer",
        "accesses-0-access": "Read",
        "accesses-1-group": str(group.pk),
        "accesses-1-entity_type": "",
        "accesses-1-access": "Read",
    } | changed


def post_group(user: User, group: Group, **changed: str) -> AuditEntry:
    address = reverse("admin:accounts_group_change", args=[group.pk])
    assert signed_in(user).post(address, group_form(group, **changed)).status_code == 302
    return AuditEntry.objects.latest("pk")


# --- what is written


def test_a_change_of_a_group_is_told_field_by_field(owner: Login, readers: Group) -> None:
    entry = post_group(owner.user, readers, may_import="on")
    assert entry.action == "change_group"
    assert lines(entry) == [("may import", "no", "yes")]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"accesses-0-access": "All"}, [("Customer", "Read", "All")]),
        ({"accesses-0-entity_type": "Task"}, [("Customer", "Read", None), ("Task", None, "Read")]),
        ({"accesses-0-DELETE": "on"}, [("Customer", "Read", None)]),
        ({"accesses-1-entity_type": "Project", "accesses-1-access": "Write"}, [("Project", None, "Write")]),
    ],
)
def test_a_change_of_access_is_told_as_well(owner: Login, readers: Group, changed: Any, expected: Any) -> None:
    entry = post_group(owner.user, readers, **changed)
    assert (entry.action, entry.target, entry.brand) == ("change_group", "Readers (acme)", readers.brand)
    assert lines(entry) == expected


def test_saving_without_a_change_of_access_tells_of_none(owner: Login, readers: Group) -> None:
    post_group(owner.user, readers)
    assert not AuditEntry.objects.filter(after__has_key="Customer").exists()


def test_a_chosen_row_is_told_by_its_name_before_and_after(owner: Login, teammate: Login, readers: Group) -> None:
    other = Group.objects.create(brand=readers.brand, name="Others")
    member = teammate.membership
    address = reverse("admin:accounts_membership_change", args=[member.pk])
    sent = {"brand": str(member.brand_id), "username": member.username, "group": str(other.pk)}
    assert signed_in(owner.user).post(address, sent).status_code == 302
    assert lines(AuditEntry.objects.latest("pk")) == [("group", "Readers (Acme)", "Others (Acme)")]


# --- the list


def entry_of(brand: Brand, at: datetime, **values: Any) -> AuditEntry:
    given = {"by": "Ann", "action": "change_brand", "target": "acme"} | values
    return record(brand=brand, at=at, **given)


def listed(client: Client, query: str = "") -> list[str]:
    answer = client.get(f"{AUDIT}{query}")
    assert answer.status_code == 200
    return [entry.target for entry in answer.context["cl"].result_list]


def test_the_list_is_filtered_by_who_what_and_when(acme: Brand, owner: Login, now: datetime) -> None:
    AuditEntry.objects.all().delete()
    entry_of(acme, now, target="first")
    entry_of(acme, now + timedelta(days=2), by="Ben", target="second")
    entry_of(acme, now + timedelta(days=4), action="create_group", target="third")
    client = signed_in(owner.user)
    assert listed(client) == ["third", "second", "first"]
    assert listed(client, "?who=Ben") == ["second"]
    assert listed(client, "?action=create_group") == ["third"]
    assert listed(client, "?at_from=2026-11-22&at_to=2026-11-24") == ["second"]
    assert listed(client, "?q=secon") == ["second"]
    for nonsense in ("x", "0001-01-01", "9999-12-31", ""):
        assert listed(client, f"?at_from={nonsense}&at_to={nonsense}") == ["third", "second", "first"]


def test_each_line_says_what_changed(acme: Brand, owner: Login, now: datetime) -> None:
    values = {f"member{number}": number for number in range(5)}
    entry_of(acme, now, before={"name": HOSTILE}, after={"name": "Acme " + "x" * 90, **values})
    page = signed_in(owner.user).get(AUDIT).content.decode()
    assert HOSTILE not in page
    assert f"<ins>Acme {'x' * 54}…</ins>" in page
    assert "; 3 more" in page


def test_the_queries_of_the_list_do_not_grow_with_it(acme: Brand, owner: Login, now: datetime) -> None:
    client = signed_in(owner.user)

    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            client.get(AUDIT)
        return len(counted)

    queries()
    few = queries()
    for number in range(60):
        entry_of(acme, now, target=f"row {number}", after={"name": "x"})
    assert queries() == few


def test_a_stranger_reads_nothing_of_it(acme: Brand, stranger: Login, teammate: Login, now: datetime) -> None:
    entry = entry_of(acme, now, target="ours")
    assert "ours" not in listed(signed_in(stranger.user))
    address = reverse("admin:accounts_auditentry_change", args=[entry.pk])
    assert signed_in(stranger.user).get(address).status_code == 404
    assert signed_in(teammate.user).get(AUDIT).status_code == 403


# --- of one object


def test_the_history_of_an_object_is_its_own(owner: Login, readers: Group, other: Brand, now: datetime) -> None:
    AuditEntry.objects.all().delete()
    post_group(owner.user, readers, may_import="on")
    Group.objects.create(brand=readers.brand, name="Elsewhere")
    record(brand=readers.brand, by=BY, action="change_group", target="Elsewhere (acme)", at=now)
    record(brand=other, by=BY, action="change_group", target="Readers (acme)", at=now)
    record(brand=readers.brand, by=BY, action="change_brand", target="Readers (acme)", at=now)
    answer = signed_in(owner.user).get(history_at(readers))
    assert [one.what for one in answer.context["history"]] == ["Group changed"]
    assert "<ins>yes</ins>" in answer.content.decode()


def test_a_renamed_object_keeps_its_history(owner: Login, readers: Group) -> None:
    AuditEntry.objects.all().delete()
    post_group(owner.user, readers, may_import="on")
    post_group(owner.user, readers, may_import="on", name="Lookers")
    readers.refresh_from_db()
    post_group(owner.user, readers, may_import="on", name="Watchers")
    readers.refresh_from_db()
    history, older = object_history(readers, brand=readers.brand)
    assert [one.changes[0].new for one in history] == ["Watchers", "Lookers", "yes"]
    assert older is None


def test_entries_under_the_name_that_people_see_belong_to_it(
    owner: Login, readers: Group, other: Brand, now: datetime
) -> None:
    brand = readers.brand
    AuditEntry.objects.all().delete()

    def changed(within: Brand, target: str, name: str, before: str = "") -> None:
        old = {"name": before} if before else None
        record(brand=within, by=BY, action="change_brand", target=target, at=now, before=old, after={"name": name})

    changed(brand, "First", "First")
    changed(brand, str(brand), str(brand), before="First")
    changed(brand, str(brand), "by name")
    changed(brand, brand.key, "by key")
    changed(other, str(brand), "another's")
    record(brand=brand, by=BY, action="change_group", target=str(readers), at=now, after={"name": "group"})
    history, _older = object_history(brand, brand=brand)
    assert [one.changes[0].new for one in history] == ["by key", "by name", str(brand), "First"]
    history, _older = object_history(readers, brand=brand)
    assert [one.changes[0].new for one in history] == ["group"]


def test_use_cases_stand_in_the_history_of_what_they_changed(owner: Login, appkey: Key, now: datetime) -> None:
    member = owner.membership
    history, _older = object_history(member, brand=member.brand)
    assert [one.what for one in history] == ["API user created"]
    history, _older = object_history(appkey.row, brand=appkey.row.brand)
    assert [one.what for one in history] == ["Application key created"]
    page = signed_in(owner.user).get(history_at(appkey.row))
    assert "Application key created" in page.content.decode()


def test_the_history_of_a_template_tells_who_saved_and_published(owner: Login, acme: Brand, now: datetime) -> None:
    actor = site_actor(user=owner.user, brand=acme)
    version, _checked = save_draft(actor=actor, name="clients", xml=XML, at=now)
    publish(actor=actor, version=version, at=now + timedelta(minutes=1))
    template = Template.objects.get(name="clients")
    archive(actor=actor, template=template, archived=True, at=now + timedelta(minutes=2))
    archive(actor=actor, template=template, archived=False, at=now + timedelta(minutes=3))
    answer = signed_in(owner.user).get(history_at(template))
    assert [one.what for one in answer.context["history"]] == [
        "Template brought back",
        "Template archived",
        "Template published",
        "Draft saved",
    ]


def test_a_custom_field_has_a_history(owner: Login, acme: Brand, now: datetime) -> None:
    actor = site_actor(user=owner.user, brand=acme)
    add_custom_field(actor=actor, entity_type="Customer", name="_X", at=now)
    retire_field(actor=actor, entity_type="Customer", name="_X", at=now)
    retire_field(actor=actor, entity_type="Customer", name="_X", retired=False, at=now)
    answer = signed_in(owner.user).get(history_at(CustomField.objects.get()))
    assert {one.what for one in answer.context["history"]} == {
        "Custom field added",
        "Custom field retired",
        "Custom field taken back into use",
    }


def test_a_long_history_comes_page_by_page(
    owner: Login, acme: Brand, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(histories, "PAGE", 2)
    AuditEntry.objects.all().delete()
    for number in range(5):
        entry_of(acme, now, after={"name": str(number)})
    client = signed_in(owner.user)
    seen, query = [], ""
    for _page in range(3):
        context = client.get(history_at(acme) + query).context
        seen += [one.changes[0].new for one in context["history"]]
        query = f"?before={context['older']}"
    assert seen == ["4", "3", "2", "1", "0"]
    assert client.get(history_at(acme) + "?before=x").status_code == 200


@pytest.mark.parametrize("kind", ["brand", "group", "appkey", "membership"])
def test_the_history_of_anothers_object_is_not_found(
    acme: Brand, readers: Group, appkey: Key, owner: Login, stranger: Login, client: Client, kind: str
) -> None:
    own: dict[str, Any] = {"brand": acme, "group": readers, "appkey": appkey.row, "membership": owner.membership}
    assert signed_in(stranger.user).get(history_at(own[kind])).status_code == 404
    assert client.get(history_at(own[kind])).status_code == 302
    assert signed_in(owner.user).get(history_at(own[kind])).status_code == 200


def test_an_object_without_history_says_so(owner: Login, acme: Brand) -> None:
    AuditEntry.objects.all().delete()
    page = signed_in(owner.user).get(history_at(acme)).content.decode()
    assert "Nothing was changed here since the history began." in page


def test_a_brand_and_its_groups_keep_their_history_under_another_name(
    acme: Brand, owner: Login, readers: Group, root: User
) -> None:
    post_group(owner.user, readers, name="Watchers")
    Brand.objects.filter(pk=acme.pk).update(name="Acme of today")
    told_of_group = signed_in(root).get(history_at(readers)).context["history"]
    assert [one.entry.action for one in told_of_group] == ["change_group"]
