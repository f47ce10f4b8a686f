"""The queue's broker, with a door-keeper: only what `worker.LISTED` names is ever handed to a worker.

The library resolves the function of a task by its dotted name, so that whoever could write a task or a schedule could
run any code of the machine. Here such a task is thrown away before a worker sees it.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import Any

from django_q.brokers import get_broker
from django_q.signing import BadSignature, SignedPackage

from integration_admin.cache_door import CacheAway, asking
from sync_app.syncs.running.worker import LISTED

log = logging.getLogger(__name__)


class ListedTasks:
    """The configured broker; what is not listed is deleted when it would be handed out."""

    def __init__(self) -> None:
        self._broker = get_broker()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._broker, name)

    def dequeue(self) -> list[tuple[int, str]] | None:
        """The next tasks, or None when there are none."""
        offered: list[tuple[int, str]] | None = self._broker.dequeue()
        if not offered:
            return None
        taken = [task for task in offered if is_listed(task[1])]
        for pk, _package in set(offered) - set(taken):
            log.error("a task that is not listed was thrown away", extra={"task": pk})
            self._broker.fail(pk)
        return taken

    def set_stat(self, key: str, value: str, timeout: int) -> None:
        """Twice a second: how the workers are. While the cache is away, that is told once and not by each."""
        with suppress(CacheAway), asking():
            self._broker.set_stat(key, value, timeout)


def is_listed(package: str) -> bool:
    """Whether the signed package names a listed callable, with arguments of its types and no options to run more."""
    try:
        task: dict[str, Any] = SignedPackage.loads(package)
    except (BadSignature, TypeError):
        return False
    types = LISTED.get(task["func"]) if isinstance(task.get("func"), str) else None
    plain = not task.get("kwargs") and not task.get("hook") and not task.get("chain")
    return plain and types is not None and tuple(type(value) for value in task.get("args", ())) == types
