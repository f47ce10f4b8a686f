"""From which point on: `since` (UTC, 14 digits) and the signed cursor, both mapped to a revision of the brand."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from django.core import signing

from sync_app.models import Revision
from sync_app.runs.errors import RunRefused

DIGITS = re.compile(r"[0-9]{14}")
MARGIN = timedelta(seconds=5)
FUTURE = timedelta(minutes=5)
#: Whoever asks since earlier asks for everything; calendars end at the year 1, and the margin reaches before it.
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
SALT = "sync_app.export.cursor"


def parse_since(text: str, *, now: datetime) -> datetime:
    """The moment `since` names. Raises RunRefused `since_invalid`, `since_in_future`.

    strptime alone would accept twelve digits as another moment, so the form is checked first.
    """
    if not DIGITS.fullmatch(text):
        raise RunRefused("since_invalid")
    try:
        moment = datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        raise RunRefused("since_invalid") from None
    if moment > now + FUTURE:
        raise RunRefused("since_in_future")
    return max(moment, EARLIEST)


def format_since(stamp: datetime) -> str:
    """The stamp in the form `since` takes."""
    return stamp.astimezone(UTC).strftime("%Y%m%d%H%M%S")


def sign_cursor(*, brand: int, revision: int, template: int | None = None) -> str:
    """A cursor that only this brand can use, for this template only if one is given.

    What another template shows may have changed before: who asks it with this cursor would never see that.
    """
    of = [] if template is None else [template]
    return signing.dumps([brand, revision, *of], salt=SALT, compress=False)


def read_cursor(text: str, *, brand: int, template: int | None = None) -> int:
    """The revision of a cursor. Raises RunRefused `cursor_invalid` for another brand's or template's, or one not ours.

    One that was given for no template in particular is for all of them; without `template` any of the brand's is read.
    """
    try:
        owner, revision, *of = signing.loads(text[:500], salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        raise RunRefused("cursor_invalid") from None
    if owner != brand or (template is not None and of not in ([], [template])):
        raise RunRefused("cursor_invalid")
    return int(revision)


def written_at(*, brand: int, cursor: str) -> datetime | None:
    """When the last was written of what a cursor of this brand stands behind; None where nothing tells."""
    try:
        number = read_cursor(cursor, brand=brand)
    except RunRefused:
        return None
    until = Revision.objects.filter(brand=brand, number__lte=number)
    return until.order_by("-number").values_list("stamp", flat=True).first()
