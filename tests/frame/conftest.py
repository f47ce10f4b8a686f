"""Somebody who is in two brands, and pages read as text."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client

from integration_admin.accounts.logins import create_api_user
from integration_admin.accounts.models import Brand
from tests.admin.conftest import signed_in
from tests.conftest import BY, Login


@pytest.fixture
def both(owner: Login, other: Brand, now: datetime) -> Login:
    """The owner of acme, who may do everything in the other brand too."""
    create_api_user(brand=other, username="owner", user=owner.user, at=now, by=BY)
    return owner


@pytest.fixture
def at_both(both: Login) -> Client:
    return signed_in(both.user)
