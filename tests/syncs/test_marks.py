"""A moment as the watermark of a connector, where it counts by time."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sync_app.syncs.connectors.base import mark_at
from sync_app.syncs.connectors.registry import CONNECTORS

NOON = datetime(2026, 7, 1, 14, 0, tzinfo=ZoneInfo("Europe/Paris"))


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
