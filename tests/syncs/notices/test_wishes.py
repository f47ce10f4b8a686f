"""Who is told is said by who administers the brand, and checked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time
from typing import Any

import pytest

from integration_admin.accounts.access import NotAllowed, site_actor
from integration_admin.accounts.models import AuditEntry
from integration_admin.accounts.sealing import unseal
from sync_app.models import Channel, NoticeSettings
from sync_app.syncs.errors import FormRefused
from sync_app.syncs.notices import wishes
from sync_app.syncs.notices.trying import latest_notices, send_test
from sync_app.syncs.notices.wishes import (
    NoticeForm,
    renew_secret,
    save_notices,
    targets_of,
    targets_of_brand,
)
from tests.conftest import Login
from tests.syncs.conftest import Desk
from tests.syncs.notices.conftest import PEOPLE

Tells = Callable[..., NoticeSettings]


def refused(desk: Desk, **form: Any) -> dict[str, str]:
    with pytest.raises(FormRefused) as caught:
        save_notices(actor=desk.actor, form=NoticeForm(**form), clock=desk.clock)
    return {name: problem.code for name, problem in caught.value.problems.items()}


def test_what_was_saved_is_who_is_told(desk: Desk, tells: Tells) -> None:
    tells(webhook="https://hooks.example/x?token=1", digest_at=time(7, 0))
    row = NoticeSettings.objects.get(brand=desk.house.brand)
    assert (row.emails, row.webhook, row.digest_at) == (PEOPLE, "https://hooks.example/x?token=1", time(7, 0))
    assert [channel for channel, _address in targets_of_brand(desk.house.brand)] == [
        Channel.EMAIL,
        Channel.EMAIL,
        Channel.WEBHOOK,
    ]


@pytest.mark.parametrize("address", ["ada", "ada@", "a@b", "ada@acme.example\nBcc: x@y.example", "", 7])
def test_what_is_no_address_is_refused(desk: Desk, address: Any) -> None:
    assert refused(desk, emails=[address]) == {"emails": "notice_email_unfit"}


def test_there_is_a_most_of_addresses(desk: Desk) -> None:
    assert refused(desk, emails=[f"p{number}@acme.example" for number in range(21)]) == {"emails": "notice_emails_many"}


@pytest.mark.parametrize(
    "address",
    [
        "hooks.example",
        "ftp://hooks.example",
        "https://u:p@hooks.example/",
        "http://hooks.example/",
        "https://x/#a",
        "\n",
    ],
)
def test_what_is_no_webhook_is_refused(desk: Desk, address: str) -> None:
    assert refused(desk, webhook=address) == {"webhook": "notice_webhook_unfit"}


def test_a_webhook_inside_the_network_may_do_without_tls(desk: Desk, settings: Any) -> None:
    settings.PRIVATE_ADDRESSES_ALLOWED = ["hook.internal:8080"]
    form = NoticeForm(webhook="http://hook.internal:8080/in")
    assert save_notices(actor=desk.actor, form=form, clock=desk.clock).webhook


@pytest.mark.parametrize(
    ("notify", "problem"),
    [
        ({"emails": "ada@acme.example"}, "notify_emails"),
        ({"emails": [None]}, "notify_emails"),
        ({"webhook": 5}, "notify_webhook"),
        ({"webhook": "http://x.example"}, "notify_webhook"),
        ({"sms": "112"}, "notify_sms"),
    ],
)
def test_a_sync_is_not_saved_with_wishes_that_cannot_be_met(desk: Desk, notify: dict[str, Any], problem: str) -> None:
    with pytest.raises(FormRefused) as caught:
        desk.sync(notify=notify)
    assert list(caught.value.problems) == [problem]


def test_a_sync_replaces_only_what_it_says(desk: Desk, tells: Tells) -> None:
    tells(webhook="https://hooks.example/brand")
    sync = desk.sync(notify={"emails": ["night@acme.example"]})
    assert targets_of(sync) == [(Channel.EMAIL, "night@acme.example"), (Channel.WEBHOOK, "https://hooks.example/brand")]
    quiet = desk.sync("Quiet", notify={"emails": [], "webhook": ""})
    assert targets_of(quiet) == []


def test_changes_are_in_the_history_without_the_key(desk: Desk, tells: Tells) -> None:
    tells(webhook="https://hooks.example/T0/B0?token=sesame")
    tells(emails=[])
    clear = renew_secret(actor=desk.actor, clock=desk.clock)
    entries = list(AuditEntry.objects.filter(brand=desk.house.brand).order_by("pk"))
    assert [entry.action for entry in entries[-3:]] == ["change_notices", "change_notices", "renew_webhook_secret"]
    assert (entries[-2].before or {})["webhook"] == "https://hooks.example/"
    kept = str([(entry.before, entry.after) for entry in entries])
    assert clear not in kept
    assert "sesame" not in kept


def test_only_who_administers_the_brand_may_say_it(desk: Desk, teammate: Login) -> None:
    reader = site_actor(user=teammate.user, brand=desk.house.brand)
    calls: list[Callable[[], object]] = [
        lambda: save_notices(actor=reader, form=NoticeForm(), clock=desk.clock),
        lambda: renew_secret(actor=reader, clock=desk.clock),
        lambda: send_test(actor=reader, clock=desk.clock),
        lambda: latest_notices(actor=reader),
    ]
    for call in calls:
        with pytest.raises(NotAllowed):
            call()
    assert not NoticeSettings.objects.exists()


# --- two people at once


def test_a_key_renewed_while_addresses_are_saved_stays(
    desk: Desk, tells: Tells, monkeypatch: pytest.MonkeyPatch
) -> None:
    tells(webhook="https://hooks.example/x")
    renewed: list[str] = []
    audited = wishes._audited

    def meanwhile(row: NoticeSettings) -> dict[str, object]:
        if not renewed:
            renewed.append("")
            renewed[0] = renew_secret(actor=desk.actor, clock=desk.clock)
        return audited(row)

    monkeypatch.setattr(wishes, "_audited", meanwhile)
    tells(emails=PEOPLE[:1], webhook="https://hooks.example/x")
    row = NoticeSettings.objects.get(brand=desk.house.brand)
    assert (row.emails, unseal(row.secret)) == (PEOPLE[:1], renewed[0])


def test_addresses_saved_while_a_key_is_renewed_stay(desk: Desk, tells: Tells, monkeypatch: pytest.MonkeyPatch) -> None:
    tells(webhook="https://hooks.example/x")
    made = wishes._made_secret

    def meanwhile() -> str:
        monkeypatch.setattr(wishes, "_made_secret", made)
        tells(emails=PEOPLE[:1], webhook="https://hooks.example/y")
        return made()

    monkeypatch.setattr(wishes, "_made_secret", meanwhile)
    renewed = renew_secret(actor=desk.actor, clock=desk.clock)
    row = NoticeSettings.objects.get(brand=desk.house.brand)
    assert (row.emails, row.webhook, unseal(row.secret)) == (PEOPLE[:1], "https://hooks.example/y", renewed)


def test_saving_does_not_move_back_what_the_digest_has_told(
    desk: Desk, tells: Tells, monkeypatch: pytest.MonkeyPatch
) -> None:
    tells(digest_at=time(7, 0))
    moment = desk.clock()
    audited = wishes._audited

    def meanwhile(row: NoticeSettings) -> dict[str, object]:
        NoticeSettings.objects.filter(pk=row.pk).update(digested_at=moment)
        return audited(row)

    monkeypatch.setattr(wishes, "_audited", meanwhile)
    tells(digest_at=time(8, 0))
    assert NoticeSettings.objects.get(brand=desk.house.brand).digested_at == moment
