from __future__ import annotations

from pathlib import Path

import pytest

SHARED_DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real open data beside the project."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the real open data is not here")
    return SHARED_DATA
