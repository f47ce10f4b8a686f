"""A moment as the watermark of a connector, where it counts by time."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from integration_admin.accounts.models import Brand
from sync_app.models import Sync
from sync_app.syncs.connectors.base import mark_at, moment_of
from sync_app.syncs.connectors.registry import CONNECTORS
from sync_app.syncs.turns.marks import mark_of, moment_of_mark
from tests.runs.conftest import customer
from tests.syncs.conftest import Desk

PARIS = ZoneInfo("Europe/Paris")
NOON = datetime(2026, 7, 1, 14, 0, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("connector", "transfer", "mark"),
    [
        ("planningpme", {"changes": True}, "since:20260701120000"),
        ("planningpme", {"changes": False}, ""),
        ("weavy", {"which": "changed"}, "2026-07-01T12:00:00Z"),
        ("weavy", {"which": "new"}, ""),
        ("http_json", {"since_name": "after"}, "2026-07-01T12:00:00Z"),
        ("http_json", {"since_name": "after", "since_format": "as_given"}, ""),
        ("http_json", {}, ""),
        ("campus_skills", {}, ""),
        ("file_drop", {}, ""),
        ("other_brand", {}, ""),
    ],
)
def test_a_moment_is_said_in_the_words_of_the_connector(connector: str, transfer: dict[str, Any], mark: str) -> None:
    assert mark_at(CONNECTORS[connector], transfer, NOON) == mark


@pytest.mark.parametrize(
    ("connector", "mark", "counts"),
    [
        ("planningpme", "since:20260701120000", True),
        ("planningpme", "since:202607011200", False),
        ("planningpme", "since:20261301120000", False),
        ("planningpme", "cursor:20260701120000", False),
        ("weavy", "2026-07-01T12:00:00Z", True),
        ("weavy", "2026-07-01T12:00:00", True),
        ("weavy", "W-17", False),
        ("http_json", "2026-07-01T12:00:00Z", True),
        ("http_json", "2026-07-01T14:00:00", True),
        ("http_json", "20260701", False),
        ("http_json", "1782907200", False),
        ("campus_skills", "2026-07-01T12:00:00Z", False),
        ("file_drop", "2026-07-01T12:00:00Z", False),
    ],
)
def test_a_watermark_is_the_moment_its_connector_says_it_is(connector: str, mark: str, counts: bool) -> None:
    assert moment_of(CONNECTORS[connector], {}, mark, PARIS) == (NOON if counts else None)


@pytest.mark.django_db
def test_our_own_cursor_stands_for_when_the_last_it_covers_was_written(desk: Desk, other: Brand) -> None:
    written = desk.run(desk.sync(), customer("A")).finished_at
    push = desk.push_sync()
    assert moment_of_mark(sync=push) is None
    desk.run(push)
    sent = Sync.objects.select_related("brand", "connection").get(pk=push.pk)
    moment = moment_of_mark(sync=sent)
    assert moment is not None
    assert written is not None
    assert abs((moment - written).total_seconds()) < 2
    brands = CONNECTORS["other_brand"]
    assert moment_of(brands, {"brand": sent.brand.key}, sent.watermark, PARIS) == moment
    assert moment_of(brands, {"brand": other.key}, sent.watermark, PARIS) is None
    sent.watermark = mark_of(sync=sent, moment=NOON.replace(year=2000))
    assert moment_of_mark(sync=sent) is None
