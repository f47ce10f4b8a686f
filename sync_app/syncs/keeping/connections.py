"""Connections: saved, tried and deleted by who administers the brand. Their secrets go in and never come out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import IntegrityError, transaction

from integration_admin.accounts import audit
from integration_admin.accounts.access import Actor
from integration_admin.accounts.models import Right
from integration_admin.accounts.names import is_plain_text
from sync_app.models import Connection
from sync_app.storage.clock import Clock
from sync_app.syncs.connectors.base import Connector, Tested, TransferFailed
from sync_app.syncs.connectors.registry import CONNECTORS
from sync_app.syncs.errors import ConnectionNotFound, FormRefused, SyncConflict, SyncRefused
from sync_app.syncs.keeping.beginning import begin_all_anew, leads_elsewhere
from sync_app.syncs.keeping.forms import Entered, FormField, describe, read_form
from sync_app.syncs.turns.links import TEST_AT_MOST, connector_of, open_link, sealed_secrets, secrets_of
from templates_app.catalog.problems import Problem

NAME_LENGTH: Final = 100
NAMES_TOLD: Final = 5


@dataclass(frozen=True, slots=True)
class ConnectionView:
    """A connection for a person. `secrets`: the names of those that are kept; `syncs`: how many use it.

    `refusals`: how often in a row the other system has refused its credentials.
    """

    row: Connection
    connector: str
    form: tuple[FormField, ...]
    secrets: frozenset[str]
    syncs: int
    refusals: int


def find_connection(*, actor: Actor, connection: int) -> Connection:
    """Raises ConnectionNotFound."""
    found = Connection.objects.select_related("brand").filter(brand=actor.brand, pk=connection).first()
    if found is None:
        raise ConnectionNotFound
    return found


def connections_of(*, actor: Actor) -> list[Connection]:
    """The connections of the actor's brand, by name. Whoever makes syncs chooses among them. Raises NotAllowed."""
    require_syncs(actor)
    return list(Connection.objects.filter(brand=actor.brand).order_by("name"))


def require_syncs(actor: Actor) -> None:
    """Who may see connections and syncs: who makes templates or administers the brand. Raises NotAllowed."""
    if not actor.may(Right.ADMINISTRATION):
        actor.require(Right.TEMPLATES)


def connectors() -> list[Connector]:
    """The connectors there are, by name."""
    return [CONNECTORS[name] for name in sorted(CONNECTORS)]


def view_connection(*, actor: Actor, connection: int) -> ConnectionView:
    """Raises NotAllowed, ConnectionNotFound."""
    actor.require(Right.ADMINISTRATION)
    row = find_connection(actor=actor, connection=connection)
    found = CONNECTORS.get(row.connector)
    kept = _kept_secrets(row)
    form = describe(found.form, values=row.settings, secrets=frozenset(kept)) if found is not None else []
    return ConnectionView(row, row.connector, tuple(form), frozenset(kept), row.syncs.count(), row.refusals)


def save_connection(
    *,
    actor: Actor,
    connection: int | None = None,
    connector: str = "",
    name: str,
    values: Mapping[str, Any],
    forget: Collection[str] = frozenset(),
    clock: Clock,
) -> Connection:
    """A new connection, or this one changed. `values` answer the connector's form; a secret left out stays as it is,
    unless it is to be forgotten or the address changed its origin. What the connection is of never changes. Syncs that
    waited for other credentials go on; where it leads elsewhere from now on, they begin at the beginning. Raises
    NotAllowed, ConnectionNotFound, FormRefused, and SyncConflict while one of these is at work or held.
    """
    actor.require(Right.ADMINISTRATION)
    row = find_connection(actor=actor, connection=connection) if connection is not None else _new(actor, connector)
    found = CONNECTORS.get(row.connector)
    if found is None:
        raise FormRefused({"connector": Problem("connector_unknown", {"name": row.connector[:60]})})
    kept = _kept_secrets(row)
    entered = read_form(found.form, values, kept=row.settings, kept_secrets=kept, forget=forget)
    problems = dict(entered.problems)
    title = name.strip()
    problem = name_problem(title)
    if problem is not None:
        problems["name"] = problem
    if _leads_elsewhere(row, entered) and row.syncs.exclude(user=actor.user).exists():
        problems["brand"] = Problem("connection_of_others")
    if problems:
        raise FormRefused(problems)
    return _save(actor, row, title, entered, clock=clock)


def _leads_elsewhere(row: Connection, entered: Entered) -> bool:
    """Whether a connection that acts with the rights of its syncs' people would lead to another brand."""
    kept = row.settings.get("brand")
    return bool(row.pk) and row.connector == "other_brand" and entered.values.get("brand") != kept


def _new(actor: Actor, connector: str) -> Connection:
    return Connection(brand=actor.brand, connector=connector)


def _save(actor: Actor, row: Connection, name: str, entered: Entered, *, clock: Clock) -> Connection:
    at, made, kept = clock(), row.pk is None, _kept_secrets(row)
    before = None if made else _audited(row, frozenset(kept))
    elsewhere = not made and leads_elsewhere(CONNECTORS[row.connector].form, before=row.settings, after=entered.values)
    row.name, row.settings, row.changed_at = name, entered.values, at
    if made:
        row.created_at = at
    if entered.secrets != kept or not row.secrets:
        row.secrets = sealed_secrets(entered.secrets)
    row.refusals = 0
    after = _audited(row, frozenset(entered.secrets))
    replaced = sorted(secret for secret, value in entered.secrets.items() if kept.get(secret) != value)
    if replaced:
        after["secretsReplaced"] = replaced
    try:
        with transaction.atomic():
            if elsewhere:
                begin_all_anew(connection=row, by=actor.name, at=at)
            row.save()
            action = "create_connection" if made else "change_connection"
            audit.record(
                brand=row.brand, by=actor.name, action=action, target=row.name, at=at, before=before, after=after
            )
    except IntegrityError:
        raise FormRefused({"name": Problem("name_taken")}) from None
    return row


def try_connection(*, actor: Actor, connection: int, clock: Clock) -> Tested:
    """What the connector finds with what is saved. Raises NotAllowed, ConnectionNotFound, TransferFailed."""
    actor.require(Right.ADMINISTRATION)
    row = find_connection(actor=actor, connection=connection)
    found = connector_of(row)
    until = clock() + TEST_AT_MOST

    def beat() -> None:
        if clock() > until:
            raise SyncRefused("test_too_slow")

    link = open_link(connection=row, transfer={}, actor=actor, clock=clock, beat=beat, lasting=TEST_AT_MOST)
    tested = found.test(link)
    if tested.ok:
        Connection.objects.filter(pk=row.pk).exclude(refusals=0).update(refusals=0)
    return tested


def delete_connection(*, actor: Actor, connection: int, clock: Clock) -> None:
    """Raises NotAllowed, ConnectionNotFound, SyncConflict while a sync uses it."""
    actor.require(Right.ADMINISTRATION)
    row = find_connection(actor=actor, connection=connection)
    with transaction.atomic():
        Connection.objects.select_for_update().get(pk=row.pk)
        users = list(row.syncs.order_by("name").values_list("name", flat=True))
        if users:
            names = ", ".join(users[:NAMES_TOLD])
            raise SyncConflict("connection_in_use", count=len(users), names=names)
        before = _audited(row, frozenset())
        audit.record(
            brand=row.brand, by=actor.name, action="delete_connection", target=row.name, at=clock(), before=before
        )
        row.delete()


def name_problem(name: str) -> Problem | None:
    """What is wrong with the name of a connection or a sync."""
    fits = 0 < len(name) <= NAME_LENGTH and is_plain_text(name)
    return None if fits else Problem("name_needed", {"most": NAME_LENGTH})


def _kept_secrets(row: Connection) -> dict[str, str]:
    """Those that can be read; where they no longer can be, all have to be entered again."""
    try:
        return secrets_of(row)
    except TransferFailed:
        return {}


def _audited(row: Connection, secrets: frozenset[str]) -> dict[str, object]:
    """What the history keeps: secrets by name only."""
    return {"name": row.name, "connector": row.connector, "settings": row.settings, "secrets": sorted(secrets)}
