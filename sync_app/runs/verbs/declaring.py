"""Declaring a key on records that are there already: a run, which changes nothing unless every one of them fits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from integration_admin.accounts.access import Actor
from integration_admin.accounts.models import Right
from sync_app.engine.records import match_forms
from sync_app.models import Record, Run, RunKind, RunStatus
from sync_app.runs.verbs.starting import new_run
from sync_app.storage import identities
from sync_app.storage.clock import Clock, write_transaction
from sync_app.storage.retelling import retell
from templates_app.catalog.problems import Problem
from templates_app.catalog.types import KEY_VALUE_LENGTH, Catalog, EntityType, Key, join_parts
from templates_app.library.keys import declare_key as keep_declaration
from templates_app.library.refusals import AdditionRefused

PROBLEMS_KEPT = 100


def declare_key(
    *,
    actor: Actor,
    entity_type: str,
    fields: Sequence[str],
    unique: bool,
    space: str = "",
    trigger: str = "command",
    clock: Clock,
) -> Run:
    """The run that declared the key and gave existing records their identities, or a `failed` one that says why not.

    Its `error` has the code of the refusal and, for each value that is too long or that two records share, a problem.
    Raises NotAllowed: what it says of the values is for those who may read them.
    """
    actor.require(Right.TEMPLATES)
    actor.require_reading({entity_type})
    asked = {"type": entity_type, "fields": ",".join(fields), "unique": unique, "space": space}
    run = new_run(actor=actor, kind=RunKind.CATALOG, at=clock(), trigger=trigger, options=asked)
    run.started_at = clock()
    found = ExistingValues(brand=actor.brand.pk)
    try:
        with write_transaction(brand=actor.brand.pk, clock=clock):
            keep_declaration(
                actor=actor,
                entity_type=entity_type,
                fields=fields,
                unique=unique,
                space=space,
                at=clock(),
                inspect=found.inspect,
            )
            identities.add(brand=actor.brand.pk, rows=found.rows)
            if found.entity is not None:
                retell(brand=actor.brand.pk, entity=found.entity)
    except AdditionRefused as refused:
        problems = [{"code": p.code, "params": dict(p.params)} for p in refused.problems[:PROBLEMS_KEPT]]
        run.error = {"code": refused.code, "params": dict(refused.params), "problems": problems}
    run.status = RunStatus.FAILED if run.error else RunStatus.SUCCEEDED
    run.statistics = {"records": found.records, "identities": len(found.rows)}
    run.finished_at = clock()
    run.save()
    return run


class ExistingValues:
    """Looks at every record of the type, deleted ones included, since they keep their identities."""

    def __init__(self, *, brand: int) -> None:
        self._brand = brand
        self.records = 0
        self.entity: EntityType | None = None
        self.rows: list[identities.NewIdentity] = []

    def inspect(self, catalog: Catalog, entity_type: str, key: Key) -> Sequence[Problem]:
        """What stands in the way of the key: values that are too long and, for a unique key, values had twice."""
        self.entity = catalog.types[entity_type]
        problems: list[Problem] = []
        had = identities.had(brand=self._brand, space=key.space)
        owners = {value: record for (value, _tie), record in had.items()}
        for record, value in self._values(catalog, entity_type, key):
            tie = 0 if key.unique else record
            if len(value) > KEY_VALUE_LENGTH:
                problems.append(Problem("key_too_long", {"limit": KEY_VALUE_LENGTH, "record": record}))
            elif key.unique and owners.setdefault(value, record) != record:
                problems.append(Problem("identity_taken", {"key": key.name, "record": record, "other": owners[value]}))
            elif (value, tie) not in had:
                # Another key of the space may have given it this identity.
                self.rows.append((key.space, value, tie, record))
        return problems

    def _values(self, catalog: Catalog, entity_type: str, key: Key) -> Iterator[tuple[int, str]]:
        entity = catalog.types[entity_type]
        rows = Record.objects.filter(brand_id=self._brand, entity_type=entity_type).order_by("id")
        for record, data in rows.values_list("pk", "data").iterator(chunk_size=2000):
            self.records += 1
            forms = match_forms(entity, data)
            value = join_parts([forms.get(name, "") for name in key.fields])
            if value is not None:
                yield record, value
