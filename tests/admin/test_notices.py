"""The screen of notifications: who administers a brand says whom it tells, tries it, and sees whether it arrives."""

from __future__ import annotations

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from integration_admin.accounts.models import Brand
from sync_app.models import Notice, NoticeSettings
from sync_app.syncs.notices.sending import send_waiting
from tests.conftest import Login

LIST = "admin:sync_app_noticesettings_changelist"
ADD = "admin:sync_app_noticesettings_add"
CHANGE = "admin:sync_app_noticesettings_change"
TEST = "admin:sync_app_noticesettings_test"
KEY = "admin:sync_app_noticesettings_key"
FORM = {"emails": "ada@acme.example\ngrace@acme.example", "webhook": "https://hooks.example/in", "digest_at": "07:30"}


@pytest.fixture
def owner_client(owner: Login) -> Client:
    return signed_in(owner)


def signed_in(login: Login) -> Client:
    client = Client()
    client.force_login(login.user)
    return client


def added(client: Client, brand: Brand, **more: str) -> NoticeSettings:
    answer = client.post(reverse(ADD), {"brand": brand.pk, **FORM, **more})
    assert answer.status_code == 302, answer.content.decode()
    return NoticeSettings.objects.get(brand=brand)


def test_what_was_entered_is_saved_and_shown(owner_client: Client, acme: Brand) -> None:
    row = added(owner_client, acme)
    assert row.emails == ["ada@acme.example", "grace@acme.example"]
    assert row.secret
    page = owner_client.get(reverse(CHANGE, args=[acme.pk])).content.decode()
    assert "ada@acme.example" in page
    assert "07:30" in page
    assert row.secret not in page
    assert "ada" not in owner_client.get(reverse(LIST)).content.decode()


@pytest.mark.parametrize(
    ("entered", "said"),
    [
        ({"emails": "ada at acme"}, "“ada at acme” is not an e-mail address."),
        ({"webhook": "http://hooks.example/"}, "Enter an address that begins with https://"),
        ({"digest_at": "25:00"}, "Enter a valid time."),
    ],
)
def test_what_cannot_stand_is_told_at_its_field(
    owner_client: Client, acme: Brand, entered: dict[str, str], said: str
) -> None:
    answer = owner_client.post(reverse(ADD), {"brand": acme.pk, **FORM, **entered})
    assert said in answer.content.decode()
    assert not NoticeSettings.objects.exists()


def test_a_test_is_sent_and_its_arrival_shown(owner_client: Client, acme: Brand) -> None:
    added(owner_client, acme, webhook="")
    answer = owner_client.post(reverse(TEST, args=[acme.pk]), follow=True)
    assert "A test message is on its way to 2 addresses." in answer.content.decode()
    assert "waiting" in answer.content.decode()
    assert send_waiting(clock=timezone.now) == 2
    assert len(mail.outbox) == 2
    assert "arrived" in owner_client.get(reverse(CHANGE, args=[acme.pk])).content.decode()


def test_why_one_did_not_arrive_is_shown(owner_client: Client, acme: Brand) -> None:
    added(owner_client, acme)
    owner_client.post(reverse(TEST, args=[acme.pk]))
    hostile = {"code": "mail_failed", "params": {"reason": "<script>alert(1)</script>"}}
    Notice.objects.update(error=hostile, given_up_at=timezone.now())
    page = owner_client.get(reverse(CHANGE, args=[acme.pk])).content.decode()
    assert "The e-mail could not be sent: &lt;script&gt;" in page
    assert "given up" in page


def test_a_key_is_shown_once(owner_client: Client, acme: Brand) -> None:
    before = added(owner_client, acme).secret
    answer = owner_client.post(reverse(KEY, args=[acme.pk]))
    assert "whsec_" in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    assert NoticeSettings.objects.get().secret != before
    assert "whsec_" not in owner_client.get(reverse(CHANGE, args=[acme.pk])).content.decode()


@pytest.mark.parametrize("name", [TEST, KEY])
def test_nothing_is_done_by_looking(owner_client: Client, acme: Brand, name: str) -> None:
    before = added(owner_client, acme).secret
    assert owner_client.get(reverse(name, args=[acme.pk])).status_code == 405
    assert NoticeSettings.objects.get().secret == before
    assert not Notice.objects.exists()


def test_others_do_not_find_it(
    owner_client: Client, acme: Brand, other: Brand, teammate: Login, stranger: Login
) -> None:
    before = added(owner_client, acme).secret
    anonymous = Client()
    for name in (TEST, KEY, CHANGE):
        address = reverse(name, args=[acme.pk])
        assert signed_in(stranger).post(address, FORM).status_code == 404, name
        assert signed_in(teammate).post(address, FORM).status_code in {403, 404}, name
        assert anonymous.post(address, FORM).status_code == 302, name
    refused = signed_in(stranger).post(reverse(ADD), {"brand": acme.pk, **FORM})
    assert refused.status_code == 200
    assert NoticeSettings.objects.get().secret == before
    assert not Notice.objects.exists()
