"""The schedule of a sync in the reader's language."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext, ngettext

from sync_app.syncs.schedules.reading import read_rule
from sync_app.syncs.schedules.words import in_words


def schedule_in_words(rule: Any) -> str:
    """What this rule (JSON of `Sync.rule`) says, as one sentence. A rule that cannot be read is said to be none."""
    return in_words(read_rule(rule).rule, gettext=gettext, ngettext=ngettext)
