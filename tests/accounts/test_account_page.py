"""My access: what I may do where in words, my keys masked, and my own tokens only."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from integration_admin.accounts import logins, tokens
from integration_admin.accounts.models import AccountToken, Brand, Group, User
from tests.admin.conftest import HOSTILE, signed_in
from tests.conftest import BY, Key, Login

PAGE = reverse("account")


def text(client: Client) -> str:
    """What the page says, without its markup."""
    page = client.get(PAGE).content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", page[page.index("<main") :]).split())


def test_it_tells_rights_and_types_in_words(owner: Login, teammate: Login) -> None:
    mine, theirs = text(signed_in(owner.user)), text(signed_in(teammate.user))
    assert "Administer the brand: users, groups, keys, erasing records" in mine
    assert "Every type: read and write" in mine
    assert "Administer the brand" not in theirs
    assert "Export" in theirs
    assert "Customer: read" in theirs


def test_somebody_with_no_right_is_told_what_remains(acme: Brand, owner: Login) -> None:
    Group.objects.filter(memberships=owner.membership).update(
        may_import=False, may_export=False, may_undo=False, may_edit_templates=False, may_administer=False
    )
    assert "Look at runs and their figures" in text(signed_in(owner.user))


def test_keys_are_masked_and_shown_to_administrators(owner: Login, teammate: Login, appkey: Key) -> None:
    mine = signed_in(owner.user).get(PAGE).content.decode()
    assert f"{appkey.row.prefix}…" in mine
    assert reverse("admin:accounts_appkey_change", args=[appkey.row.pk]) in mine
    assert appkey.clear not in mine
    assert appkey.row.prefix not in text(signed_in(teammate.user))


def test_a_key_one_signed_in_with_is_ones_own(teammate: Login, appkey: Key, now: datetime) -> None:
    tokens.issue(membership=teammate.membership, appkey=appkey.row, now=timezone.now())
    page = signed_in(teammate.user).get(PAGE).content.decode()
    assert f"{appkey.row.prefix}…" in page
    assert reverse("admin:accounts_appkey_change", args=[appkey.row.pk]) not in page


@pytest.mark.parametrize("ended", ["revoked", "expired"])
def test_a_key_that_opens_nothing_is_left_out(ended: str, owner: Login, appkey: Key, now: datetime) -> None:
    if ended == "revoked":
        logins.revoke_appkey(appkey=appkey.row, at=now, by=BY)
    else:
        type(appkey.row).objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert appkey.row.prefix not in text(signed_in(owner.user))


@pytest.mark.parametrize(("days", "lasts"), [("90", 90), ("365", 365), ("0", None), (None, None)])
def test_a_new_token_lasts_as_long_as_was_asked(days: str | None, lasts: int | None, owner: Login) -> None:
    sent = {"create": owner.membership.pk, "label": "x"} | ({"days": days} if days is not None else {})
    assert signed_in(owner.user).post(PAGE, sent).status_code == 200
    token = AccountToken.objects.get()
    wanted = None if lasts is None else token.created_at + timedelta(days=lasts)
    assert token.expires_at == wanted


@pytest.mark.parametrize("days", ["1", "-1", "9999", "x", ""])
def test_no_other_lifetime_is_given(days: str, owner: Login) -> None:
    sent = {"create": owner.membership.pk, "days": days}
    assert signed_in(owner.user).post(PAGE, sent).status_code == 404
    assert not AccountToken.objects.exists()


def test_revoking_says_beforehand_how_many_tokens_end_with_it(owner: Login, appkey: Key, now: datetime) -> None:
    token, _ = logins.create_account_token(membership=owner.membership, at=now, by=BY)
    for _again in range(2):
        tokens.issue(membership=owner.membership, appkey=appkey.row, now=timezone.now(), account_token=token)
    assert "with it 2 access tokens" in text(signed_in(owner.user))
    logins.revoke_account_token(token=token, at=now, by=BY)
    assert "Revoke it now" not in text(signed_in(owner.user))


def test_dates_are_those_of_the_brand(owner: Login, now: datetime) -> None:
    late = datetime.fromisoformat("2031-05-31T22:30:00+00:00")
    logins.create_account_token(membership=owner.membership, at=now, by=BY, expires_at=late)
    assert "expires 1 Jun 2031" in text(signed_in(owner.user))


def test_labels_are_text(owner: Login, now: datetime) -> None:
    logins.create_account_token(membership=owner.membership, at=now, by=BY, label=HOSTILE)
    assert HOSTILE not in signed_in(owner.user).get(PAGE).content.decode()


def test_nothing_of_another_brand_is_told(owner: Login, stranger: Login, foreign_appkey: Key, now: datetime) -> None:
    token, _ = logins.create_account_token(membership=stranger.membership, at=now, by=BY, label="theirs")
    mine = text(signed_in(owner.user))
    assert "Other" not in mine
    assert not {token.prefix, foreign_appkey.row.prefix, "theirs"} & set(mine.replace("…", " ").split())


def test_who_is_linked_to_no_login_is_told_what_to_do(root: User) -> None:
    assert "ask an administrator of the brand to make an API user" in text(signed_in(root))


def test_who_may_open_every_brand_sees_them_each_with_its_documentation(root: User, acme: Brand, other: Brand) -> None:
    page = signed_in(root).get(PAGE).content.decode()
    for brand in (acme, other):
        assert f'href="{reverse("documentation:enter", args=[brand.key])}"' in page
        assert f"API documentation of {brand.name}" in page


def test_it_asks_as_much_for_many_tokens_as_for_few(owner: Login, now: datetime, django_assert_max_num_queries) -> None:
    client = signed_in(owner.user)
    for number in range(12):
        logins.create_account_token(membership=owner.membership, at=now, by=BY, label=str(number))
    with django_assert_max_num_queries(16):
        client.get(PAGE)


def test_a_label_keeps_what_can_be_kept(owner: Login) -> None:
    client = Client()
    client.force_login(owner.user)
    client.post(reverse("account"), {"create": owner.membership.pk, "label": "a\0b" + "x" * 200})
    assert AccountToken.objects.get().label == "ab" + "x" * 98
