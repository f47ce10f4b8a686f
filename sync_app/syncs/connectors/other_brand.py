"""Another brand of this site: what its export templates give, and what its import templates take.

Both brands ask for their own rights, of the person the sync acts as, each time: who leaves the other brand, or loses a
right there, takes the sync with them.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext

from integration_admin.accounts.access import Actor, NotAllowed, site_actor
from integration_admin.accounts.models import Brand, Right
from sync_app.models import IdempotencyKey, Run, RunStatus
from sync_app.runs.errors import RunConflict, TemplateNotFound, WrongDirection
from sync_app.runs.finding import find_run
from sync_app.runs.loading import callable_version
from sync_app.runs.options import FileOptions, ImportOptions
from sync_app.runs.sentences import message
from sync_app.runs.since import written_at
from sync_app.runs.verbs import idempotency
from sync_app.runs.verbs.exporting import open_export
from sync_app.runs.verbs.going_on import standing_of, start_going_on
from sync_app.runs.verbs.importing import begin_import
from sync_app.runs.work.job import Progress
from sync_app.runs.work.perform import perform
from sync_app.storage import journal
from sync_app.syncs.connectors.base import Fetched, Link, Refused, Sent, Setting, Sort, Tested, TransferFailed, Trouble
from sync_app.syncs.connectors.rows import batches, body_of, said
from sync_app.syncs.connectors.shared_settings import CHANGES, EXPORT_TEMPLATE, IMPORT_TEMPLATE
from templates_app.catalog.problems import Problem, gettext_noop
from templates_app.models import Direction
from templates_app.sources.rows import Source
from templates_app.sources.writers.items import write_items

METHOD: Final = "SYNC"
DONE: Final = 200
TAKEN: Final = (RunStatus.SUCCEEDED, RunStatus.WITH_FAILURES)
#: What is said where there is no template of a direction there.
NO_TEMPLATE: Final = {Direction.OUT: "other_brand_no_export", Direction.IN: "other_brand_no_import"}


class OtherBrand:
    """See `Connector`. A watermark is the cursor of an export there."""

    name = "other_brand"
    label = gettext_noop("Another brand of this site")
    form: Sequence[Setting] = (
        Setting(
            "brand",
            gettext_noop("Key of the other brand"),
            required=True,
            help=gettext_noop("Whoever saves a sync over this connection has to be a member there too."),
            begins_anew=True,
        ),
    )
    pull_form: Sequence[Setting] | None = (
        EXPORT_TEMPLATE,
        CHANGES,
    )
    push_form: Sequence[Setting] | None = (
        IMPORT_TEMPLATE,
        Setting("batch", gettext_noop("Items in one run there"), Sort.WHOLE, default=2000, least=1, most=100_000),
    )

    def test(self, link: Link) -> Tested:
        """Whether the person who tests may import and export there."""
        there = _there(link)
        rights = {
            Right.EXPORT: (gettext("You may fetch from there."), gettext("You may not fetch from there.")),
            Right.IMPORT: (gettext("You may send there."), gettext("You may not send there.")),
        }
        lines = [gettext("You are a member of {brand}.").format(brand=there.brand.name)]
        lines += [yes if there.may(right) else no for right, (yes, no) in rights.items()]
        return Tested(ok=any(there.may(right) for right in rights), lines=lines)

    def wrong_transfer(
        self, *, actor: Actor, settings: Mapping[str, Any], transfer: Mapping[str, Any], pulls: bool
    ) -> Mapping[str, Problem]:
        """A template that is not there, told to those only who are members there."""
        brand = Brand.objects.filter(key=_key_of(settings), active=True).exclude(pk=actor.brand.pk).first()
        if actor.user is None or brand is None:
            return {}
        template, direction = str(transfer.get("template", "")), Direction.OUT if pulls else Direction.IN
        with suppress(NotAllowed):
            there = site_actor(user=actor.user, brand=brand)
            try:
                with _named(there, template, direction):
                    callable_version(actor=there, name=template, direction=direction)
            except TransferFailed as failed:
                return {"template": Problem(failed.code, failed.params)}
        return {}

    def pull(self, link: Link, *, watermark: str) -> Fetched:
        """An export there. Raises TransferFailed, and NotAllowed and RunRefused like one asked for there."""
        template = str(link.transfer.get("template", ""))
        cursor = watermark if link.transfer.get("changes", True) else ""
        out = _Body()
        link.beat()
        # No beat inside: the export reads one snapshot, in which nothing can be written, not even a lease.
        there = _there(link)
        with (
            _named(there, template, Direction.OUT),
            open_export(actor=there, template=template, cursor=cursor or None, clock=link.now) as export,
        ):
            write_items(export.items, kind="json", columns=(), out=out)
        return Fetched(
            body=out.getvalue(), kind="json", name=f"{template}.json", watermark=export.cursor, complete=not cursor
        )

    def moment_of(self, settings: Mapping[str, Any], mark: str, zone: ZoneInfo) -> datetime | None:
        """When what a cursor stands at was written in the other brand."""
        there = Brand.objects.filter(key=_key_of(settings)).values_list("pk", flat=True).first()
        return written_at(brand=there, cursor=mark) if there is not None else None

    def settle(self, link: Link, *, receipt: Mapping[str, Any], ok: bool) -> None:
        """Nothing is acknowledged there."""

    def push(self, link: Link, *, items: Iterator[Mapping[str, Any]], key: str, skip: int) -> Iterator[Sent]:
        """A run there for each batch, once for a key. Raises like an import that is asked for there."""
        size = int(link.transfer.get("batch") or 2000)
        for position, batch in batches(items, size=size, skip=skip):
            link.beat()
            sending = _Batch(link, batch, key=f"{key}-{position}")
            with _named(sending.there, sending.template, Direction.IN):
                answer = sending.answer()
            told = [Refused(position + row - 1, code, text) for row, code, text in answer.failed]
            if answer.rows:
                yield Sent(delivered=answer.rows - len(told), refused=told, note=str(answer.run.pk))
            if answer.run.status not in TAKEN:
                raise _unfinished(answer.run)

    def begun(self, settings: Mapping[str, Any], key: str) -> bool:
        """Whether a run there has come of what was sent under this key."""
        kept = IdempotencyKey.objects.filter(brand__key=_key_of(settings), method=METHOD, key__startswith=f"{key}-")
        return kept.exclude(run=None).exists()


def _key_of(settings: Mapping[str, Any]) -> str:
    return str(settings.get("brand", "")).strip().lower()


def _there(link: Link) -> Actor:
    """The person of the sync in the other brand. A brand that is not there and one that is closed are the same."""
    key = _key_of(link.settings)
    brand = Brand.objects.filter(key=key, active=True).first()
    if link.actor.user is None or brand is None:
        raise TransferFailed("other_brand_closed", Trouble.SETTINGS, brand=said(key))
    if brand.pk == link.brand:
        raise TransferFailed("other_brand_same", Trouble.SETTINGS)
    try:
        return site_actor(user=link.actor.user, brand=brand)
    except NotAllowed:
        raise TransferFailed("other_brand_closed", Trouble.SETTINGS, brand=said(key)) from None


@contextmanager
def _named(there: Actor, template: str, direction: Direction) -> Iterator[None]:
    """A template that is not there is told with its name and its brand: nobody would know which of two is meant."""
    try:
        yield
    except (TemplateNotFound, WrongDirection):
        told: dict[str, Any] = {"brand": there.brand.key, "template": said(template)}
        raise TransferFailed(NO_TEMPLATE[direction], Trouble.SETTINGS, **told) from None


@dataclass(frozen=True, slots=True)
class _Answer:
    """What became of a batch: its last run, how many of its first `rows` are done with, and who of them was refused."""

    run: Run
    rows: int
    failed: list[tuple[int, str, str]]


class _Batch:
    """The same key and batch, the same run: the key is settled in the transaction that makes it.

    Whoever comes back to a run that is still open carries it out. One that broke off keeps its key, so that nothing it
    wrote is written again: what it had not begun goes on as another batch, but where rows or references wait for rows
    to come, as another run over the same batch, under a key that names the one before.
    """

    def __init__(self, link: Link, batch: Sequence[Mapping[str, Any]], *, key: str) -> None:
        self._link = link
        self._size = len(batch)
        self._body = body_of(batch)
        self._digest = hashlib.sha256(self._body).hexdigest()
        self._key = f"{key}-{self._digest[:12]}"
        self.there = _there(link)
        self.template = str(link.transfer.get("template", ""))
        self._beating = _Beating(link.beat)

    def answer(self) -> _Answer:
        """Raises TransferFailed, and whatever an import raises that is not begun."""
        runs: list[Run] = []
        while True:
            claim = self._claimed(runs)
            replay = claim.replay
            run, source = self._begun(claim, runs) if replay is None else (self._earlier(replay.run), None)
            if run.is_open:
                run = self._performed(run, source)
                replay = None
            self._beating.require()
            if run.is_open:
                raise _unfinished(run)
            runs.append(run)
            if run.status in TAKEN:
                return self._answer(runs, rows=self._size)
            standing = standing_of(run)
            if not standing.unsettled:
                if not standing.after:
                    idempotency.forget(claim=claim, run=run.pk)
                return self._answer(runs, rows=standing.after)
            if replay is None:
                return self._answer(runs, rows=0)

    def _claimed(self, earlier: Sequence[Run]) -> idempotency.Claim:
        """Raises TransferFailed `other_brand_busy`."""
        try:
            return idempotency.claim(
                actor=self.there,
                method=METHOD,
                path=f"{self._link.brand}/{self.template}",
                key=f"{self._key}-{earlier[-1].pk}" if earlier else self._key,
                body_digest=self._digest,
                clock=self._link.now,
            )
        except RunConflict:
            raise TransferFailed("other_brand_busy", Trouble.AGAIN, brand=self.there.brand.key) from None

    def _earlier(self, run: int | None) -> Run:
        return find_run(actor=self.there, run=run or 0)

    def _begun(self, claim: idempotency.Claim, earlier: Sequence[Run]) -> tuple[Run, Source | None]:
        """One queued run there, with its source where that is open. What refuses to begin it frees the key."""

        def settle(run: Run) -> None:
            idempotency.settle(claim=claim, status=DONE, answer=b"", run=run.pk)

        told: dict[str, Any] = {"actor": self.there, "trigger": "schedule", "clock": self._link.now, "note": settle}
        try:
            if earlier:
                return start_going_on(run=earlier[-1], **told), None
            told |= {"file_name": "", "kind": "json", "options": ImportOptions(), "file": FileOptions()}
            begun = begin_import(template=self.template, body=self._body, **told)
        except BaseException:
            idempotency.release(claim)
            raise
        return begun.run, begun.source

    def _performed(self, run: Run, source: Source | None) -> Run:
        holder, now = _holder(self._link), self._link.now
        return perform(run=run.pk, holder=holder, clock=now, on_progress=self._beating, opened=source)

    def _answer(self, runs: Sequence[Run], *, rows: int) -> _Answer:
        found = sorted(failed for run in runs for failed in _failed(run, rows=rows))
        return _Answer(runs[-1], rows, found)


def _holder(link: Link) -> str:
    return f"sync of brand {link.brand}"


def _unfinished(run: Run) -> TransferFailed:
    told: dict[str, Any] = {"brand": run.brand.key, "run": run.pk, "status": run.status}
    return TransferFailed("other_brand_unfinished", Trouble.AGAIN, **told)


class _Body(io.BytesIO):
    """What an import takes, and no more."""

    def write(self, part: Any, /) -> int:
        """Raises TransferFailed `body_too_large`."""
        written = super().write(part)
        if self.tell() > settings.MAX_BODY_BYTES:
            raise TransferFailed("body_too_large", Trouble.ANSWER, limit=settings.MAX_BODY_BYTES)
        return written


class _Beating:
    """Beats as the run there goes on, which ends whatever becomes of the turn: half of a batch would help nobody."""

    def __init__(self, beat: Callable[[], None]) -> None:
        self._beat = beat
        self._lost: Exception | None = None

    def __call__(self, _progress: Progress) -> None:
        try:
            self._beat()
        except Exception as error:  # noqa: BLE001 - whatever it is, `require` raises it
            self._lost = error

    def require(self) -> None:
        """Raises what the last beat raised."""
        if self._lost is not None:
            raise self._lost


def _failed(run: Run, *, rows: int) -> list[tuple[int, str, str]]:
    """Row, code and message of the first rows that were refused, by position."""
    found = []
    for row, (code, kept) in sorted(journal.failures(run=run.pk).items()):
        if row <= rows:
            problems = journal.decode_problems(kept)
            found.append((row, code, said(message(problems[0] if problems else Problem(code)))))
    return found
