"""Saving a sync: everything that was entered is checked against its connector, its template and its person's rights."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import IntegrityError, transaction

from integration_admin.accounts import audit
from integration_admin.accounts.access import Actor
from integration_admin.accounts.models import Right
from sync_app.engine.editing import clean_values
from sync_app.models import Connection, Sync, SyncDirection
from sync_app.runs.loading import LoadedImport, callable_version, load_version, loaded_import, require_import
from sync_app.storage.clock import Clock
from sync_app.syncs.connectors.base import Connector, Setting, wrong_transfer
from sync_app.syncs.connectors.registry import CONNECTORS
from sync_app.syncs.errors import FormRefused, SyncConflict, SyncNotFound
from sync_app.syncs.keeping.beginning import begin_anew, leads_elsewhere
from sync_app.syncs.keeping.connections import find_connection, name_problem
from sync_app.syncs.keeping.forms import read_form
from sync_app.syncs.notices.wishes import origin_of, wrong_wishes
from sync_app.syncs.schedules.reading import read_rule
from sync_app.syncs.timing import due_after
from sync_app.syncs.turns.guards import Guards, read_guards
from templates_app.catalog.problems import Problem, shown
from templates_app.models import Direction, TemplateVersion

ON_ERROR: Final = ("skip", "stop", "atomic")
#: What of a sync the configuration history tells.
TOLD: Final = (
    "name",
    "direction",
    "transfer",
    "options",
    "simulate",
    "rule",
    "guards",
    "mirror",
    "protected",
    "notify",
    "active",
)


@dataclass(frozen=True, slots=True)
class SyncForm:
    """What a person entered of a sync. JSON values, as `Sync` keeps them; see there and in `guards`.

    `mirror`: {} or `{"action": "delete" | "mark", "field": …, "value": …, "where": {field: value}, "all": false}`.
    `protected`: names like `Customer.LastName`.
    """

    name: str
    direction: str
    connection: int
    template: str
    transfer: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    simulate: bool = False
    rule: Mapping[str, Any] = field(default_factory=dict)
    guards: Mapping[str, Any] = field(default_factory=dict)
    mirror: Mapping[str, Any] = field(default_factory=dict)
    protected: tuple[str, ...] = ()
    notify: Mapping[str, Any] = field(default_factory=dict)
    active: bool = True


def find_sync(*, actor: Actor, sync: int) -> Sync:
    """Raises SyncNotFound."""
    found = Sync.objects.select_related("brand", "connection", "template", "user")
    row = found.filter(brand=actor.brand, pk=sync).first()
    if row is None:
        raise SyncNotFound
    return row


def as_seen(row: Sync) -> str:
    """What tells a sync that was saved otherwise from this one."""
    return hashlib.sha256(json.dumps(audited(row), sort_keys=True).encode()).hexdigest()[:32]


def save_sync(*, actor: Actor, sync: int | None = None, form: SyncForm, seen: str = "", clock: Clock) -> Sync:
    """A new sync, or this one changed; it acts as the actor from now on, with the rights they have at each turn.

    `seen`: the sync as it was when its form was opened (`as_seen`); empty: whatever it is by now.

    Its watermark begins anew when it is about other data from now on: over another connection, by another template,
    the other way, or by settings of the connector that choose another list. What was learned of the source stays, so
    that guards are never off because something was edited. Raises SyncConflict when it is not as it was seen any more,
    or is about other data while a turn is at work; NotAllowed (also what an import or export with the template would),
    SyncNotFound, ConnectionNotFound, RunRefused for the template, and FormRefused.
    """
    actor.require(Right.TEMPLATES)
    row = find_sync(actor=actor, sync=sync) if sync is not None else Sync(brand=actor.brand)
    connection = find_connection(actor=actor, connection=form.connection)
    checked = _Checked(actor, form, connection)
    checked.all()
    if checked.problems or checked.version is None:
        raise FormRefused(checked.problems)
    return _write(actor, row, connection, checked, clock, seen=seen)


class _Checked:
    """A form being checked: what is wrong is collected, by the name of the field."""

    def __init__(self, actor: Actor, form: SyncForm, connection: Connection) -> None:
        self.actor = actor
        self.form = form
        self.problems: dict[str, Problem] = {}
        self.transfer: dict[str, Any] = {}
        self.mirror: dict[str, Any] = {}
        self.version: TemplateVersion | None = None
        self.settings: Mapping[str, Any] = connection.settings
        self.connector: Connector | None = CONNECTORS.get(connection.connector)

    @property
    def pulls(self) -> bool:
        return self.form.direction == SyncDirection.PULL

    def all(self) -> None:
        """Every check. Raises NotAllowed and RunRefused: what the person may not do is no mistake of a field."""
        form = self.form
        self._note("name", name_problem(form.name.strip()))
        if self.actor.user is None:
            self.problems["name"] = Problem("sync_needs_person")
        if form.direction not in SyncDirection.values:
            self.problems["direction"] = Problem("direction_unknown")
            return
        self._transfer()
        self._schedule()
        loaded = self._template()
        self._options()
        guards, problems = read_guards(form.guards)
        self._note("guards", next(iter(problems), None))
        self.problems |= {f"notify_{name}": problem for name, problem in wrong_wishes(form.notify).items()}
        if loaded is not None:
            self._note("guards", _type_problem(guards, loaded))
        if form.mirror or form.protected:
            self._rules(loaded, guards)

    def _note(self, place: str, problem: Problem | None) -> None:
        if problem is not None:
            self.problems.setdefault(place, problem)

    def _transfer(self) -> None:
        asked = self.asked()
        if asked is None or self.connector is None:
            self.problems["direction"] = Problem("connector_cannot")
            return
        entered = read_form(asked, self.form.transfer)
        self.transfer = entered.values
        wrong = entered.problems or wrong_transfer(
            self.connector, actor=self.actor, settings=self.settings, transfer=entered.values, pulls=self.pulls
        )
        self.problems |= {f"transfer.{name}": problem for name, problem in wrong.items()}

    def asked(self) -> tuple[Setting, ...] | None:
        """The form of the connector in this direction; None where it has none."""
        if self.connector is None:
            return None
        form = self.connector.pull_form if self.pulls else self.connector.push_form
        return None if form is None else tuple(form)

    def _schedule(self) -> None:
        read = read_rule(dict(self.form.rule))
        self._note("rule", next(iter(read.problems), None))

    def _template(self) -> LoadedImport | None:
        direction = Direction.IN if self.pulls else Direction.OUT
        self.version = callable_version(actor=self.actor, name=self.form.template, direction=direction)
        if self.pulls:
            loaded = loaded_import(self.version)
            require_import(self.actor, loaded)
            return loaded
        self.actor.require(Right.EXPORT)
        exporter = load_version(self.version).exporter
        self.actor.require_reading(set(exporter.plan.aliases.values()) if exporter is not None else set())
        return None

    def _options(self) -> None:
        options = self.form.options
        fits = options.get("on_error", "skip") in ON_ERROR and isinstance(options.get("verbose", False), bool)
        if not fits or options.keys() - {"on_error", "verbose"}:
            self.problems["options"] = Problem("on_error_unknown")

    def _rules(self, loaded: LoadedImport | None, guards: Guards) -> None:
        if loaded is None:
            place = "mirror" if self.form.mirror else "protected"
            self.problems[place] = Problem("connector_cannot")
            return
        if self.form.mirror:
            self._note("mirror", _mirror_problem(self.form.mirror, loaded, guards))
            # Of what may go is what a person has said: a later version of the template cannot say otherwise.
            self.mirror = {**self.form.mirror, "type": loaded.mapper.types[0].entity.name}
        written = {
            f"{plan.entity.name}.{name}" for plan in loaded.mapper.types if plan.update for name in plan.policies
        }
        unknown = [name for name in self.form.protected if name not in written]
        if unknown:
            self._note("protected", Problem("protected_unknown", {"name": shown(unknown[0])}))


def _type_problem(guards: Guards, loaded: LoadedImport) -> Problem | None:
    """A limit for records that the template never writes is one for nothing: most likely its type is mistyped."""
    known = {plan.entity.name for plan in loaded.mapper.types if plan.insert or plan.update or plan.delete}
    unknown = sorted({entity for _kind, entity in guards.limits if entity} - known)
    return Problem("guard_type_unknown", {"type": shown(unknown[0])}) if unknown else None


def _mirror_problem(mirror: Mapping[str, Any], loaded: LoadedImport, guards: Guards) -> Problem | None:
    """What is wrong with the rules for records that are missing from the source."""
    plan = loaded.mapper.types[0]
    entity, action, where = plan.entity, mirror.get("action"), mirror.get("where", {})
    known = {"action", "field", "value", "where", "all"}
    plain = isinstance(where, Mapping) and isinstance(mirror.get("all", False), bool)
    if action not in ("delete", "mark") or mirror.keys() - known or not plain:
        return Problem("mirror_unfit")
    if not (plan.insert or plan.update or plan.delete):
        return Problem("mirror_needs_writing", {"type": entity.name})
    values = {**where, **({mirror.get("field", ""): mirror.get("value")} if action == "mark" else {})}
    for name in values:
        if name not in entity.fields:
            return Problem("mirror_field_unknown", {"type": entity.name, "name": shown(name)})
    _cleaned, problems = clean_values(entity, values, loaded.setting)
    if problems:
        at = problems[0].field
        return Problem("mirror_value_unfit", {"name": at, "value": shown(values.get(at))})
    return None if guards.limits_deletes(entity.name) else Problem("mirror_needs_guard")


def _write(actor: Actor, row: Sync, connection: Connection, checked: _Checked, clock: Clock, *, seen: str) -> Sync:
    at, made = clock(), row.pk is None
    try:
        with transaction.atomic():
            if not made:
                # Locked and read again: a turn may be moving its watermark right now.
                row = Sync.objects.select_for_update(of=("self",)).select_related("brand", "connection").get(pk=row.pk)
            if seen and not made and as_seen(row) != seen:
                raise SyncConflict("sync_changed_since")
            before = None if made else audited(row)
            if not made and _is_about_else(row, connection, checked):
                begin_anew(sync=row, by=actor.name, at=at)
            went_by = None if made else _goes_by(row)
            _fill(row, actor, connection, checked)
            row.created_at = at if made else row.created_at
            row.changed_at = row.changed_at if went_by == _goes_by(row) else at
            row.next_due = _due(row, before, at)
            row.save()
            action = "create_sync" if made else "change_sync"
            audit.record(
                brand=row.brand, by=actor.name, action=action, target=row.name, at=at, before=before, after=audited(row)
            )
    except IntegrityError:
        raise FormRefused({"name": Problem("name_taken")}) from None
    return row


def _goes_by(row: Sync) -> tuple[Any, ...]:
    """What decides what is fetched or sent, how, and as whose: what broke off goes on only while this is the same."""
    return row.connection_id, row.direction, row.template_id, row.transfer, row.user_id


def _due(row: Sync, before: Mapping[str, Any] | None, at: datetime) -> datetime | None:
    """What is due already stays due, unless its schedule is another one or was switched on."""
    same = before is not None and before["active"] and before["rule"] == row.rule
    return row.next_due if same and row.active and row.next_due and row.next_due <= at else due_after(row, at)


def _is_about_else(row: Sync, connection: Connection, checked: _Checked) -> bool:
    """Whether what was entered makes another exchange of this sync."""
    template = checked.version.template_id if checked.version is not None else None
    was = (row.connection_id, row.direction, row.template_id)
    same = was == (connection.pk, checked.form.direction, template)
    return not same or leads_elsewhere(checked.asked(), before=row.transfer, after=checked.transfer)


def _fill(row: Sync, actor: Actor, connection: Connection, checked: _Checked) -> None:
    form = checked.form
    row.name, row.direction, row.connection = form.name.strip(), form.direction, connection
    row.user = actor.user
    if checked.version is not None:
        row.template = checked.version.template
    row.transfer, row.options, row.simulate = checked.transfer, dict(form.options), form.simulate
    row.rule, row.guards, row.mirror = dict(form.rule), dict(form.guards), checked.mirror
    row.protected, row.notify, row.active = list(form.protected), dict(form.notify), form.active


def audited(row: Sync) -> dict[str, Any]:
    """What the history keeps of a sync."""
    kept = {name: getattr(row, name) for name in TOLD}
    if row.notify.get("webhook"):
        kept["notify"] = {**row.notify, "webhook": origin_of(row.notify["webhook"])}
    return kept | {"connection": row.connection.name, "template": row.template.name}
