"""Another brand of this site: what its export templates give, and what its import templates take.

Both brands ask for their own rights, of the person the sync acts as, each time: who leaves the other brand, or loses a
right there, takes the sync with them.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext

from integration_admin.accounts.access import Actor, NotAllowed, site_actor
from integration_admin.accounts.models import Brand, Right
from sync_app.models import Run, RunStatus
from sync_app.runs.errors import RunConflict
from sync_app.runs.finding import find_run
from sync_app.runs.sentences import message
from sync_app.runs.verbs import idempotency
from sync_app.runs.verbs.exporting import open_export
from sync_app.runs.verbs.import_now import import_now, rows_settled
from sync_app.runs.work.job import Progress
from sync_app.runs.work.perform import perform
from sync_app.storage import journal
from sync_app.syncs.connectors.base import Fetched, Link, Refused, Sent, Setting, Sort, Tested, TransferFailed, Trouble
from sync_app.syncs.connectors.rows import batches, body_of, said
from sync_app.syncs.connectors.shared_settings import CHANGES, EXPORT_TEMPLATE, IMPORT_TEMPLATE
from templates_app.catalog.problems import Problem, gettext_noop
from templates_app.sources.writers.items import write_items

METHOD: Final = "SYNC"
DONE: Final = 200
TAKEN: Final = (RunStatus.SUCCEEDED, RunStatus.WITH_FAILURES)


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

    def pull(self, link: Link, *, watermark: str) -> Fetched:
        """An export there. Raises NotAllowed, TemplateNotFound and RunRefused like one that is asked for there."""
        template = str(link.transfer.get("template", ""))
        cursor = watermark if link.transfer.get("changes", True) else ""
        out = _Body()
        link.beat()
        # No beat inside: the export reads one snapshot, in which nothing can be written, not even a lease.
        with open_export(actor=_there(link), template=template, cursor=cursor or None, clock=link.now) as export:
            write_items(export.items, kind="json", columns=(), out=out)
        return Fetched(
            body=out.getvalue(), kind="json", name=f"{template}.json", watermark=export.cursor, complete=not cursor
        )

    def settle(self, link: Link, *, receipt: Mapping[str, Any], ok: bool) -> None:
        """Nothing is acknowledged there."""

    def push(self, link: Link, *, items: Iterator[Mapping[str, Any]], key: str, skip: int) -> Iterator[Sent]:
        """A run there for each batch, once for a key. Raises like an import that is asked for there."""
        size = int(link.transfer.get("batch") or 2000)
        for position, batch in batches(items, size=size, skip=skip):
            link.beat()
            answer = _imported_once(link, batch, key=f"{key}-{position}")
            told = [Refused(position + row - 1, code, text) for row, code, text in answer.failed]
            if answer.rows:
                yield Sent(delivered=answer.rows - len(told), refused=told, note=str(answer.run.pk))
            if answer.run.status not in TAKEN:
                raise _unfinished(answer.run)


def _there(link: Link) -> Actor:
    """The person of the sync in the other brand. A brand that is not there and one that is closed are the same."""
    key = str(link.settings.get("brand", "")).strip().lower()
    brand = Brand.objects.filter(key=key, active=True).first()
    if link.actor.user is None or brand is None:
        raise TransferFailed("other_brand_closed", Trouble.SETTINGS, brand=said(key))
    if brand.pk == link.brand:
        raise TransferFailed("other_brand_same", Trouble.SETTINGS)
    try:
        return site_actor(user=link.actor.user, brand=brand)
    except NotAllowed:
        raise TransferFailed("other_brand_closed", Trouble.SETTINGS, brand=said(key)) from None


@dataclass(frozen=True, slots=True)
class _Answer:
    """What became of a batch: its run, how many of its first `rows` are done with, and who of them was refused."""

    run: Run
    rows: int
    failed: list[tuple[int, str, str]]


def _imported_once(link: Link, batch: Sequence[Mapping[str, Any]], *, key: str) -> _Answer:
    """The same key and batch, the same run: the key is settled in the transaction that makes it.

    Whoever comes back to a run that is still open carries it out. One that broke off keeps its key, so that nothing it
    wrote is written again: what it had not begun goes on as another batch. Raises TransferFailed.
    """
    there, template = _there(link), str(link.transfer.get("template", ""))
    body = body_of(batch)
    digest = hashlib.sha256(body).hexdigest()
    path = f"{link.brand}/{template}"
    try:
        claim = idempotency.claim(
            actor=there, method=METHOD, path=path, key=f"{key}-{digest[:12]}", body_digest=digest, clock=link.now
        )
    except RunConflict:
        raise TransferFailed("other_brand_busy", Trouble.AGAIN, brand=there.brand.key) from None
    beating = _Beating(link.beat)
    if claim.replay is None:
        run = _imported(link, there, template, body, claim=claim, beating=beating)
    else:
        run = find_run(actor=there, run=claim.replay.run or 0)
        if run.is_open:
            run = perform(run=run.pk, holder=_holder(link), clock=link.now, on_progress=beating)
    beating.require()
    if run.is_open:
        raise _unfinished(run)
    rows = len(batch) if run.status in TAKEN else rows_settled(run)
    if not rows:
        idempotency.forget(claim=claim, run=run.pk)
    return _Answer(run, rows, _failed(run, rows=rows))


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


def _imported(
    link: Link, there: Actor, template: str, body: bytes, *, claim: idempotency.Claim, beating: _Beating
) -> Run:
    """One run there. What refuses to begin it frees the key; once it is there, the key is its own."""

    def settle(run: Run) -> None:
        idempotency.settle(claim=claim, status=DONE, answer=b"", run=run.pk)

    try:
        return import_now(
            actor=there,
            template=template,
            body=body,
            kind="json",
            trigger="schedule",
            holder=_holder(link),
            clock=link.now,
            on_progress=beating,
            note=settle,
        )
    except BaseException:
        idempotency.release(claim)
        raise


def _failed(run: Run, *, rows: int) -> list[tuple[int, str, str]]:
    """Row, code and message of the first rows that were refused, by position."""
    found = []
    for row, (code, kept) in sorted(journal.failures(run=run.pk).items()):
        if row <= rows:
            problems = journal.decode_problems(kept)
            found.append((row, code, said(message(problems[0] if problems else Problem(code)))))
    return found
