"""A store of its own for every test."""

from __future__ import annotations

import pytest

from tests.fakes import InMemoryRecords


@pytest.fixture
def store() -> InMemoryRecords:
    return InMemoryRecords()
