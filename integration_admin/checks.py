"""What must agree between settings, said before the site starts by `manage.py check` (the last by `check --deploy`)."""

from __future__ import annotations

import math
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register, run_checks
from django.core.exceptions import ImproperlyConfigured

LOCAL_HOSTS: Final = frozenset({"localhost", "127.0.0.1", "[::1]", "testserver"})
# As many as Django's own check of a site to be deployed (security.W009) asks for.
SHORTEST_SECRET: Final = 50
FEWEST_SIGNS: Final = 8

Apps = Sequence[AppConfig] | None


def require_sound() -> None:
    """Raises ImproperlyConfigured where settings about who may reach the site are not to be served with."""
    found = run_checks(tags=[Tags.security, Tags.compatibility])
    wrong = [one for one in found if one.is_serious() and not one.is_silenced()]
    if wrong:
        raise ImproperlyConfigured(" ".join(f"{one.msg} {one.hint or ''}".strip() for one in wrong))


@register()
def queue_offers_no_task_twice(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """A task is offered again after `retry` seconds, counted from when a worker took it, waiting included."""
    queue = settings.Q_CLUSTER
    waiting = 1 + math.ceil((queue["queue_limit"] + 1) / queue["workers"])
    if queue["retry"] > queue["timeout"] * waiting:
        return []
    hint = f"Set retry above timeout * {waiting}."
    return [Error("The queue would start a running task a second time.", hint=hint, id="house.E001")]


@register(Tags.security)
def debug_stays_at_home(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """DEBUG shows settings and sources to whoever causes an error."""
    away = sorted(set(settings.ALLOWED_HOSTS) - LOCAL_HOSTS)
    if not settings.DEBUG or not away:
        return []
    hint = f"Unset DEBUG, or remove {', '.join(away)} from ALLOWED_HOSTS."
    return [Error("DEBUG is on, and the site answers to names that others can reach.", hint=hint, id="house.E002")]


@register(Tags.security)
def secrets_are_strong(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """SECRET_KEY signs sessions and queued tasks; CREDENTIAL_KEY protects the digests of keys and tokens."""
    found: list[CheckMessage] = []
    for number, name in ((3, "SECRET_KEY"), (4, "CREDENTIAL_KEY")):
        value = getattr(settings, name)
        if len(value) < SHORTEST_SECRET or len(set(value)) < FEWEST_SIGNS:
            hint = f"Give {name} at least {SHORTEST_SECRET} random characters, or leave it out to have one made."
            found.append(Error(f"{name} can be guessed.", hint=hint, id=f"house.E00{number}"))
    return found


@register(Tags.security)
def data_is_the_owners(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """The data folder holds secrets, bodies being read and, with SQLite, every record."""
    folder = Path(settings.DATA_DIR)
    mode = folder.stat().st_mode
    if not mode & (stat.S_IRWXG | stat.S_IRWXO):
        return []
    return [Warning(f"Others on this machine may enter {folder}.", hint=f"chmod 700 {folder}", id="house.W001")]


@register(Tags.security, deploy=True)
def machines_count_together(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """With PostgreSQL there may be several machines; only Redis lets them share what is kept about guesses."""
    if settings.REDIS_URL or settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        return []
    hint = "Set REDIS_URL, or run one machine only."
    return [Warning("Each machine counts guesses at passwords on its own.", hint=hint, id="house.W002")]


@register()
def folders_are_there(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """The folder of a network may be mounted later, so that its absence stops nothing."""
    absent = [str(root) for root in settings.FILE_DROP_ROOTS if not root.is_dir()]
    hint = "Make it, or mount it, before a sync looks for files there."
    return [Warning(f"FILE_DROP_ROOTS names no folder: {path}", hint=hint, id="house.W003") for path in absent]
