"""What can be chosen in the form of a sync, given what is chosen so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import QueryDict

from integration_admin.accounts.access import Actor, NotAllowed
from integration_admin.whole_numbers import whole_number
from sync_app.models import Connection, SyncDirection
from sync_app.runs.errors import RunRefused
from sync_app.runs.loading import callable_version, loaded_import
from sync_app.syncs.connectors.base import Connector
from sync_app.syncs.connectors.registry import CONNECTORS
from sync_app.syncs.keeping.connections import connections_of
from sync_app.syncs.keeping.forms import FormField, describe
from templates_app.models import Direction, Template, VersionStatus

MOST_TEMPLATES: Final = 500


@dataclass(frozen=True, slots=True)
class Written:
    """What the chosen template writes: entity types, and those of their fields that updates write."""

    types: tuple[str, ...]
    fields: tuple[str, ...]
    root: str
    root_fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """`connections` are those that can do what the direction asks; `others` how many there are that cannot.

    `transfer` is the form of the connector for this direction; `written` None where it is not known yet.
    """

    connections: Sequence[Connection]
    others: int
    templates: Sequence[Template]
    transfer: Sequence[FormField]
    written: Written | None


def choices_for(*, actor: Actor, draft: QueryDict, kept: Mapping[str, Any]) -> Choices:
    """`kept`: the transfer settings as they are. Raises NotAllowed."""
    direction = draft.get("direction", "")
    every = connections_of(actor=actor)
    fit = [row for row in every if _form(CONNECTORS.get(row.connector), direction) is not None]
    chosen = next((row for row in fit if row.pk == whole_number(draft.get("connection", ""))), None)
    asked = _form(CONNECTORS.get(chosen.connector), direction) if chosen is not None else None
    return Choices(
        connections=fit,
        others=len(every) - len(fit),
        templates=_templates(actor, direction),
        transfer=describe(asked, values=kept) if asked is not None else (),
        written=_written(actor, draft.get("template", "")) if direction == SyncDirection.PULL else None,
    )


def _form(connector: Connector | None, direction: str) -> Sequence[Any] | None:
    if connector is None:
        return None
    return connector.pull_form if direction == SyncDirection.PULL else connector.push_form


def _templates(actor: Actor, direction: str) -> list[Template]:
    """Those of the brand that calls may use, in this direction."""
    way = Direction.IN if direction == SyncDirection.PULL else Direction.OUT
    found = Template.objects.filter(
        brand=actor.brand, direction=way, archived=False, versions__status=VersionStatus.PUBLISHED
    )
    rows = found.distinct().order_by("builtin", "name")[:MOST_TEMPLATES]
    return [row for row in rows if actor.may_use_template(row.name)]


def _written(actor: Actor, template: str) -> Written | None:
    if not template:
        return None
    try:
        loaded = loaded_import(callable_version(actor=actor, name=template, direction=Direction.IN))
    except (RunRefused, NotAllowed):
        return None
    plans = [plan for plan in loaded.mapper.types if plan.insert or plan.update or plan.delete]
    fields = [f"{plan.entity.name}.{name}" for plan in plans if plan.update for name in plan.policies]
    root = loaded.mapper.types[0].entity
    return Written(
        types=tuple(dict.fromkeys(plan.entity.name for plan in plans)),
        fields=tuple(dict.fromkeys(fields)),
        root=root.name,
        root_fields=tuple(name for name, own in root.fields.items() if not own.retired),
    )
