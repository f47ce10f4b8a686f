"""Another brand of this site: what its export templates give, and what its import templates take.

Both brands ask for their own rights, of the person the sync acts as, each time: who leaves the other brand, or loses a
right there, takes the sync with them.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext

from integration_admin.accounts.access import Actor, NotAllowed, site_actor
from integration_admin.accounts.models import Brand, Right
from sync_app.models import Run, RunStatus
from sync_app.runs.errors import RunConflict
from sync_app.runs.sentences import message
from sync_app.runs.verbs import idempotency
from sync_app.runs.verbs.exporting import open_export
from sync_app.runs.verbs.import_now import import_now
from sync_app.runs.work.job import Progress
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
            told = [Refused(position + row - 1, code, text) for row, code, text in answer["failed"]]
            yield Sent(delivered=len(batch) - len(told), refused=told, note=str(answer["run"]))


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


def _imported_once(link: Link, batch: Sequence[Mapping[str, Any]], *, key: str) -> dict[str, Any]:
    """What became of a batch: `run`, and `failed` as [row, code, message]. The same key and batch, the same answer."""
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
    if claim.replay is not None:
        return dict(json.loads(claim.replay.body))
    beating = _Beating(link.beat)
    try:
        answer = _imported(link, there, template, body, beating)
    except BaseException:
        idempotency.release(claim)
        raise
    idempotency.settle(claim=claim, status=DONE, answer=json.dumps(answer).encode(), run=answer["run"])
    beating.require()
    return answer


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


def _imported(link: Link, there: Actor, template: str, body: bytes, beating: _Beating) -> dict[str, Any]:
    """One run there, to its end."""
    run = import_now(
        actor=there,
        template=template,
        body=body,
        kind="json",
        trigger="schedule",
        holder=f"sync of brand {link.brand}",
        clock=link.now,
        on_progress=beating,
    )
    if run.status not in TAKEN:
        told: dict[str, Any] = {"brand": there.brand.key, "run": run.pk, "status": run.status}
        raise TransferFailed("other_brand_unfinished", Trouble.AGAIN, **told)
    return {"run": run.pk, "failed": _failed(run)}


def _failed(run: Run) -> list[list[Any]]:
    """[row, code, message] of the rows that were refused, by position."""
    found = []
    for row, (code, kept) in sorted(journal.failures(run=run.pk).items()):
        problems = journal.decode_problems(kept)
        found.append([row, code, said(message(problems[0] if problems else Problem(code)))])
    return found
