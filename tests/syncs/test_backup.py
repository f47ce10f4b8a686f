"""A backup is taken while the site works; restored, nothing disagrees, open runs go on, and schedules catch up once."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from sync_app.models import Record, Run, RunLease, RunStatus, Sync, SyncTurn
from sync_app.runs.upkeep.backup import UNFINISHED, CannotBackUp, back_up
from sync_app.runs.upkeep.verifying import verify
from sync_app.syncs.due import start_due
from sync_app.syncs.running import housekeeping, worker
from tests.commands.conftest import command
from tests.runs.conftest import customer
from tests.syncs.conftest import Desk

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def restored(copy: Path) -> Iterator[None]:
    """The copy is the database."""
    kept = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = str(copy)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = kept


def refused_by_a_server(copy: Path) -> bool:
    """PostgreSQL brings its own tools, and the command names them."""
    if connection.vendor == "sqlite":
        return False
    with pytest.raises(CannotBackUp, match="backup_not_sqlite"):
        back_up(target=copy)
    assert "pg_dump" in command("backup", copy).refusal
    assert not copy.exists()
    return True


def test_a_restored_site_goes_on_where_it_was(transactional_db: None, desk: Desk, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite3"
    if refused_by_a_server(copy):
        return
    house, due = desk.house, desk.sync()
    house.send(*(customer(str(number)) for number in range(50)))
    half = house.start(customer("new"))
    Run.objects.filter(pk=half.pk).update(status=RunStatus.RUNNING, created_at=timezone.now() - timedelta(hours=1))
    gone = {"holder": "gone:1", "attempts": 1, "expires_at": timezone.now() - timedelta(minutes=5)}
    RunLease.objects.update_or_create(run=half, defaults=gone)
    Sync.objects.filter(pk=due.pk).update(next_due=timezone.now() - timedelta(days=3))
    assert command("backup", copy, as_json=True).json["bytes"] == copy.stat().st_size
    house.send(customer("after the backup"))
    with restored(copy):
        assert (Record.objects.count(), verify()) == (50, [])
        assert housekeeping.queue_orphans() == 1
        worker.execute(half.pk)
        assert Run.objects.get(pk=half.pk).status == RunStatus.SUCCEEDED
        assert Record.objects.count() == 51
        assert [start_due(now=timezone.now()), start_due(now=timezone.now())] == [1, 0]
        assert SyncTurn.objects.count() == 1
        assert verify() == []
    assert Record.objects.count() == 51


def test_writers_go_on_meanwhile_and_the_copy_is_of_one_moment(
    transactional_db: None, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "copy.sqlite3"
    if refused_by_a_server(copy):
        return
    desk.house.send(*(customer(str(number)) for number in range(20)))

    class Interrupted(sqlite3.Connection):
        def backup(self, target: sqlite3.Connection, *, pages: int = -1) -> None:  # type: ignore[override]
            """Somebody writes between two steps."""
            super().backup(target, pages=1, progress=lambda *left: write())

    def write() -> None:
        if len(written) < 3:
            written.append(1)
            desk.house.send(customer(f"meanwhile {len(written)}"))

    written: list[int] = []
    open_it = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *args, **named: open_it(*args, **named, factory=Interrupted))
    back_up(target=copy)
    monkeypatch.undo()
    assert len(written) == 3
    with restored(copy):
        assert (Record.objects.count(), verify()) == (20, [])


@pytest.mark.parametrize("broken", ["_copy", "_put_on_disk"])
@pytest.mark.parametrize(
    "error", [CannotBackUp("backup_not_whole"), OSError(28, "No space left"), sqlite3.OperationalError("disk is full")]
)
def test_an_older_backup_stays_until_the_new_one_is_whole(
    broken: str, error: Exception, transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*places: Path) -> None:
        assert places[-1].name.startswith("copy.sqlite3.")
        assert places[-1].name.endswith(UNFINISHED)
        places[-1].write_bytes(b"half")
        raise error

    copy = tmp_path / "copy.sqlite3"
    if refused_by_a_server(copy):
        return
    copy.write_bytes(b"yesterday's")
    monkeypatch.setattr(f"sync_app.runs.upkeep.backup.{broken}", fails)
    answer = command("backup", copy)
    assert (answer.code, copy.read_bytes()) == (2, b"yesterday's")
    assert list(tmp_path.iterdir()) == [copy]


def test_the_copy_lies_on_the_disk_before_it_takes_its_name(
    transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "copy.sqlite3"
    if refused_by_a_server(copy):
        return
    put: list[str] = []
    fsync = os.fsync

    def note(number: int) -> None:
        path = Path(f"/proc/self/fd/{number}").resolve()
        put.append("folder" if path.is_dir() else path.suffix)
        fsync(number)

    monkeypatch.setattr(os, "fsync", note)
    back_up(target=copy)
    assert (put, copy.stat().st_mode & 0o777) == ([UNFINISHED, "folder"], 0o600)


@pytest.mark.parametrize("folder", ["a b", "what?mode=rw", "50%25", "#1", "é日", "a'b\"c"])
def test_a_database_is_found_whatever_its_folder_is_called(
    folder: str, transactional_db: None, desk: Desk, tmp_path: Path
) -> None:
    odd, again = tmp_path / folder / "site.sqlite3", tmp_path / folder / "again.sqlite3"
    if refused_by_a_server(odd):
        return
    odd.parent.mkdir()
    desk.house.send(customer("1"))
    back_up(target=odd)
    with restored(odd):
        back_up(target=again)
    with restored(again):
        assert Record.objects.count() == 1


@pytest.mark.parametrize("way", ["itself", "a link to it", "a folder"])
def test_what_cannot_be_a_backup_is_refused_before_anything_is_copied(
    way: str, transactional_db: None, tmp_path: Path
) -> None:
    if refused_by_a_server(tmp_path / "copy.sqlite3"):
        return
    database, link = Path(str(connection.settings_dict["NAME"])), tmp_path / "link"
    link.symlink_to(database)
    before = database.stat().st_ino
    answer = command("backup", {"itself": database, "a link to it": link, "a folder": tmp_path}[way])
    assert answer.code == 2
    assert "cannot be written" in answer.refusal
    assert (database.stat().st_ino, list(tmp_path.iterdir())) == (before, [link])


def test_a_folder_that_is_not_there_is_told(transactional_db: None, tmp_path: Path) -> None:
    copy = tmp_path / "nowhere" / "copy.sqlite3"
    if not refused_by_a_server(copy):
        answer = command("backup", copy)
        assert answer.code == 2
        assert "cannot be written" in answer.refusal


def test_a_copy_takes_the_place_of_what_a_link_leads_to_and_of_no_device(
    transactional_db: None, tmp_path: Path
) -> None:
    link, real, pipe = tmp_path / "link.sqlite3", tmp_path / "elsewhere.sqlite3", tmp_path / "pipe"
    if refused_by_a_server(real):
        return
    link.symlink_to(real)
    os.mkfifo(pipe)
    assert command("backup", link).code == 0
    assert (link.is_symlink(), real.is_file()) == (True, True)
    assert "device" in command("backup", pipe).refusal
    assert pipe.is_fifo()
