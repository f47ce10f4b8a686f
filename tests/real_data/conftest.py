"""The real open data beside the project, and a desk to work on it from."""

from __future__ import annotations

import pytest

from integration_admin.accounts.models import Brand
from tests.real_data.desk import Desk


@pytest.fixture
def desk(acme: Brand) -> Desk:
    return Desk(acme)
