"""The points at which somebody may be killed: functions of the product, before they do their work or after."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from django.core.handlers.wsgi import WSGIHandler
from django.db import DatabaseError

from sync_app.models import Run, SyncTurn
from tests.kill.orders import FOLDER, HERE, WORKERS, meet

Point = tuple[str, str]
BEFORE, AFTER = "before", "after"
COMMIT: Final = "django.db.backends.base.base:BaseDatabaseWrapper._commit"


def _both(*names: str) -> tuple[Point, ...]:
    return tuple((name, phase) for name in names for phase in (BEFORE, AFTER))


#: Whatever writes records, whoever performs it.
WRITING: Final = (
    *_both(
        COMMIT,
        "sync_app.storage.records:DatabaseRecords.write",
        "sync_app.storage.journal:append",
        "sync_app.storage.clock:_close",
        "sync_app.runs.work.lease:Lease.advance",
        "sync_app.runs.work.perform:claim",
        "sync_app.runs.work.perform:run_ended",
        "sync_app.runs.work.perform:_end",
    ),
    ("sync_app.runs.work.job:Job.tell", BEFORE),
)
#: A worker, with a task of the queue in its hands.
TASK: Final = _both("sync_app.syncs.running.worker:execute")
#: The web process, between a request and its answer.
ANSWERING: Final = (
    *_both(
        COMMIT,
        "sync_app.runs.verbs.idempotency:claim",
        "sync_app.runs.verbs.idempotency:settle",
        "sync_app.api.carrying_out:enqueue",
    ),
    ("django.core.handlers.wsgi:WSGIHandler.get_response", AFTER),
)
ACCEPTING: Final = _both("sync_app.runs.payload:keep")
PERFORMING: Final = _both("sync_app.api.carrying_out:perform")
PULLING: Final = _both(
    "sync_app.syncs.running.worker:transfer",
    "sync_app.syncs.turns.transfer:claim_turn",
    "tests.kill.lorry:Lorry.pull",
    "tests.kill.lorry:Lorry.settle",
    "sync_app.syncs.turns.pulling:begin_import",
    "sync_app.syncs.turns.pulling:_Pull.keep",
    "sync_app.runs.work.sync_ends:keep_watermark",
    "sync_app.runs.work.sync_ends:end_turn",
    "sync_app.syncs.turns.transfer:settle_turn",
)
JUDGING: Final = _both("sync_app.syncs.turns.transfer:judge_turn")
PUSHING: Final = (
    *_both(
        COMMIT,
        "sync_app.syncs.running.worker:transfer",
        "sync_app.syncs.turns.transfer:claim_turn",
        "sync_app.syncs.turns.pushing:new_sending",
        "sync_app.syncs.turns.pushing:_Sending._keep",
        "sync_app.syncs.turns.pushing:_Sending._end",
        "sync_app.syncs.turns.pushing:keep_watermark",
        "sync_app.syncs.turns.pushing:end_turn",
    ),
    ("tests.kill.lorry:send", AFTER),
)
EVERY: Final = {*WRITING, *TASK, *ANSWERING, *ACCEPTING, *PERFORMING, *PULLING, *JUDGING, *PUSHING}


def watch() -> None:
    """From now on this process, and those it forks, die where they are ordered to."""
    role = "web" if "gunicorn" in sys.modules or "gunicorn" in sys.argv[0] else "worker"
    for name in sorted({name for name, _phase in EVERY}):
        wrap(name, lambda original, name=name: _watched(original, name, role))  # type: ignore[misc]
    wrap("sync_app.syncs.running.worker:execute", lambda original: _for_brand_of(original, _brand_of_run))
    wrap("sync_app.syncs.running.worker:transfer", lambda original: _for_brand_of(original, _brand_of_turn))
    wrap("django.core.handlers.wsgi:WSGIHandler.__call__", _for_brand_in_address)
    wrap("django_q.cluster:worker", _known)


def wrap(name: str, around: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
    """Replace `module:name` or `module:Class.name` by what `around` makes of it."""
    module, _, path = name.partition(":")
    owner: Any = import_module(module)
    *parents, last = path.split(".")
    for parent in parents:
        owner = getattr(owner, parent)
    setattr(owner, last, around(getattr(owner, last)))


def _watched(original: Callable[..., Any], name: str, role: str) -> Callable[..., Any]:
    @wraps(original)
    def call(*args: Any, **kwargs: Any) -> Any:
        meet(name, BEFORE, role=role)
        answer = original(*args, **kwargs)
        meet(name, AFTER, role=role)
        return answer

    return call


def _for_brand_of(original: Callable[..., Any], brand_of: Callable[[int], str]) -> Callable[..., Any]:
    @wraps(original)
    def call(pk: int) -> Any:
        try:
            HERE.brand = brand_of(pk)
        except DatabaseError:
            HERE.brand = ""
        try:
            return original(pk)
        finally:
            HERE.brand = ""

    return call


def _brand_of_run(pk: int) -> str:
    return Run.objects.values_list("brand__key", flat=True).filter(pk=pk).first() or ""


def _brand_of_turn(pk: int) -> str:
    return SyncTurn.objects.values_list("sync__brand__key", flat=True).filter(pk=pk).first() or ""


def _for_brand_in_address(original: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(original)
    def call(handler: WSGIHandler, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        HERE.brand = environ.get("PATH_INFO", "").strip("/").partition("/")[0]
        try:
            answer: Iterable[bytes] = original(handler, environ, start_response)
            return answer
        finally:
            HERE.brand = ""

    return call


def _known(original: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(original)
    def call(*args: Any, **kwargs: Any) -> Any:
        known = Path(os.environ[FOLDER]) / WORKERS
        known.mkdir(exist_ok=True)
        (known / str(os.getpid())).touch()
        return original(*args, **kwargs)

    return call
