"""People hear of a sync when its health turns, once, and in words that say what to do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import DatabaseError, transaction

from integration_admin.accounts.models import Brand
from sync_app.models import Health, Notice, NoticeSettings, Sync, SyncEvent
from sync_app.syncs.health import untold_events
from sync_app.syncs.keeping.deciding import approve, reject
from sync_app.syncs.notices import digest, outbox, telling
from sync_app.syncs.notices.digest import make_digests
from sync_app.syncs.notices.outbox import make_notices
from sync_app.syncs.notices.telling import kind_of
from sync_app.syncs.one_turn import TransferFailed, Trouble
from tests.syncs.conftest import Desk
from tests.syncs.notices.conftest import PEOPLE, post

Tells = Callable[..., NoticeSettings]
AWAY = TransferFailed("remote_unreachable", Trouble.AGAIN, host="crm.example")
ANNA = {"code": "C1", "name": "Anna"}
ONE_AT_MOST: dict[str, Any] = {"inserts": {"most": 1}}
THREE = [{"code": code, "name": "New"} for code in "XYZ"]


def breaks(desk: Desk, sync: Sync, reason: TransferFailed = AWAY) -> None:
    desk.run(sync, fails={"pull": reason})


def mends(desk: Desk, sync: Sync) -> None:
    desk.run(sync, ANNA, fails={})


def subjects() -> list[str]:
    return [str(message.subject) for message in mail.outbox]


def test_the_first_failure_is_told_and_no_other(desk: Desk, tells: Tells) -> None:
    tells(emails=PEOPLE[:1])
    sync = desk.sync()
    for _ in range(4):
        breaks(desk, sync)
        post(desk.clock)
    assert subjects() == ["[Acme] “Customers” has started to fail"]


def test_each_person_gets_a_message_of_their_own(desk: Desk, tells: Tells) -> None:
    tells()
    breaks(desk, desk.sync())
    post(desk.clock)
    assert [message.to for message in mail.outbox] == [[person] for person in PEOPLE]


def test_recovery_is_told_once(desk: Desk, tells: Tells) -> None:
    tells(emails=PEOPLE[:1])
    sync = desk.sync()
    breaks(desk, sync)
    post(desk.clock)
    for _ in range(3):
        mends(desk, sync)
        post(desk.clock)
    assert subjects()[1:] == ["[Acme] “Customers” works again"]


def test_a_sync_that_begins_well_is_not_worth_a_message(desk: Desk, tells: Tells) -> None:
    tells()
    mends(desk, desk.sync())
    assert post(desk.clock) == 0
    assert not Notice.objects.exists()


def test_what_was_over_before_anybody_heard_of_it_is_not_told(desk: Desk, tells: Tells) -> None:
    tells()
    sync = desk.sync()
    mends(desk, sync)
    post(desk.clock)
    breaks(desk, sync)
    mends(desk, sync)
    assert post(desk.clock) == 0
    assert not SyncEvent.objects.filter(told_at=None).exists()


def test_what_is_held_is_told_with_the_question(desk: Desk, tells: Tells) -> None:
    tells(emails=PEOPLE[:1])
    sync = desk.sync(guards={"inserts": {"most": 1}})
    mends(desk, sync)
    desk.run(sync, *({"code": f"N{number}", "name": "New"} for number in range(3)))
    assert desk.fresh(sync).health == Health.HELD
    post(desk.clock)
    [message] = mail.outbox
    assert message.subject == "[Acme] “Customers” is held and waits for you"
    assert "3 records would be new; at most 1 may be without being asked." in message.body
    assert "apply it, reject it, or change the limit" in message.body


@pytest.mark.parametrize(
    ("trouble", "advice"),
    [
        (Trouble.CREDENTIALS, "Enter them again on the page of the connection"),
        (Trouble.AGAIN, "It is tried again by itself"),
        (Trouble.ANSWER, "whether the other system has changed"),
        (Trouble.SETTINGS, "Somebody has to change the sync or its connection"),
    ],
)
def test_a_message_says_what_happened_since_when_and_what_to_do(
    desk: Desk, tells: Tells, settings: Any, trouble: Trouble, advice: str
) -> None:
    settings.SITE_ADDRESS = "https://site.example/"
    tells(emails=PEOPLE[:1])
    sync = desk.sync()
    breaks(desk, sync, TransferFailed("credentials_refused", trouble, host="crm.example", status=401, excerpt="no"))
    post(desk.clock)
    [message] = mail.outbox
    assert "over the connection “The CRM” fails since 21 Nov 2026, 13:00 (Europe/Paris)" in message.body
    assert "crm.example" in message.body
    assert advice in message.body
    assert "https://site.example//" not in message.body


def test_messages_are_in_the_language_of_the_brand(desk: Desk, tells: Tells) -> None:
    Brand.objects.filter(pk=desk.house.brand.pk).update(language="de")
    tells(emails=PEOPLE[:1])
    breaks(desk, desk.sync())
    post(desk.clock)
    assert "21. November 2026 13:00 (Europe/Paris)" in mail.outbox[0].body


def test_a_name_never_writes_a_header(desk: Desk, tells: Tells) -> None:
    tells(emails=PEOPLE[:1])
    sync = desk.sync()
    Sync.objects.filter(pk=sync.pk).update(name="x\r\nBcc: eve@example.com")
    breaks(desk, desk.fresh(sync))
    assert post(desk.clock) == 1
    assert "\n" not in mail.outbox[0].subject
    assert mail.outbox[0].recipients() == PEOPLE[:1]


def test_a_sync_may_tell_others_than_its_brand(desk: Desk, tells: Tells) -> None:
    tells()
    breaks(desk, desk.sync(notify={"emails": ["night@acme.example"]}))
    breaks(desk, desk.sync("Quiet", notify={"emails": []}))
    post(desk.clock)
    assert [message.to for message in mail.outbox] == [["night@acme.example"]]


def test_another_brand_hears_nothing(desk: Desk, tells: Tells, other: Brand) -> None:
    NoticeSettings.objects.create(brand=other, emails=["spy@other.example"])
    breaks(desk, desk.sync())
    assert post(desk.clock) == 0
    assert not SyncEvent.objects.filter(told_at=None).exists()


def test_of_two_workers_one_makes_the_message(desk: Desk, tells: Tells, monkeypatch: pytest.MonkeyPatch) -> None:
    tells(emails=PEOPLE[:1])
    breaks(desk, desk.sync())
    seen = untold_events()
    assert make_notices(now=desk.clock()) == 1
    monkeypatch.setattr(outbox, "untold_events", lambda: seen)
    assert make_notices(now=desk.clock()) == 0


def test_a_message_that_could_not_be_written_is_made_the_next_time(
    desk: Desk, tells: Tells, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*args: Any, **named: Any) -> int:
        raise DatabaseError("away")

    tells(emails=PEOPLE[:1])
    breaks(desk, desk.sync())
    with monkeypatch.context() as patched, transaction.atomic():
        patched.setattr(outbox, "put", fails)
        assert make_notices(now=desk.clock()) == 0
    assert make_notices(now=desk.clock()) == 1


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("unknown", "well", None),
        ("unknown", "failing", "failing"),
        ("well", "failing", "failing"),
        ("held", "failing", "failing"),
        ("failing", "failing", None),
        ("failing", "well", "recovered"),
        ("held", "well", "recovered"),
        ("well", "held", "held"),
        ("held", "held", "held"),
        ("held", "unknown", None),
    ],
)
def test_which_turns_are_told(before: str, after: str, kind: str | None) -> None:
    assert kind_of(before=before, after=after) == kind


def test_the_moment_of_the_turn_is_told_not_that_of_the_message(desk: Desk, tells: Tells) -> None:
    tells(emails=PEOPLE[:1])
    breaks(desk, desk.sync())
    desk.clock.advance(seconds=timedelta(hours=3).total_seconds())
    post(desk.clock)
    assert "13:00 (Europe/Paris)" in mail.outbox[0].body


# --- what a person decided is no news of how it does


def test_a_plan_that_was_rejected_has_not_recovered(desk: Desk, tells: Tells) -> None:
    tells(emails=PEOPLE[:1])
    sync = desk.sync(guards=ONE_AT_MOST)
    mends(desk, sync)
    desk.run(sync, *THREE)
    post(desk.clock)
    reject(actor=desk.actor, sync=sync.pk, clock=desk.clock)
    post(desk.clock)
    assert subjects() == ["[Acme] “Customers” is held and waits for you"]
    assert desk.fresh(sync).health == Health.WELL
    mends(desk, sync)
    post(desk.clock)
    assert len(subjects()) == 1


def test_one_that_failed_before_it_was_held_still_fails_when_its_plan_is_rejected(desk: Desk, tells: Tells) -> None:
    tells(emails=PEOPLE[:1])
    sync = desk.sync(guards=ONE_AT_MOST)
    mends(desk, sync)
    breaks(desk, sync)
    post(desk.clock)
    desk.run(sync, *THREE, fails={})
    post(desk.clock)
    reject(actor=desk.actor, sync=sync.pk, clock=desk.clock)
    post(desk.clock)
    assert desk.fresh(sync).health == Health.FAILING
    assert [subject.split("” ")[1] for subject in subjects()] == ["has started to fail", "is held and waits for you"]
    mends(desk, sync)
    post(desk.clock)
    assert subjects()[2:] == ["[Acme] “Customers” works again"]


def test_a_plan_that_was_applied_and_went_well_has_recovered(desk: Desk, tells: Tells) -> None:
    tells(emails=PEOPLE[:1])
    sync = desk.sync(guards=ONE_AT_MOST)
    mends(desk, sync)
    desk.run(sync, *THREE)
    post(desk.clock)
    approve(actor=desk.actor, sync=sync.pk, clock=desk.clock)
    desk.work()
    post(desk.clock)
    assert subjects()[1:] == ["[Acme] “Customers” works again"]


def test_a_failure_nobody_heard_of_is_told_though_a_plan_was_rejected_since(desk: Desk, tells: Tells) -> None:
    tells(emails=PEOPLE[:1])
    sync = desk.sync(guards=ONE_AT_MOST)
    mends(desk, sync)
    post(desk.clock)
    breaks(desk, sync)
    desk.run(sync, *THREE, fails={})
    reject(actor=desk.actor, sync=sync.pk, clock=desk.clock)
    post(desk.clock)
    assert subjects() == ["[Acme] “Customers” has started to fail"]


def test_a_zone_that_this_machine_does_not_know_keeps_nobody_from_being_told(desk: Desk, tells: Tells) -> None:
    tells(emails=PEOPLE[:1], digest_at=time(7, 0))
    breaks(desk, desk.sync())
    Brand.objects.filter(pk=desk.house.brand.pk).update(time_zone="Nowhere/Land")
    assert make_notices(now=desk.clock()) == 1
    desk.clock.advance(days=1)
    assert make_digests(now=desk.clock()) == 1
    assert [" (UTC)" in body for body in Notice.objects.order_by("pk").values_list("body", flat=True)] == [True, True]


def test_messages_that_cannot_be_made_hold_up_no_others(
    desk: Desk, tells: Tells, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tells(emails=PEOPLE[:1], digest_at=time(7, 0))
    for name in ("Broken", "Sound"):
        breaks(desk, desk.sync(name))

    def broken(*, event: SyncEvent, **more: Any) -> Any:
        if event.sync.name == "Broken":
            raise LookupError("no such words")
        return telling.told(event=event, **more)

    monkeypatch.setattr(outbox, "told", broken)
    assert make_notices(now=desk.clock()) == 1
    assert "“Sound”" in Notice.objects.get().subject
    assert [record.exc_info[0] for record in caplog.records if record.exc_info] == [LookupError]
    monkeypatch.setattr(digest, "_told", broken)
    desk.clock.advance(days=1)
    assert make_digests(now=desk.clock()) == 0
    monkeypatch.undo()
    assert (make_notices(now=desk.clock()), make_digests(now=desk.clock())) == (1, 1)
