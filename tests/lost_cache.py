"""A shared cache that does not answer, whichever it is."""

from __future__ import annotations

import pytest
from django.core.cache import caches

from integration_admin import cache_door

ASKED = ("get", "set", "add", "incr", "delete", "touch", "has_key", "get_many", "delete_many", "count_in_turn")


def lose_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on each question fails with an error that no caller has heard of."""

    def refuse(*_args: object, **_options: object) -> None:
        raise RuntimeError("the cache is away")

    monkeypatch.setattr(cache_door._Known, "away", False)
    for name in ASKED:
        monkeypatch.setattr(type(caches["default"]), name, refuse)
