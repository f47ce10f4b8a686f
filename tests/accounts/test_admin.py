"""The screens of who may come in: each sees their own brand, and nobody rises."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group as DjangoGroup
from django.test import Client
from django.urls import reverse
from django_q.models import Failure, OrmQ, Schedule, Success

from integration_admin.accounts import logins, tokens
from integration_admin.accounts.models import (
    AccessToken,
    AccountToken,
    AppKey,
    AuditEntry,
    Brand,
    Group,
    GroupAccess,
    Membership,
    User,
)
from templates_app.models import Direction, Template
from tests.conftest import BY, Key, Login

MODELS = [Brand, Group, Membership, AppKey, AccountToken, AccessToken, AuditEntry]
names = pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.model_name)
SHOWN = re.compile(r'<input id="shown-\d+"[^>]*value="([^"]+)"')


def at(screen: str, model: Any, *args: object) -> str:
    return reverse(f"admin:accounts_{model._meta.model_name}_{screen}", args=args)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def rows(
    owner: Login, stranger: Login, appkey: Key, foreign_appkey: Key, now: datetime
) -> dict[str, dict[type, object]]:
    """One row of each kind in either brand, the other brand's findable by the word `secretive`."""
    found: dict[str, dict[type, object]] = {}
    for brand, login, key in (("acme", owner, appkey), ("other", stranger, foreign_appkey)):
        member = login.membership
        token, _ = logins.create_account_token(membership=member, at=now, by=BY, label="secretive")
        tokens.issue(membership=member, appkey=key.row, now=now)
        found[brand] = {
            Brand: member.brand,
            Group: member.group,
            Membership: member,
            AppKey: key.row,
            AccountToken: token,
            AccessToken: AccessToken.objects.get(membership=member),
            AuditEntry: AuditEntry.objects.filter(brand=member.brand).first(),
        }
    return found


@names
def test_the_superuser_opens_every_screen_of_every_brand(model: Any, rows, root: User) -> None:
    client = signed_in(root)
    assert client.get(at("changelist", model)).status_code == 200
    for brand in ("acme", "other"):
        assert client.get(at("change", model, rows[brand][model].pk)).status_code == 200


@names
def test_a_brand_administrator_opens_the_screens_of_their_brand(model: Any, rows, owner: Login) -> None:
    client = signed_in(owner.user)
    assert client.get(at("changelist", model)).status_code == 200
    assert client.get(at("change", model, rows["acme"][model].pk)).status_code == 200


@names
def test_another_brand_is_not_found_and_looks_like_nothing(model: Any, rows, owner: Login) -> None:
    client = signed_in(owner.user)
    foreign, missing = rows["other"][model].pk, 10**9
    for screen in ("change", "delete", "history"):
        answers = [client.get(at(screen, model, pk)) for pk in (foreign, missing)]
        assert {answer.status_code for answer in answers} <= {403, 404}
        assert answers[0].status_code == answers[1].status_code
        assert answers[0].content == answers[1].content
    assert client.post(at("change", model, foreign), {"name": "taken over"}).status_code in {403, 404}


@names
def test_lists_filters_and_searches_show_nothing_of_another_brand(model: Any, rows, owner: Login) -> None:
    client = signed_in(owner.user)
    for query in ("", "?q=tranger", "?q=ther", "?q=ecretive", f"?brand__id__exact={rows['other'][Brand].pk}"):
        page = client.get(at("changelist", model) + query, follow=True).content.decode()
        assert "stranger" not in page
        assert "Other" not in page
        assert rows["other"][AppKey].prefix not in page


@names
@pytest.mark.parametrize("who", ["teammate", "nobody"])
def test_staff_without_the_right_is_kept_out(model: Any, who: str, rows, teammate: Login, db: None) -> None:
    nobody = User.objects.create_user("nobody@house.example", "correct horse nobody", is_staff=True)
    client = signed_in(teammate.user if who == "teammate" else nobody)
    assert client.get(at("changelist", model)).status_code == 403
    assert client.get(at("change", model, rows["acme"][model].pk)).status_code in {403, 404}
    assert client.post(at("changelist", model), {"action": "revoke", "_selected_action": "1"}).status_code == 403
    assert reverse(f"admin:accounts_{model._meta.model_name}_changelist") not in client.get("/admin/").content.decode()


@names
def test_who_is_not_staff_is_sent_to_sign_in(model: Any, rows, owner: Login) -> None:
    User.objects.filter(pk=owner.user.pk).update(is_staff=False)
    for client in (Client(), signed_in(owner.user)):
        assert client.get(at("changelist", model)).status_code == 302


def test_a_member_of_a_brand_that_was_switched_off_sees_nothing_of_it(rows, acme: Brand, owner: Login) -> None:
    Brand.objects.filter(pk=acme.pk).update(active=False)
    assert signed_in(owner.user).get(at("changelist", AppKey)).status_code == 403


@pytest.mark.parametrize(
    ("model", "lookup"),
    [
        (Membership, "password__startswith=pbkdf2"),
        (Membership, "user__password__startswith=pbkdf2"),
        (AppKey, "digest__startswith=a"),
        (AppKey, "brand__memberships__password__contains=a"),
        (AccessToken, "digest__gt=0"),
        (AccountToken, "membership__user__is_superuser=1"),
    ],
)
def test_filters_answer_no_guess_at_hidden_columns(model: Any, lookup: str, rows, owner: Login, root: User) -> None:
    for user in (owner.user, root):
        answer = signed_in(user).get(f"{at('changelist', model)}?{lookup}")
        assert answer.status_code in {302, 400}
        assert "e=1" in answer.headers.get("Location", "e=1")


def test_a_new_application_key_is_shown_once_and_never_again(owner: Login, acme: Brand) -> None:
    client = signed_in(owner.user)
    names = ["one", "two"]
    form = {"brand": acme.pk, "label": "Payroll", "scopes": ["export"], "allowed_templates": names}
    for name in names:
        Template.objects.create(brand=acme, name=name, direction=Direction.OUT)
    answer = client.post(at("add", AppKey), form)
    clear = SHOWN.findall(answer.content.decode())[0]
    assert "no-store" in answer.headers["Cache-Control"]
    row = AppKey.objects.get(label="Payroll")
    assert (row.scopes, row.allowed_templates) == (["export"], ["one", "two"])
    assert clear.startswith(row.prefix)
    random = clear[len(row.prefix) :]
    for page in (at("changelist", AppKey), at("change", AppKey, row.pk), at("history", AppKey, row.pk)):
        assert random not in client.get(page).content.decode()
    assert random not in str(list(AuditEntry.objects.values()))


def test_a_new_api_user_gets_a_password_that_is_shown_once(
    owner: Login, acme: Brand, readers: Group, appkey: Key, now: datetime
) -> None:
    form = {"brand": acme.pk, "username": "machine", "group": readers.pk}
    answer = signed_in(owner.user).post(at("add", Membership), form)
    clear = SHOWN.findall(answer.content.decode())[0]
    given = {"grant_type": ["password"], "username": ["machine"], "password": [clear]}
    token = tokens.exchange(brand_key="acme", appkey=appkey.clear, form=given, address="192.0.2.1", now=now)
    assert token.username == "machine"


@pytest.mark.parametrize("field", ["brand", "group"])
def test_forms_accept_no_row_of_another_brand(field: str, owner: Login, acme: Brand, stranger: Login) -> None:
    own = {"brand": acme.pk, "username": "spy", "group": owner.membership.group_id}
    foreign = {"brand": stranger.membership.brand_id, "group": stranger.membership.group_id}
    answer = signed_in(owner.user).post(at("add", Membership), own | {field: foreign[field]})
    assert answer.status_code == 200
    assert "Select a valid choice" in answer.content.decode()
    assert not Membership.objects.filter(username="spy").exists()


def test_someone_in_two_brands_cannot_mix_them(owner: Login, acme: Brand, stranger: Login, now: datetime) -> None:
    brand = stranger.membership.brand
    logins.create_api_user(brand=brand, username="owner-too", at=now, by=BY, user=owner.user)
    form = {"brand": acme.pk, "username": "mixed", "group": stranger.membership.group_id}
    answer = signed_in(owner.user).post(at("add", Membership), form)
    assert "another brand" in answer.content.decode()
    assert not Membership.objects.filter(username="mixed").exists()


def test_a_brand_administrator_links_nobody_to_a_login(owner: Login, acme: Brand, root: User) -> None:
    form = {"brand": acme.pk, "username": "climber", "group": owner.membership.group_id, "user": root.pk}
    signed_in(owner.user).post(at("add", Membership), form)
    assert Membership.objects.get(username="climber").user is None


def test_a_brand_administrator_neither_makes_brands_nor_lifts_the_house_rules(owner: Login, acme: Brand) -> None:
    client = signed_in(owner.user)
    assert client.get(at("add", Brand)).status_code == 403
    form = {"key": "taken", "name": "Renamed", "time_zone": "UTC", "language": "fr", "api_version": "4.1"}
    client.post(at("change", Brand, acme.pk), form | {"sandbox": "on"})
    acme.refresh_from_db()
    assert (acme.key, acme.name, acme.sandbox, acme.active) == ("acme", "Renamed", False, True)


@pytest.mark.parametrize("screen", ["changelist", "add"])
def test_site_users_are_for_superusers_only(screen: str, owner: Login, root: User) -> None:
    assert signed_in(owner.user).get(at(screen, User)).status_code == 403
    page = signed_in(root).get(at(screen, User))
    assert (page.status_code, ">-<" in re.sub(r"\s", "", page.content.decode())) == (200, False)


@pytest.mark.parametrize("page", ["change", "history", "delete"])
def test_nobody_else_is_told_which_site_users_there_are(page: str, owner: Login, root: User) -> None:
    client = Client()
    client.force_login(owner.user)
    for key in (root.pk, 987654321):
        assert client.get(reverse(f"admin:accounts_user_{page}", args=[key])).status_code == 403


def test_nobody_makes_themselves_a_superuser(owner: Login) -> None:
    client = signed_in(owner.user)
    form = {"email": owner.user.email, "is_staff": "on", "is_superuser": "on", "is_active": "on"}
    assert client.post(at("change", User, owner.user.pk), form).status_code == 403
    password = reverse("admin:auth_user_password_change", args=[owner.user.pk])
    assert client.post(password, {"password1": "x", "password2": "x"}).status_code == 403
    assert not User.objects.get(pk=owner.user.pk).is_superuser


@pytest.mark.parametrize("missing", ["is_superuser", "is_active", "is_staff"])
def test_the_last_superuser_stays(missing: str, root: User) -> None:
    form = {"email": root.email, "is_staff": "on", "is_superuser": "on", "is_active": "on"}
    form.pop(missing)
    answer = signed_in(root).post(at("change", User, root.pk), form)
    assert "last superuser" in answer.content.decode()
    assert signed_in(root).post(at("delete", User, root.pk), {"post": "yes"}).status_code == 403
    assert User.objects.get(pk=root.pk).is_superuser


def test_a_superuser_makes_site_users(root: User) -> None:
    form = {"email": "New@House.Example", "full_name": "New", "is_staff": "on"}
    secrets = {"password1": "correct horse battery", "password2": "correct horse battery", "usable_password": "true"}
    signed_in(root).post(at("add", User), form | secrets)
    made = User.objects.get(email="new@house.example")
    assert made.check_password("correct horse battery")
    assert "correct horse" not in str(list(AuditEntry.objects.values()))


ACTIONS: dict[str, Callable[[Login, Key], tuple[Any, int]]] = {
    "deactivate": lambda login, key: (Membership, login.membership.pk),
    "new_password": lambda login, key: (Membership, login.membership.pk),
    "revoke": lambda login, key: (AppKey, key.row.pk),
}


@pytest.mark.parametrize("action", ACTIONS)
def test_actions_touch_no_row_of_another_brand(
    action: str, owner: Login, stranger: Login, foreign_appkey: Key, now: datetime
) -> None:
    model, pk = ACTIONS[action](stranger, foreign_appkey)
    before = model.objects.filter(pk=pk).values().get()
    signed_in(owner.user).post(at("changelist", model), {"action": action, "_selected_action": [pk]})
    assert model.objects.filter(pk=pk).values().get() == before


def test_revoking_and_deactivating_by_action_leave_an_audit_entry(owner: Login, teammate: Login, appkey: Key) -> None:
    client = signed_in(owner.user)
    client.post(at("changelist", AppKey), {"action": "revoke", "_selected_action": [appkey.row.pk]})
    chosen = {"action": "deactivate", "_selected_action": [teammate.membership.pk]}
    client.post(at("changelist", Membership), chosen)
    appkey.row.refresh_from_db()
    assert appkey.row.revoked_at is not None
    assert set(AuditEntry.objects.filter(actor=owner.user.email).values_list("action", flat=True)) == {
        "revoke_appkey",
        "deactivate_api_user",
    }


def test_a_change_is_written_into_the_history_with_before_and_after(owner: Login, acme: Brand) -> None:
    form = {"name": "Acme & Sons", "time_zone": "Europe/Paris", "language": "en", "api_version": "4.7"}
    signed_in(owner.user).post(at("change", Brand, acme.pk), form | {"auth_password": "on", "auth_account": "on"})
    entry = AuditEntry.objects.get(action="change_brand")
    assert (entry.brand, entry.before, entry.after) == (acme, {"name": "Acme"}, {"name": "Acme & Sons"})


def test_lists_and_filters_call_a_brand_by_its_name(rows, acme: Brand, root: User) -> None:
    Brand.objects.filter(pk=acme.pk).update(name="Acme & Daughters")
    page = signed_in(root).get(at("changelist", AppKey)).content.decode()
    assert re.search(r'class="field-brand[^>]*>Acme &amp; Daughters<', page)
    list_and_filters = page.partition('id="changelist"')[2]
    assert list_and_filters.count("Acme &amp; Daughters") > 1
    assert ">acme<" not in list_and_filters


def test_a_list_of_one_brand_does_not_say_it_in_each_row(rows, owner: Login, root: User) -> None:
    [mine, all_of_them] = [signed_in(user).get(at("changelist", AppKey)) for user in (owner.user, root)]
    assert "field-brand" not in mine.content.decode()
    assert "field-brand" in all_of_them.content.decode()


def test_a_change_of_the_configuration_is_headed_by_its_words(rows, root: User) -> None:
    entry = AuditEntry.objects.filter(action="create_brand").first()
    assert entry is not None
    page = signed_in(root).get(at("change", AuditEntry, entry.pk)).content.decode()
    assert f"Brand created: {entry.target}" in page
    assert "create_brand" not in page


@pytest.mark.parametrize(("model", "told"), [(AccountToken, "My access"), (AccessToken, "sign-in of a program")])
def test_an_empty_list_says_where_its_first_row_comes_from(model: Any, told: str, acme: Brand, owner: Login) -> None:
    client = signed_in(owner.user)
    page = client.get(at("changelist", model)).content.decode()
    assert "Nothing here yet" in page
    assert told in page
    assert "Reset filters" not in page
    sought = client.get(at("changelist", model), {"q": "nobody"}).content.decode()
    assert "No results found" in sought
    assert "Reset filters" in sought


def test_no_is_not_an_alarm(rows, root: User) -> None:
    page = signed_in(root).get(at("changelist", Brand)).content.decode()
    assert 'title="No"' in page
    assert "bg-red-100" not in page.partition('id="result_list"')[2]


def test_the_history_cannot_be_changed_by_anybody(rows, root: User) -> None:
    client, entry = signed_in(root), rows["acme"][AuditEntry]
    assert client.get(at("add", AuditEntry)).status_code == 403
    assert client.post(at("change", AuditEntry, entry.pk), {"actor": "someone else"}).status_code == 403
    assert client.post(at("delete", AuditEntry, entry.pk), {"post": "yes"}).status_code == 403


def test_groups_are_edited_with_their_access_and_deleted(owner: Login, readers: Group) -> None:
    client = signed_in(owner.user)
    row = readers.accesses.get()
    form = {
        "name": "Readers",
        "may_export": "on",
        "accesses-TOTAL_FORMS": "2",
        "accesses-INITIAL_FORMS": "1",
        "accesses-0-id": row.pk,
        "accesses-0-group": readers.pk,
        "accesses-0-entity_type": "Customer",
        "accesses-0-access": "All",
        "accesses-1-group": readers.pk,
        "accesses-1-entity_type": "Project",
        "accesses-1-access": "Read",
    }
    assert client.post(at("change", Group, readers.pk), form).status_code == 302
    assert dict(readers.accesses.values_list("entity_type", "access")) == {"Customer": "All", "Project": "Read"}
    assert client.post(at("delete", Group, readers.pk), {"post": "yes"}).status_code == 302
    assert not Group.objects.filter(pk=readers.pk).exists()


def test_an_inline_row_of_another_brand_is_not_taken_over(owner: Login, readers: Group, stranger: Login) -> None:
    other = stranger.membership.brand.groups.get()
    foreign = GroupAccess.objects.create(group=other, entity_type="Resource", access="All")
    form = {"name": "Readers", "accesses-TOTAL_FORMS": "1", "accesses-INITIAL_FORMS": "1"}
    form |= {"accesses-0-id": str(foreign.pk), "accesses-0-entity_type": "Project", "accesses-0-access": "Read"}
    signed_in(owner.user).post(at("change", Group, readers.pk), form)
    foreign.refresh_from_db()
    assert (foreign.entity_type, foreign.group) == ("Resource", other)


@pytest.mark.parametrize("model", [Schedule, Success, Failure, OrmQ, DjangoGroup])
def test_the_queue_and_djangos_groups_have_no_screen(model: Any, root: User) -> None:
    assert not admin.site.is_registered(model)
    address = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    assert signed_in(root).get(address).status_code == 404


def test_the_account_page_gives_a_token_once(owner: Login, appkey: Key, now: datetime) -> None:
    client = signed_in(owner.user)
    assert "owner" in client.get(reverse("account")).content.decode()
    answer = client.post(reverse("account"), {"create": owner.membership.pk, "label": "Nightly"})
    clear = SHOWN.findall(answer.content.decode())[0]
    assert clear not in client.get(reverse("account")).content.decode()
    form = {"grant_type": ["urn:ietf:params:oauth:grant-type:jwt-bearer"], "assertion": [clear]}
    token = tokens.exchange(brand_key="acme", appkey=appkey.clear, form=form, address="192.0.2.1", now=now)
    assert token.username == "owner"
    client.post(reverse("account"), {"revoke": AccountToken.objects.get().pk})
    assert AccountToken.objects.get().revoked_at is not None


@pytest.mark.parametrize("field", ["create", "revoke"])
@pytest.mark.parametrize("value", ["foreign", "0", "-1", "x", "٣", "9" * 30])
def test_the_account_page_knows_only_ones_own(
    field: str, value: str, owner: Login, stranger: Login, now: datetime
) -> None:
    token, _ = logins.create_account_token(membership=stranger.membership, at=now, by=BY)
    foreign = {"create": stranger.membership.pk, "revoke": token.pk}[field]
    sent = {field: foreign if value == "foreign" else value}
    assert signed_in(owner.user).post(reverse("account"), sent).status_code == 404
    token.refresh_from_db()
    assert token.revoked_at is None
    assert AccountToken.objects.count() == 1


@pytest.mark.parametrize("address", ["account", "admin:accounts_appkey_add", "admin:accounts_appkey_changelist"])
def test_changes_need_the_token_against_forged_requests(address: str, owner: Login) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner.user)
    assert client.post(reverse(address), {"create": owner.membership.pk}).status_code == 403
