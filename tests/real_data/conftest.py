"""The real open data beside the project, and a desk to work on it from."""

from __future__ import annotations

from pathlib import Path

import pytest

from integration_admin.accounts.models import Brand
from tests.real_data.desk import Desk

SHARED_DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real open data beside the project."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the real open data is not here")
    return SHARED_DATA


@pytest.fixture
def desk(acme: Brand) -> Desk:
    return Desk(acme)
