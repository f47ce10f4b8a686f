"""Two houses furnished alike: a row of everything a brand can have, and a word of its own in every text of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.apps import apps
from django.db import models

from integration_admin.accounts.access import Actor, site_actor
from integration_admin.accounts.logins import create_account_token, create_api_user, create_appkey
from integration_admin.accounts.models import Brand, Group, KeyUse
from integration_admin.accounts.tokens import issue
from sync_app.models import (
    Blob,
    ColumnChoice,
    FailedRow,
    Health,
    IdempotencyKey,
    Notice,
    Record,
    Run,
    Sync,
    SyncEvent,
    SyncTurn,
    TurnStatus,
)
from sync_app.runs.options import ImportOptions
from sync_app.runs.records.editing import RecordChange, edit_records
from sync_app.runs.uploads.keeping import keep_upload
from sync_app.runs.verbs.importing import start_import
from sync_app.runs.verbs.undoing import start_undo
from sync_app.runs.work.perform import perform
from sync_app.syncs.keeping.connections import save_connection
from sync_app.syncs.keeping.saving import SyncForm, save_sync
from sync_app.syncs.notices.wishes import NoticeForm, save_notices
from templates_app.library import add_custom_field, add_entity_type, install, save_draft
from templates_app.library.samples import keep_sample
from templates_app.models import Template
from tests.conftest import BY, Login, login

APPS: Final = ("accounts", "templates_app", "sync_app")
#: What a clerk may do, with no record of any type.
CLERK: Final = ("may_import", "may_export", "may_undo", "may_edit_templates", "may_administer")
#: Rows of the site, of no brand.
OF_THE_SITE: Final = frozenset({"Counter", "RunTotal", "TurnTotal"})


@dataclass(frozen=True)
class House:
    """A brand, its word, who owns it, who may only read customers there, and who has every right and no type."""

    brand: Brand
    word: str
    owner: Login
    reader: Login
    clerk: Login


def furnish(*, brand: Brand, word: str, owner: Login, now: datetime) -> House:
    """A row of everything. AssertionError when a model has none: say here how it is furnished."""
    said = f"<b>{word}</b>"
    Brand.objects.filter(pk=brand.pk).update(name=f"House of {said}")
    brand.refresh_from_db()
    actor = site_actor(user=owner.user, brand=brand)
    readers = Group.objects.create(brand=brand, name=f"Readers {said}", may_export=True)
    readers.accesses.create(entity_type="Customer", access="Read")
    reader = login(brand=brand, username=f"reader-{word}", now=now, group=readers)
    clerks = Group.objects.create(brand=brand, name=f"Clerks {said}", **dict.fromkeys(CLERK, True))
    clerk = login(brand=brand, username=f"clerk-{word}", now=now, group=clerks)
    _let_in(brand, owner, said, now)
    _catalog(actor, word, said, now)
    runs = _runs(actor, word, said, now)
    _syncs(actor, word, said, runs[-1], now)
    rows = json.dumps([_row(word, 7)]).encode()
    keep_upload(actor=actor, chunks=[rows], file_name=f"{said}.json", at=now)
    ColumnChoice.objects.create(brand=brand, entity_type="Customer", fields=["LastName", f"_{word}"])
    Blob.objects.create(brand=brand, digest=f"sha256:{word}", content=said.encode(), created_at=now)
    record = Record.objects.filter(brand=brand).latest("pk")
    Record.objects.filter(pk=record.pk).update(export_status="Exported")
    return House(brand, word, owner, reader, clerk)


def _let_in(brand: Brand, owner: Login, said: str, now: datetime) -> None:
    """Keys, tokens, another login, and what a key was used for."""
    key, _clear = create_appkey(brand=brand, label=f"Key {said}", partner=f"Partner {said}", at=now, by=BY)
    create_account_token(membership=owner.membership, at=now, by=BY, label=f"Token {said}")
    create_api_user(brand=brand, username=f"api {said}", full_name=said, company=said, at=now, by=f"By {said}")
    issue(membership=owner.membership, appkey=key, now=now)
    KeyUse.objects.create(appkey=key, hour=now, calls=3)
    IdempotencyKey.objects.create(
        brand=brand, actor=said, method="POST", path=f"/{said}", key=said, body_digest=said, created_at=now
    )


def _catalog(actor: Actor, word: str, said: str, now: datetime) -> None:
    add_entity_type(actor=actor, name=f"Type{word}", title=f"Type {said}", at=now)
    add_custom_field(actor=actor, entity_type="Customer", name=f"_{word}", label=said, identity=True, at=now)
    install(actor=actor, name=f"in-{word}", xml=_xml(word), at=now, description=f"About {said}")
    out = f'<Out><Type Name="Customer" /><Property Name="{word}" Type="Customer" Field="LastName" /></Out>'
    install(actor=actor, name=f"out-{word}", xml=out, at=now)
    xml = _xml(word).replace("<In>", f"<In><!-- draft of {word} -->")
    save_draft(actor=actor, name=f"in-{word}", xml=xml, note=f"Note {said}", at=now)
    body = json.dumps([_row(word, 1)]).encode()
    keep_sample(actor=actor, template=_template(actor, word), body=body, file_name=f"{said}.json", at=now)


def _xml(word: str) -> str:
    return f"""<In>
  <Type Name="Customer" ShouldInsert="true" ShouldUpdate="true" Match="_{word}" />
  <Property Name="Name of {word}" Type="Customer" Field="LastName" Required="true" />
  <Property Name="Mail" Type="Customer" Field="Email" />
  <Property Name="Id" Type="Customer" Field="_{word}" />
</In>"""


def _template(actor: Actor, word: str) -> Template:
    return Template.objects.get(brand=actor.brand, name=f"in-{word}")


def _row(word: str, number: int, name: str = "") -> dict[str, str]:
    """What is imported says it of itself, so that it is known wherever it is shown."""
    value = value_of(word)
    return {f"Name of {word}": f"{number} {name}{value}", "Mail": f"{value}@x.example", "Id": f"{value}-{number}"}


def value_of(word: str) -> str:
    """The word of what was imported."""
    return f"kept{word}"


def _runs(actor: Actor, word: str, said: str, now: datetime) -> list[Run]:
    """An import with a row that failed, an edit, an undo that was only simulated, one that was not; and a plan."""
    rows = [_row(word, 1), _row(word, 2), {"Id": f"{value_of(word)}-3", "Mail": f"no mail of {value_of(word)}"}]
    done = _imported(actor, rows, word, now)
    FailedRow.objects.filter(run=done).update(edited=json.dumps({"Id": value_of(word)}))
    first, second = Record.objects.filter(brand=actor.brand).order_by("pk")
    values = {"LastName": f"edited <b>{value_of(word)}</b>", "Parent": second.pk}
    edit_records(
        actor=actor,
        changes=[RecordChange("Customer", "change", record=first.pk, values=values)],
        clock=lambda: now,
        trigger="ui",
    )
    later = _imported(actor, [_row(word, 4)], word, now)
    undone = [start_undo(actor=actor, run=later.pk, simulate=only, clock=lambda: now) for only in (True,)]
    ended = [perform(run=run.pk, holder=f"holder {said}", clock=lambda: now) for run in undone]
    waiting = start_import(
        actor=actor,
        template=f"in-{word}",
        body=json.dumps([_row(word, 5)]).encode(),
        file_name=f"{said}.json",
        options=ImportOptions(),
        clock=lambda: now,
    )
    plan = _imported(actor, [_row(word, 1, "changed "), _row(word, 6)], word, now, simulate=True)
    return [done, later, *ended, waiting, plan]


def _imported(actor: Actor, rows: list[dict[str, str]], word: str, now: datetime, *, simulate: bool = False) -> Run:
    run = start_import(
        actor=actor,
        template=f"in-{word}",
        body=json.dumps(rows).encode(),
        file_name=f"rows of <b>{word}</b>.json",
        options=ImportOptions(simulate=simulate),
        clock=lambda: now,
    )
    return perform(run=run.pk, holder="tests", clock=lambda: now)


def _syncs(actor: Actor, word: str, said: str, plan: Run, now: datetime) -> None:
    """A connection, a sync with a past whose last turn is held, and what was told of it."""
    values = {"address": f"https://{word}.example/api", "auth": "bearer", "token": f"secret-{word}", "per_minute": "0"}
    connection = save_connection(
        actor=actor, connector="http_json", name=f"CRM {said}", values=values, clock=lambda: now
    )
    form = SyncForm(
        name=f"Sync {said}",
        direction="pull",
        connection=connection.pk,
        template=f"in-{word}",
        rule={"every": 1, "unit": "days", "at": "02:00"},
        guards={"inserts": {"most": 1}},
        protected=(f"Customer._{word}",),
    )
    sync = save_sync(actor=actor, form=form, clock=lambda: now)
    wishes = NoticeForm(emails=[f"ops@{word}.example"], webhook=f"https://{word}.example/hook")
    save_notices(actor=actor, form=wishes, clock=lambda: now)
    error = {"code": "remote_failing", "params": {"host": f"{word}.example", "status": 503, "excerpt": said}}
    failed = _turn(sync, now, 3, status=TurnStatus.FAILED, error=error, asked_by=said, watermark=f"mark {said}")
    held = [{"code": "guard_inserts", "params": {"count": 2, "most": 1}, "operation": "Insert", "rows": [1, 2]}]
    _turn(sync, now, 1, status=TurnStatus.HELD, run=plan, held=held, columns={word: "Text"})
    Sync.objects.filter(pk=sync.pk).update(
        health=Health.HELD, health_since=now, rows=2, watermark=f"mark {said}", columns={word: "Text"}
    )
    event = SyncEvent.objects.create(sync=sync, turn=failed, at=now, before=Health.WELL, after=Health.FAILING)
    Notice.objects.create(
        brand=actor.brand,
        event=event,
        key=f"key-{word}",
        kind="failing",
        channel="email",
        address=f"ops@{word}.example",
        subject=f"About {said}",
        body=f"Told of {said}",
        created_at=now,
        due_at=now,
    )


def _turn(sync: Sync, now: datetime, days: int, **more: Any) -> SyncTurn:
    at = now - timedelta(days=days)
    ended = None if "run" in more else at + timedelta(seconds=3)
    return SyncTurn.objects.create(sync=sync, due_at=at, started_at=at, finished_at=ended, rows=2, **more)


def every_model() -> Iterator[type[models.Model]]:
    """The models of the site whose rows belong to brands."""
    for label in APPS:
        for model in apps.get_app_config(label).get_models():
            if model.__name__ not in OF_THE_SITE:
                yield model


def rows_of(model: type[models.Model]) -> list[tuple[Any, ...]]:
    """Every row, all of it."""
    found = model._default_manager.order_by("pk").values_list()
    return [tuple(bytes(value) if isinstance(value, memoryview) else value for value in row) for row in found]


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of the three floors."""
    return {model.__name__: rows_of(model) for label in APPS for model in apps.get_app_config(label).get_models()}
