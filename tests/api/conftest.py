"""Callers of the API: each is a brand, an application key and a token; a frozen clock; two templates of our own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import pytest
from django.apps import apps
from django.test import Client

from integration_admin.accounts.access import system_actor
from integration_admin.accounts.models import Brand
from integration_admin.accounts.tokens import issue
from sync_app.api.dialects.base import Door
from templates_app.library.installing import install
from tests.conftest import Key, Login
from tests.written_once import written_once

CLIENTS_IN: Final = """<In>
  <Type Name="Customer" ShouldInsert="true" ShouldUpdate="true">
    <Default Field="Type" Value="1026" />
  </Type>
  <Property Name="Nom usage" Type="Customer" Field="LastName" Required="true" />
  <Property Name="Email" Type="Customer" Field="Email" />
  <Property Name="ID_DOSSIER" Type="Customer" Field="_IDDOSSIER" />
</In>"""
CLIENTS_OUT: Final = """<Out IncludeDeleted="true">
  <Type Name="Customer" />
  <Property Name="ID_DOSSIER" Type="Customer" Field="_IDDOSSIER" />
  <Property Name="Nom usage" Type="Customer" Field="LastName" />
  <Property Name="Email" Type="Customer" Field="Email" />
</Out>"""
LEA: Final = {"Nom usage": "Roy", "Email": "lea.roy@example.org", "ID_DOSSIER": "D-1"}
MAX: Final = {"Nom usage": "Petit", "Email": "max.petit@example.org", "ID_DOSSIER": "D-2"}
NAMELESS: Final = {"Email": "nobody@example.org", "ID_DOSSIER": "D-3"}


@dataclass(frozen=True)
class Caller:
    """Calls a brand's addresses with a key and a token; `brand` is what stands in the address."""

    brand: str
    appkey: str = field(repr=False)
    token: str = field(repr=False)
    client: Client = field(default_factory=Client, compare=False)

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        headers: Mapping[str, str] | None = None,
        content_type: str = "application/json",
    ) -> Any:
        """`path` below the brand; `body` as it stands when bytes or text, else as JSON."""
        bearer = f"Bearer {self.token}" if self.token else ""
        given = {"X-APPKEY": self.appkey, "Authorization": bearer} | dict(headers or {})
        sent = {name: value for name, value in given.items() if value}
        content = body if isinstance(body, bytes | str) else b"" if body is None else json.dumps(body)
        address = f"/{self.brand}/{path}"
        return self.client.generic(method, address, content, content_type=content_type, headers=sent)

    def get(self, path: str, **headers: str) -> Any:
        return self.call("GET", path, headers=headers)

    def post(self, path: str, body: object = None, **headers: str) -> Any:
        return self.call("POST", path, body, headers={name.replace("_", "-"): value for name, value in headers.items()})

    def send(self, *rows: object, **options: object) -> Any:
        """Imports rows with the template `clients`."""
        return self.post("api/integration/clients", {**options, "model": list(rows)})


def read(answer: Any) -> Any:
    """The JSON of an answer, streamed or not."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return json.loads(content)


@pytest.fixture(autouse=True)
def _at(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """The doors' clock stands still."""
    monkeypatch.setattr(Door, "clock", lambda _door: now)


issued = written_once(issue)


def caller(*, brand: Brand, member: Login, key: Key, now: datetime) -> Caller:
    token = issued(membership=member.membership, appkey=key.row, now=now)
    return Caller(brand=brand.key, appkey=key.clear, token=token.access_token)


@pytest.fixture
@written_once
def templates(acme: Brand, now: datetime) -> None:
    """`clients` (import by file number) and `clients-out` (export) in acme."""
    actor = system_actor(brand=acme, name="tests")
    install(actor=actor, name="clients", xml=CLIENTS_IN, at=now, create_fields=True)
    install(actor=actor, name="clients-out", xml=CLIENTS_OUT, at=now)


@pytest.fixture
def we(acme: Brand, owner: Login, appkey: Key, now: datetime, templates: None) -> Caller:
    """The owner of acme, with a key for everything."""
    return caller(brand=acme, member=owner, key=appkey, now=now)


@pytest.fixture
def mate(acme: Brand, teammate: Login, appkey: Key, now: datetime, templates: None) -> Caller:
    """The teammate, who may only export and look at customers."""
    return caller(brand=acme, member=teammate, key=appkey, now=now)


@pytest.fixture
def they(other: Brand, stranger: Login, foreign_appkey: Key, now: datetime) -> Caller:
    """The stranger, in their own brand."""
    return caller(brand=other, member=stranger, key=foreign_appkey, now=now)


def written() -> dict[str, int]:
    """Counts every table an import may write: what a refused request must leave as it was."""
    models = apps.get_app_config("sync_app").get_models()
    return {model._meta.label: model._default_manager.count() for model in models}
