"""The cast at the pages of runs and records, a template, and hostile values."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Final

import pytest
from django.test import Client

from integration_admin.accounts.access import Actor, site_actor
from integration_admin.accounts.models import Brand, User
from sync_app.models import Run
from sync_app.runs.options import ImportOptions
from sync_app.runs.verbs.importing import start_import
from sync_app.runs.work.perform import perform
from templates_app.library.installing import install
from tests.conftest import Login
from tests.written_once import written_once

CLIENTS: Final = """<In>
  <Type Name="Customer" ShouldInsert="true" ShouldUpdate="true" Match="_IDDOSSIER">
    <Default Field="Type" Value="1026" />
  </Type>
  <Property Name="Nom" Type="Customer" Field="LastName" Required="true" />
  <Property Name="Email" Type="Customer" Field="Email" />
  <Property Name="ID_DOSSIER" Type="Customer" Field="_IDDOSSIER" />
</In>"""
PROJECTS: Final = """<In>
  <Type Name="Project" ShouldInsert="true" ShouldUpdate="true" Match="Label" />
  <Property Name="Titre" Type="Project" Field="Label" />
  <Property Name="Client" Type="Project" Field="Customer">
    <Lookup Match="_IDDOSSIER" />
  </Property>
</In>"""
LEA: Final = {"Nom": "Roy", "Email": "lea.roy@example.org", "ID_DOSSIER": "D-1"}
MAX: Final = {"Nom": "Petit", "Email": "max.petit@example.org", "ID_DOSSIER": "D-2"}
NAMELESS: Final = {"Email": "nobody@example.org", "ID_DOSSIER": "D-3"}
HOSTILE: Final = "<img src=x onerror=alert(1)>"

Importer = Callable[..., Run]


@pytest.fixture
@written_once
def ann(owner: Login, acme: Brand, now: datetime) -> Actor:
    """The owner of acme, with a template for customers and one for their projects."""
    actor = site_actor(user=owner.user, brand=acme)
    install(actor=actor, name="clients", xml=CLIENTS, at=now, create_fields=True)
    install(actor=actor, name="projects", xml=PROJECTS, at=now)
    return actor


@pytest.fixture
def imported(ann: Actor, now: datetime) -> Importer:
    """Imports rows into acme and gives the finished run."""

    def run(*rows: object, template: str = "clients", simulate: bool = False) -> Run:
        started = start_import(
            actor=ann,
            template=template,
            body=json.dumps(rows).encode(),
            file_name="rows.json",
            options=ImportOptions(simulate=simulate),
            clock=lambda: now,
        )
        return perform(run=started.pk, holder="tests", clock=lambda: now)

    return run


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def ann_at_work(owner: Login) -> Client:
    return signed_in(owner.user)


@pytest.fixture
def ben_at_work(teammate: Login) -> Client:
    """May look at customers, and at nothing else."""
    return signed_in(teammate.user)


@pytest.fixture
def eve_at_work(stranger: Login) -> Client:
    return signed_in(stranger.user)
