"""A brand with odd names: a type of its own with a field of every kind, and templates whose names mean nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import pytest

from integration_admin.accounts.access import system_actor
from integration_admin.accounts.models import Brand, Group
from templates_app.library.entity_types import add_entity_type
from templates_app.library.fields import add_custom_field
from templates_app.library.installing import install
from tests.api.conftest import Caller, caller
from tests.conftest import Key, login
from tests.written_once import written_once

ODD_IN: Final = """<In Rows="body/list">
  <Type Name="X9" ShouldInsert="true" />
  <Property Name="a &quot;quoted&quot; | name &lt;b&gt;" Type="X9" Field="_Text" Required="true" />
  <Property Name="größe/höhe" Type="X9" Field="_Double" />
</In>"""
OPTIONS: Final[dict[str, dict[str, object]]] = {
    "Combo": {"choices": ["Ja", "n/a", "✓"]},
    "Reference": {"target": "X9"},
    "ReferenceList": {"target": "X9"},
}
KINDS: Final = (
    "Text", "Memo", "Numeric", "Double", "Date", "Time", "DateTime", "Combo", "Check", "Hyperlink", "Email", "Phone",
    "Color", "Position", "Reference", "ReferenceList", "Json", "Binary",
)  # fmt: skip


@pytest.fixture
@written_once
def odd(acme: Brand, templates: None, now: datetime) -> Brand:
    actor = system_actor(brand=acme, name="tests")
    add_entity_type(actor=actor, name="X9", title="`<script>` | {0} %s “X”", at=now)
    for kind in KINDS:
        add_custom_field(
            actor=actor, entity_type="X9", name=f"_{kind}", kind=kind, options=OPTIONS.get(kind, {}), at=now
        )
    add_custom_field(actor=actor, entity_type="Customer", name="___", kind="Text", label="{odd} | *label*", at=now)
    install(actor=actor, name="0--0", xml=ODD_IN, at=now)
    return acme


@pytest.fixture
def narrow(odd: Brand, appkey: Key, now: datetime) -> Caller:
    """Somebody who may do everything with the odd type, look at customers, import and undo."""
    group = Group.objects.create(brand=odd, name="Narrow", may_export=True, may_import=True, may_undo=True)
    group.accesses.create(entity_type="X9", access="All")
    group.accesses.create(entity_type="Customer", access="Read")
    member = login(brand=odd, username="narrow", now=now, group=group)
    return caller(brand=odd, member=member, key=appkey, now=now)


def operations(document: Any) -> dict[str, Any]:
    """operationId -> operation."""
    return {one["operationId"]: one for path in document["paths"].values() for one in path.values()}
