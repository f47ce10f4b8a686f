"""A message arrives, or is tried again for about a day; it is the same each time, and a webhook can be checked."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import smtplib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage

from integration_admin.accounts.sealing import unseal
from sync_app.models import Notice, NoticeSettings
from sync_app.runs.queue import SEND
from sync_app.syncs.errors import SyncRefused
from sync_app.syncs.notices import sending
from sync_app.syncs.notices.outbox import make_notices
from sync_app.syncs.notices.sending import TRIES, forget_notices, send_waiting, waiting
from sync_app.syncs.notices.trying import latest_notices, send_test
from sync_app.syncs.notices.wishes import renew_secret
from sync_app.syncs.running import housekeeping, worker
from tests.syncs.conftest import Desk
from tests.syncs.notices.conftest import PEOPLE, Ear, post
from tests.syncs.notices.test_turns_of_health import breaks

Tells = Callable[..., NoticeSettings]


def later(desk: Desk) -> None:
    desk.clock.advance(seconds=timedelta(hours=13).total_seconds())


def test_a_webhook_is_signed_so_that_its_receiver_can_check_it(desk: Desk, tells: Tells, ear: Ear) -> None:
    row = tells(emails=[], webhook=ear.address)
    sync = desk.sync()
    breaks(desk, sync)
    assert post(desk.clock) == 1
    [(path, headers, body)] = ear.heard
    assert path == "/hook?room=7"
    assert headers["content-type"] == "application/json"
    key = base64.b64decode(unseal(row.secret).removeprefix("whsec_"))
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    told = json.loads(body)
    assert told["type"] == "sync.failing"
    assert told["data"]["brand"] == "acme"
    assert told["data"]["sync"]["id"] == sync.pk
    assert told["data"]["error"]["code"] == "remote_unreachable"
    assert "opensesame" not in body.decode()


def test_a_webhook_that_failed_comes_again_under_the_same_id(desk: Desk, tells: Tells, ear: Ear) -> None:
    tells(emails=[], webhook=ear.address)
    ear.statuses = [500, 503]
    breaks(desk, desk.sync())
    assert post(desk.clock) == 0
    assert post(desk.clock) == 0, "it is not its time yet"
    for _ in range(3):
        later(desk)
        post(desk.clock)
    assert len(ear.heard) == 3
    assert len({headers["webhook-id"] for _path, headers, _body in ear.heard}) == 1
    assert len({body for _path, _headers, body in ear.heard}) == 1
    assert Notice.objects.get().sent_at is not None


def test_a_receiver_that_is_gone_for_good_is_not_called_again(desk: Desk, tells: Tells, ear: Ear) -> None:
    tells(emails=[], webhook=ear.address)
    ear.statuses = [410]
    breaks(desk, desk.sync())
    post(desk.clock)
    assert Notice.objects.get().given_up_at is not None


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/hook", "https://169.254.169.254/latest", "https://10.0.0.1/"])
def test_private_addresses_are_refused_when_it_is_sent(desk: Desk, tells: Tells, address: str) -> None:
    tells(emails=[])
    NoticeSettings.objects.update(webhook=address)
    breaks(desk, desk.sync())
    post(desk.clock)
    row = Notice.objects.get()
    assert row.sent_at is None
    assert row.error["code"].startswith("address_")


def test_tries_are_counted_and_end(desk: Desk, tells: Tells, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(self: EmailMessage, fail_silently: bool = False) -> int:
        tried.append(self.to[0])
        raise smtplib.SMTPServerDisconnected("gone away")

    tried: list[str] = []
    monkeypatch.setattr(EmailMessage, "send", refuses)
    tells(emails=PEOPLE[:1])
    breaks(desk, desk.sync())
    for _ in range(TRIES + 3):
        post(desk.clock)
        later(desk)
    row = Notice.objects.get()
    assert (len(tried), row.attempts) == (TRIES, TRIES)
    assert row.given_up_at is not None
    assert row.error == {"code": "mail_failed", "params": {"reason": "gone away"}}


def test_one_address_that_fails_keeps_nobody_else_from_hearing(
    desk: Desk, tells: Tells, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver = EmailMessage.send

    def refuses_one(self: EmailMessage, fail_silently: bool = False) -> int:
        if self.to == PEOPLE[:1]:
            raise smtplib.SMTPRecipientsRefused({})
        return deliver(self)

    monkeypatch.setattr(EmailMessage, "send", refuses_one)
    tells()
    breaks(desk, desk.sync())
    for _ in range(3):
        post(desk.clock)
        later(desk)
    assert [message.to for message in mail.outbox] == [PEOPLE[1:]]


def test_of_two_workers_one_sends_it(desk: Desk, tells: Tells, monkeypatch: pytest.MonkeyPatch) -> None:
    tells(emails=PEOPLE[:1])
    breaks(desk, desk.sync())
    make_notices(now=desk.clock())
    seen = list(Notice.objects.all())
    assert send_waiting(clock=desk.clock) == 1
    assert sending._sent(seen[0], desk.clock) is False
    assert len(mail.outbox) == 1


def test_a_worker_that_died_over_its_last_try_is_not_followed(desk: Desk, tells: Tells) -> None:
    tells(emails=PEOPLE[:1])
    breaks(desk, desk.sync())
    make_notices(now=desk.clock())
    Notice.objects.update(attempts=TRIES)
    assert send_waiting(clock=desk.clock) == 0
    assert not mail.outbox
    assert waiting(now=desk.clock()) == 0


def test_an_email_names_itself_the_same_at_every_try(desk: Desk, tells: Tells, settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = "Site <site@house.example>"
    tells(emails=PEOPLE[:1])
    breaks(desk, desk.sync())
    post(desk.clock)
    [message] = mail.outbox
    assert message.extra_headers["Message-ID"] == f"<{Notice.objects.get().key}@house.example>"
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"


def test_messages_are_forgotten_after_a_month(desk: Desk, tells: Tells) -> None:
    tells()
    breaks(desk, desk.sync())
    post(desk.clock)
    assert forget_notices(now=desk.clock() + timedelta(days=29)) == 0
    assert forget_notices(now=desk.clock() + timedelta(days=31)) == 2


def test_a_test_goes_to_everybody_on_the_way_of_the_real_ones(desk: Desk, tells: Tells, ear: Ear) -> None:
    tells(webhook=ear.address)
    assert send_test(actor=desk.actor, clock=desk.clock) == 3
    assert send_waiting(clock=desk.clock) == 3
    assert {message.subject for message in mail.outbox} == {"[Acme] A test message"}
    assert json.loads(ear.heard[0][2])["type"] == "test"
    assert [row.kind for row in latest_notices(actor=desk.actor)] == ["test"] * 3


def test_a_test_that_would_reach_nobody_says_so(desk: Desk) -> None:
    with pytest.raises(SyncRefused, match="notice_nobody"):
        send_test(actor=desk.actor, clock=desk.clock)


def test_a_new_key_signs_from_now_on(desk: Desk, tells: Tells, ear: Ear) -> None:
    before = tells(emails=[], webhook=ear.address).secret
    clear = renew_secret(actor=desk.actor, clock=desk.clock)
    row = NoticeSettings.objects.get()
    assert clear.startswith("whsec_")
    assert unseal(row.secret) == clear != unseal(before)
    assert clear not in str(vars(row))


def test_the_tick_makes_what_is_due_and_queues_the_sending(
    desk: Desk, tells: Tells, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued: list[str] = []
    monkeypatch.setattr(housekeeping, "enqueue_sending", lambda: queued.append(SEND))
    tells()
    assert housekeeping.tell() == 0
    breaks(desk, desk.sync())
    assert housekeeping.tell() == 2
    assert queued == [SEND]
    worker.send()
    assert len(mail.outbox) == 2


def test_whatever_is_wrong_with_one_message_the_others_are_sent(
    desk: Desk, tells: Tells, monkeypatch: pytest.MonkeyPatch
) -> None:
    tells()
    breaks(desk, desk.sync())
    send = EmailMessage.send

    def sent(message: EmailMessage, **more: Any) -> int:
        if message.to == PEOPLE[:1]:
            raise ValueError("Header values can't contain newlines")
        return send(message, **more)

    monkeypatch.setattr(EmailMessage, "send", sent)
    assert post(desk.clock) == 1
    assert [message.to for message in mail.outbox] == [PEOPLE[1:]]
    missed = Notice.objects.get(sent_at=None)
    assert (missed.address, missed.attempts, missed.error["code"]) == (PEOPLE[0], 1, "mail_failed")
