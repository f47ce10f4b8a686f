"""What sign-ins and mail leave behind: the worker's tick takes it away."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.contrib.sessions.models import Session

#: Messages that are files are kept as long as what the site notes of messages.
MAIL_KEPT: Final = timedelta(days=30)
AT_ONCE: Final = 5_000


def forget_sessions(*, now: datetime) -> int:
    """Deletes signed-in sessions that have ended; answers how many."""
    ended = Session.objects.filter(expire_date__lt=now).order_by("expire_date").values_list("pk", flat=True)
    return int(Session.objects.filter(pk__in=list(ended[:AT_ONCE])).delete()[0])


def forget_mail(*, now: datetime) -> int:
    """Deletes messages of more than a month ago from the site's own folder of mail; answers how many.

    A folder that EMAIL_URL names is left to whoever named it.
    """
    folder, before = Path(settings.DATA_DIR) / "mail", (now - MAIL_KEPT).timestamp()
    if not folder.is_dir():
        return 0
    gone = 0
    for file in folder.glob("*.log"):
        with suppress(FileNotFoundError):
            if file.stat().st_mtime < before:
                file.unlink()
                gone += 1
    return gone
