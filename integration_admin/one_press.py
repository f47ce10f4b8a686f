"""A form is taken once: two clicks, a reloaded answer or the same form in a second tab make nothing a second time.

Scripts take two clicks for one press as well (`frame.js`); this holds without them. A form carries `fresh()` in a
hidden input named `FIELD`. What is sent again with all its values is the same press; with other values it is another.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from integration_admin.cache_door import CacheAway, asking, keep

FIELD: Final = "once"
#: For as long as a form may stand open.
KEPT_SECONDS: Final = 24 * 3600
#: Signing in again in another tab gives an open form another one of these.
CHANGING: Final = "csrfmiddlewaretoken"
#: What is said of a press that is no first one.
SENT_BEFORE: Final = gettext_lazy("This form had been sent already. It was carried out once.")


@dataclass(slots=True)
class Press:
    """`first`: nothing has come of this form yet. `led_to`: where the first press has led; empty while not known.

    Whoever takes a first press sets `led_to`, or `made` to False where nothing came of it: it may be sent again then.
    """

    first: bool = True
    made: bool = True
    led_to: str = ""


def fresh() -> str:
    """What tells a form from every other one."""
    return secrets.token_urlsafe(12)


@contextmanager
def one_press(request: HttpRequest) -> Iterator[Press]:
    """The press that this POST is. A form without the hidden input is always a first one.

    Raises CacheAway before anything is done: nobody can tell then whether it is.
    """
    key = _key(request)
    if key is None:
        yield Press()
        return
    with asking():
        press = Press() if cache.add(key, "", KEPT_SECONDS) else Press(first=False, led_to=cache.get(key) or "")
    if not press.first:
        yield press
        return
    try:
        yield press
    except BaseException:
        press.made = False
        raise
    finally:
        if press.made:
            keep(key, press.led_to, seconds=KEPT_SECONDS)
        else:
            _forget(key)


def _forget(key: str) -> None:
    with suppress(CacheAway), asking():
        cache.delete(key)


def _key(request: HttpRequest) -> str | None:
    if request.method != "POST" or not request.POST.get(FIELD):
        return None
    sent = sorted((name, values) for name, values in request.POST.lists() if name != CHANGING)
    told = json.dumps([request.user.pk, request.path, sent])
    return f"press:{hashlib.sha256(told.encode()).hexdigest()}"
