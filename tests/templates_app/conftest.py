"""The cast as actors, and the texts that most tests speak of."""

from __future__ import annotations

from typing import Final

import pytest
from django.test import Client

from integration_admin.accounts.access import Actor, site_actor
from integration_admin.accounts.models import Brand
from tests.admin.conftest import signed_in
from tests.conftest import Login

#: The vendor's documented sample, word for word.
SAMPLE: Final = """<In>
  <Type Name="Customer" ShouldInsert="true" ShouldUpdate="true">
    <Default Field="Type" Value="1026" />
  </Type>
  <Property Name="Nom usage" Type="Customer" Field="LastName" />
  <Property Name="Téléphone mobile" Type="Customer" Field="Mobile" />
  <Property Name="Email" Type="Customer" Field="Email" />
  <Property Name="ID_DOSSIER" Type="Customer" Field="_IDDOSSIER" />
</In>
"""
GOOD: Final = """<In>
  <Type Name="Customer" ShouldInsert="true" ShouldUpdate="true" Match="Email" />
  <Property Name="Mail" Type="Customer" Field="Email" />
  <Property Name="Nom" Type="Customer" Field="LastName" />
</In>
"""
BETTER: Final = GOOD.replace("Nom", "Nom usage")
BAD: Final = GOOD.replace("LastName", "LastNam")
OUT: Final = """<Out>
  <Type Name="Customer" />
  <Property Name="mail" Type="Customer" Field="Email" />
</Out>
"""


@pytest.fixture
def ann(owner: Login, acme: Brand) -> Actor:
    """The owner of acme, at a page."""
    return site_actor(user=owner.user, brand=acme)


@pytest.fixture
def ben(teammate: Login, acme: Brand) -> Actor:
    """Is in acme too, and may not edit templates."""
    return site_actor(user=teammate.user, brand=acme)


@pytest.fixture
def eve(stranger: Login, other: Brand) -> Actor:
    """May do everything, in the other brand."""
    return site_actor(user=stranger.user, brand=other)


@pytest.fixture
def ann_at_work(owner: Login) -> Client:
    """The owner of acme, signed in."""
    return signed_in(owner.user)
