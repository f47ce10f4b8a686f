"""What sign-ins, mail and syncs leave behind is taken away in time, and nothing else."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from django.contrib.sessions.models import Session
from django.utils import timezone
from pytest_django import Settings

from sync_app.models import Health, SyncEvent
from sync_app.syncs.running import housekeeping
from tests.syncs.conftest import Desk


def test_sessions_that_ended_and_old_messages_go(db: None, settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    now = timezone.now()
    for name, minutes in (("ended", -1), ("open", 1)):
        Session.objects.create(session_key=name, session_data="", expire_date=now + timedelta(minutes=minutes))
    assert (housekeeping.forget_ended_sessions(), Session.objects.get().pk) == (1, "open")

    assert housekeeping.forget_old_mail() == 0
    (tmp_path / "mail").mkdir()
    for name, days in (("old.log", 31), ("new.log", 29), ("mine.txt", 31)):
        (tmp_path / "mail" / name).touch()
        os.utime(tmp_path / "mail" / name, times=(now.timestamp() - days * 86_400,) * 2)
    assert housekeeping.forget_old_mail() == 1
    assert {file.name for file in (tmp_path / "mail").iterdir()} == {"new.log", "mine.txt"}


def test_turns_of_health_that_were_told_go_but_the_last_to_each_health(desk: Desk) -> None:
    sync, now = desk.sync(), timezone.now()
    for days, after, told in ((50, Health.WELL, 1), (40, Health.HELD, 1), (35, Health.WELL, 1), (34, Health.WELL, 0)):
        at = now - timedelta(days=days)
        SyncEvent.objects.create(sync=sync, at=at, before="", after=after, told_at=at if told else None)
    SyncEvent.objects.create(sync=sync, at=now, before="", after=Health.WELL, told_at=now)
    assert housekeeping.forget_told_events() == 2
    kept = SyncEvent.objects.order_by("pk").values_list("after", flat=True)
    assert list(kept) == [Health.HELD, Health.WELL, Health.WELL]
