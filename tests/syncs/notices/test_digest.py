"""The digest: once a day at the brand's hour, and only when there is something to tell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import pytest
from django.core import mail

from sync_app.models import NoticeSettings
from sync_app.syncs.notices.digest import make_digests
from sync_app.syncs.notices.sending import send_waiting
from tests.runs.conftest import Clock
from tests.syncs.conftest import Desk
from tests.syncs.notices.conftest import PEOPLE
from tests.syncs.notices.test_turns_of_health import ANNA, breaks, mends

Tells = Callable[..., NoticeSettings]
SEVEN = time(7, 0)


def until(clock: Clock, moment: datetime) -> None:
    clock.advance(seconds=(moment - clock.at).total_seconds())


def morning(day: int, hour: int = 6, minute: int = 1) -> datetime:
    """A moment of November in UTC; Paris is one hour ahead."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def test_it_comes_at_the_hour_of_the_brand_once_a_day(desk: Desk, tells: Tells) -> None:
    tells(emails=PEOPLE[:1], digest_at=SEVEN)
    breaks(desk, desk.sync())
    made = []
    for moment in (morning(22, 5, 50), morning(22), morning(22, 6, 2), morning(22, 20), morning(23)):
        until(desk.clock, moment)
        made.append(make_digests(now=desk.clock()))
    assert made == [0, 1, 0, 0, 1]


def test_it_says_how_the_turns_ended_and_how_each_sync_does(desk: Desk, tells: Tells) -> None:
    tells(emails=PEOPLE[:1], digest_at=SEVEN)
    sync = desk.sync()
    mends(desk, sync)
    desk.run(sync, ANNA, {"code": "C2"})
    for _ in range(2):
        breaks(desk, sync)
    mends(desk, desk.sync("Fine"))
    until(desk.clock, morning(22))
    make_digests(now=desk.clock())
    send_waiting(clock=desk.clock)
    [message] = mail.outbox
    assert message.subject == "[Acme] 1 sync needs a look"
    assert "“Customers”: Failing, since 21 Nov 2026" in message.body
    assert "  Failed: 2\n" in message.body
    assert "  With failures: 1\n" in message.body
    assert "  Rows that failed: 1" in message.body
    assert "Fine" not in message.body


def test_a_day_without_anything_to_tell_has_none(desk: Desk, tells: Tells) -> None:
    tells(digest_at=SEVEN)
    mends(desk, desk.sync())
    until(desk.clock, morning(22))
    assert make_digests(now=desk.clock()) == 0


def test_it_tells_nothing_of_before_it_was_wanted(desk: Desk, tells: Tells) -> None:
    sync = desk.sync()
    mends(desk, sync)
    desk.run(sync, {"code": "C2"})
    mends(desk, sync)
    desk.clock.advance(seconds=60)
    tells(digest_at=SEVEN)
    until(desk.clock, morning(22))
    assert make_digests(now=desk.clock()) == 0


def test_one_that_was_missed_is_made_up_for_once(desk: Desk, tells: Tells) -> None:
    tells(emails=PEOPLE[:1], digest_at=SEVEN)
    breaks(desk, desk.sync())
    until(desk.clock, morning(25, 15))
    assert [make_digests(now=desk.clock()), make_digests(now=desk.clock())] == [1, 0]


@pytest.mark.parametrize("zone", ["Europe/Paris", "America/Santiago"])
def test_a_year_has_a_digest_for_each_day(desk: Desk, tells: Tells, zone: str) -> None:
    """Days of 23 and 25 hours included."""
    brand = desk.house.brand
    brand.time_zone = zone
    brand.save()
    tells(emails=PEOPLE[:1], digest_at=time(2, 30))
    breaks(desk, desk.sync())
    begin = desk.clock.at
    made = 0
    for hours in range(0, 366 * 24, 11):
        made += make_digests(now=begin + timedelta(hours=hours))
    assert made in {365, 366}
