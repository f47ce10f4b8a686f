"""The environment, read strictly: a value that is not understood stops the start and names its variable.

Every variable may also be given as `NAME_FILE`, the path of a file that holds the value (secrets of containers).
"""

from __future__ import annotations

import ipaddress
import os
import re
from email.utils import parseaddr
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from environ.fileaware_mapping import FileAwareMapping

YES: Final = frozenset({"1", "true", "yes", "on"})
NO: Final = frozenset({"0", "false", "no", "off"})
LAST_PORT: Final = 65_535
HOST: Final = re.compile(r"[A-Za-z0-9._-]+|\[?[0-9A-Fa-f:]+\]?", re.ASCII)
SENDER: Final = re.compile(r"[^@\s]+@[^@\s]+")
IN_MEMORY: Final = ":memory:"
DATABASE_SCHEMES: Final = ("sqlite", "postgres", "postgresql")
MAIL_SCHEMES: Final = ("smtp", "smtp+tls", "smtp+ssl", "consolemail", "filemail")
# A checkpoint of 16 MB at a time: with the 4 MB of old, an import copies the same pages of its indexes again and again.
SQLITE_PRAGMAS: Final = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-32000; PRAGMA wal_autocheckpoint=4000; "
    "PRAGMA temp_store=MEMORY; PRAGMA foreign_keys=ON"
)
#: A connection to the database serves the requests of its thread for so long.
KEPT_SECONDS: Final = 60
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

POSTGRES_TIMEOUTS: Final = "-c lock_timeout=20000 -c idle_in_transaction_session_timeout=120000"


def text(name: str, *, default: str = "") -> str:
    """The variable as text, outer blanks removed; `default` when it is absent or empty."""
    try:
        raw = FileAwareMapping(os.environ).get(name)
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error}") from error
    return str(raw or "").strip() or default


def flag(name: str, *, default: bool) -> bool:
    """`1 true yes on` or `0 false no off`, in any case; anything else is refused."""
    raw = text(name).lower()
    if not raw:
        return default
    if raw not in YES | NO:
        raise ImproperlyConfigured(f"{name} must be one of {sorted(YES)} or {sorted(NO)}, not {raw!r}.")
    return raw in YES


def number(name: str, *, default: int, low: int, high: int) -> int:
    """A whole number between `low` and `high`, both included."""
    raw = text(name)
    if not raw:
        return default
    if not (raw.isascii() and raw.isdigit() and low <= int(raw) <= high):
        raise ImproperlyConfigured(f"{name} must be a whole number from {low} to {high}, not {raw[:40]!r}.")
    return int(raw)


def choice(name: str, *, default: str, among: tuple[str, ...]) -> str:
    """One of the words of `among`, exactly as written there."""
    raw = text(name, default=default)
    if raw not in among:
        raise ImproperlyConfigured(f"{name} must be one of {list(among)}, not {raw!r}.")
    return raw


def names(name: str, *, default: tuple[str, ...] = ()) -> list[str]:
    """A list separated by commas."""
    raw = text(name)
    return [part.strip() for part in raw.split(",") if part.strip()] if raw else list(default)


def hosts_with_ports(name: str) -> list[str]:
    """A list of `host:port` separated by commas: the host as addresses write it, IPv6 without brackets, lower case."""
    found = []
    for part in names(name):
        host, _, port = part.rpartition(":")
        if not (HOST.fullmatch(host) and port.isascii() and port.isdigit() and 1 <= int(port) <= LAST_PORT):
            raise ImproperlyConfigured(f"{name} must be a list of host:port, not {part[:80]!r}.")
        found.append(f"{host.strip('[]').rstrip('.').lower()}:{int(port)}")
    return found


def networks(name: str) -> tuple[Network, ...]:
    """Networks or single addresses separated by commas, `10.0.0.0/8,2001:db8::1`."""
    try:
        return tuple(ipaddress.ip_network(part) for part in names(name))
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must hold networks such as 10.0.0.0/8: {error}.") from error


def folder(name: str, *, default: Path, outside: Path) -> Path:
    """An absolute folder, created for its owner only; refused when it lies inside the source tree `outside`."""
    path = Path(text(name, default=str(default))).expanduser()
    if not path.is_absolute():
        raise ImproperlyConfigured(f"{name} must be an absolute path, not {str(path)!r}.")
    path = path.resolve()
    if path.is_relative_to(outside):
        raise ImproperlyConfigured(f"{name} must lie outside the source tree {outside}: it holds data and secrets.")
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"{name} cannot be created: {error}") from error
    return path


def folders(name: str) -> list[Path]:
    """Absolute folders, separated by commas. They are not created: whoever names them has them."""
    found = [Path(part) for part in names(name)]
    for path in found:
        if not path.is_absolute() or ".." in path.parts:
            raise ImproperlyConfigured(f"{name} must name absolute folders, not {str(path)!r}.")
    return found


def web_address(name: str, *, schemes: tuple[str, ...]) -> str:
    """An address with one of the schemes and a host (a path for `unix`), or nothing."""
    raw = text(name)
    if not raw:
        return raw
    if raw.partition("://")[0] not in schemes:
        raise ImproperlyConfigured(f"{name} must begin with one of {[f'{scheme}://' for scheme in schemes]}.")
    if not _leads_somewhere(raw):
        raise ImproperlyConfigured(f"{name} must name a host, and after its colon a port from 1 to {LAST_PORT}.")
    return raw


def _leads_somewhere(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return bool(parts.path if parts.scheme == "unix" else parts.hostname and parts.port != 0)
    except ValueError:
        return False


def sender(name: str, *, default: str) -> str:
    """The address that mail comes from, `name@host` or `A name <name@host>`."""
    raw = text(name, default=default)
    _, address = parseaddr(raw)
    if not SENDER.fullmatch(address):
        raise ImproperlyConfigured(f"{name} must be the address of a sender, name@host, not {raw[:80]!r}.")
    return raw


def mail(name: str, *, folder: Path) -> dict[str, Any]:
    """Django's settings of mail; without the variable every message is a file in `folder`."""
    url = text(name, default=f"filemail:///{folder}")
    if url.partition("://")[0] not in MAIL_SCHEMES:
        raise ImproperlyConfigured(f"{name} must begin with one of {[f'{scheme}://' for scheme in MAIL_SCHEMES]}.")
    if url.startswith("smtp") and not _leads_somewhere(url):
        raise ImproperlyConfigured(f"{name} must name a host, and after its colon a port from 1 to {LAST_PORT}.")
    try:
        config: dict[str, Any] = environ.Env.email_url_config(url)
    except (ValueError, TypeError) as error:
        raise ImproperlyConfigured(f"{name} is not the address of a mail server.") from error
    return {setting: value for setting, value in config.items() if value is not None}


def database(name: str, *, default: Path) -> dict[str, Any]:
    """Django's `DATABASES["default"]`: SQLite (tuned for one writer that never loses a commit) or PostgreSQL."""
    url = text(name, default=f"sqlite:///{default}")
    if url.partition("://")[0] not in DATABASE_SCHEMES:
        raise ImproperlyConfigured(f"{name} must begin with sqlite:///, postgres:// or postgresql://.")
    try:
        config: dict[str, Any] = environ.Env.db_url_config(url)
    except (ValueError, TypeError) as error:
        raise ImproperlyConfigured(f"{name} is not a database address.") from error
    if not config.get("NAME"):
        raise ImproperlyConfigured(f"{name} names no database.")
    return _sqlite(name, config) if url.startswith("sqlite") else _postgres(config)


def _sqlite(name: str, config: dict[str, Any]) -> dict[str, Any]:
    """A file is named from the root: each program begins in a folder of its own, and would find another database."""
    if config["NAME"] != IN_MEMORY and not Path(config["NAME"]).is_absolute():
        raise ImproperlyConfigured(
            f"{name} must name an absolute path, sqlite:////srv/site.db, not {config['NAME']!r}."
        )
    options = {"timeout": 20, "transaction_mode": "IMMEDIATE", "init_command": SQLITE_PRAGMAS}
    # To open the file and set it up costs more than most requests ask of it.
    return {**config, "CONN_MAX_AGE": KEPT_SECONDS, "OPTIONS": {**config.get("OPTIONS", {}), **options}}


def _postgres(config: dict[str, Any]) -> dict[str, Any]:
    options = {"connect_timeout": 10, "options": POSTGRES_TIMEOUTS, **config.get("OPTIONS", {})}
    return {**config, "CONN_MAX_AGE": KEPT_SECONDS, "CONN_HEALTH_CHECKS": True, "OPTIONS": options}
