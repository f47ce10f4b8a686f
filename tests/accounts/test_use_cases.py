"""Brands, logins, keys and tokens: made, found and ended; and that no secret stays behind."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection

from integration_admin.accounts import brands, logins
from integration_admin.accounts.models import AuditEntry, Brand, Group, Membership, Right, User
from tests.conftest import BY, Login


def test_a_brand_begins_with_administrators_who_may_do_everything(acme: Brand) -> None:
    group = Group.objects.get(brand=acme)
    assert (group.name, group.every_type, group.rights()) == ("Administrators", True, frozenset(Right.values))
    assert acme.zone == ZoneInfo("Europe/Paris")


@pytest.mark.parametrize("key", ["admin", "STATIC", "v1", "x", "x" * 41, "a b", "é", "", "acme", "ACME"])
def test_it_refuses_a_bad_reserved_or_taken_key(key: str, acme: Brand, now: datetime) -> None:
    with pytest.raises(ValidationError):
        brands.create_brand(key=key, name="New", sandbox=False, at=now, by=BY)
    assert list(Brand.objects.all()) == [acme]


@pytest.mark.parametrize("field", [{"time_zone": "Mars/Olympus"}, {"language": "xx"}, {"api_version": "5.0"}])
def test_it_refuses_what_a_brand_cannot_be(field: dict[str, str], db: None, now: datetime) -> None:
    with pytest.raises(ValidationError):
        brands.create_brand(key="new", name="New", sandbox=False, at=now, by=BY, **field)
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("key", ["acme", "Acme", "ACME"])
def test_a_brand_is_found_in_any_case(key: str, acme: Brand) -> None:
    assert brands.find_brand(key=key) == acme


@pytest.mark.parametrize("username", ["owner", "OWNER", " owner ", "ｏｗｎｅｒ", "", " ", "a\0b", "x" * 151])
def test_it_refuses_a_user_name_that_is_taken_or_unreadable(
    username: str, acme: Brand, owner: Login, now: datetime
) -> None:
    with pytest.raises(ValidationError):
        logins.create_api_user(brand=acme, username=username, at=now, by=BY)
    assert Membership.objects.filter(brand=acme).count() == 1


def test_the_database_itself_keeps_user_names_apart(acme: Brand, owner: Login) -> None:
    with pytest.raises(IntegrityError):
        Membership.objects.create(brand=acme, username="OWNER", password="!")


def test_two_brands_may_have_the_same_user_name(owner: Login, other: Brand, now: datetime) -> None:
    member, _ = logins.create_api_user(brand=other, username="owner", at=now, by=BY)
    assert member.pk != owner.membership.pk


def test_a_group_of_another_brand_is_refused(acme: Brand, stranger: Login, now: datetime) -> None:
    with pytest.raises(ValidationError):
        logins.create_api_user(brand=acme, username="spy", at=now, by=BY, group=stranger.membership.group)


@pytest.mark.parametrize("scopes", [["all"], ["import", "root"], "import", [1]])
def test_it_refuses_unknown_scopes(scopes: list[str], acme: Brand, now: datetime) -> None:
    with pytest.raises(ValidationError):
        logins.create_appkey(brand=acme, label="Odd", at=now, by=BY, scopes=scopes)


@pytest.mark.parametrize("password", ["x" * 1025, "a\0b", "\ud800"])
def test_it_refuses_an_unreadable_password(password: str, owner: Login, now: datetime) -> None:
    with pytest.raises(ValidationError):
        logins.set_password(membership=owner.membership, password=password, at=now, by=BY)


def test_revoking_twice_keeps_the_first_moment(acme: Brand, now: datetime) -> None:
    key, _ = logins.create_appkey(brand=acme, label="Old", at=now, by=BY)
    logins.revoke_appkey(appkey=key, at=now, by=BY)
    logins.revoke_appkey(appkey=key, at=now.replace(year=2030), by=BY)
    assert key.revoked_at == now
    assert AuditEntry.objects.filter(action="revoke_appkey").count() == 1


def test_every_change_is_in_the_history(acme: Brand, now: datetime) -> None:
    member, _ = logins.create_api_user(brand=acme, username="machine", at=now, by="ann")
    key, _ = logins.create_appkey(brand=acme, label="Payroll", at=now, by="ann")
    token, _ = logins.create_account_token(membership=member, at=now, by="ann")
    logins.set_password(membership=member, password="another secret", at=now, by="ann")
    logins.revoke_account_token(token=token, at=now, by="ann")
    logins.revoke_appkey(appkey=key, at=now, by="ann")
    logins.deactivate(membership=member, at=now, by="ann")
    logins.activate(membership=member, at=now, by="ann")
    entries = AuditEntry.objects.filter(actor="ann", brand=acme).order_by("pk")
    assert [entry.action for entry in entries] == [
        "create_api_user",
        "create_appkey",
        "create_account_token",
        "set_password",
        "revoke_account_token",
        "revoke_appkey",
        "deactivate_api_user",
        "activate_api_user",
    ]


def test_no_table_holds_a_secret_in_clear(acme: Brand, now: datetime) -> None:
    member, password = logins.create_api_user(brand=acme, username="machine", at=now, by=BY)
    _, key = logins.create_appkey(brand=acme, label="Payroll", at=now, by=BY)
    _, token = logins.create_account_token(membership=member, at=now, by=BY)
    held = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            held += cursor.fetchall()
    assert not [secret for secret in (password, key[8:], token[8:]) if secret in repr(held)]


def test_site_users_are_not_staff_unless_said(db: None) -> None:
    user = User.objects.create_user("ann@house.example", "correct horse ann")
    assert (user.is_staff, user.is_superuser, user.get_full_name()) == (False, False, "ann@house.example")


@pytest.mark.parametrize("kept", ["Mars/Olympus", "", "Europe", "../UTC", "/etc/hosts"])
def test_a_zone_that_is_none_is_shown_as_utc_and_never_taken_for_one(kept: str) -> None:
    brand = Brand(time_zone=kept)
    assert (brand.zone_is_known, brand.shown_zone) == (False, ZoneInfo("UTC"))
    with pytest.raises(ZoneInfoNotFoundError):
        str(brand.zone)
