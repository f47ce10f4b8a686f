"""Web addresses, read strictly: what several readers would understand differently is refused."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv6Address
from typing import Final
from urllib.parse import quote, unquote, urlencode, urljoin, urlsplit

import idna

from sync_app.syncs.one_turn import TransferFailed, Trouble
from templates_app.catalog.problems import shown

PORTS: Final = {"http": 80, "https": 443}
LONGEST: Final = 8_000
LONGEST_VALUE: Final = 4_000
UNFIT: Final = re.compile(r"[\x00-\x20\x7f-\xa0\\\u2028\u2029\ud800-\udfff]")
CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
SEPARATORS: Final = re.compile(r"[/\\]")
HOST: Final = re.compile(r"(?=.{1,253}\Z)[a-z0-9_](?:[a-z0-9_-]*)(?:\.[a-z0-9_-]+)*\.?", re.ASCII)
NUMBER_LAST: Final = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)\.?", re.ASCII)
BARE_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
KEPT_IN_PATH: Final = "/%:@!$&'()*+,;=-._~"
KEPT_IN_QUERY: Final = KEPT_IN_PATH + "?"
DOTS: Final = frozenset({".", ".."})
DECODED_AT_MOST: Final = 4


@dataclass(frozen=True, slots=True)
class Address:
    """An address in one spelling. `host` is ASCII and lower case, an IPv6 one without brackets; `path` and `query` are
    encoded, `path` begins with `/`.
    """

    scheme: str
    host: str
    port: int
    path: str
    query: str = ""

    @property
    def origin(self) -> tuple[str, str, int]:
        return self.scheme, self.host.rstrip("."), self.port

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.path}{'?' if self.query else ''}{self.query}"

    def holds(self, other: Address) -> bool:
        """Whether `other` lies at or below this address."""
        base = self.path.rstrip("/")
        return other.origin == self.origin and (other.path == base or other.path.startswith(base + "/"))

    def below(self, segments: Sequence[str], query: Iterable[tuple[str, str]] = ()) -> Address:
        """The address of these segments below this one. Each is one segment, whatever it holds."""
        path = "/".join([self.path.rstrip("/"), *map(_segment, segments)]) if segments else self.path
        return replace(self, path=path, query=urlencode(list(query), quote_via=quote))


def read_address(text: str, *, query: bool = False) -> Address:
    """The address that `text` spells; `query` says whether it may have one. Raises TransferFailed."""
    if not text or len(text) > LONGEST or UNFIT.search(text):
        raise invalid()
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise invalid() from None
    scheme = parts.scheme
    extra = parts.fragment or "#" in text or (("?" in text) and not query)
    if scheme not in PORTS or "@" in parts.netloc or "%" in parts.netloc or not parts.hostname or port == 0 or extra:
        raise invalid()
    host = _host(parts.hostname, bracketed="[" in parts.netloc)
    encoded = _encoded(parts.query, KEPT_IN_QUERY)
    return Address(scheme, host, port or PORTS[scheme], _path(parts.path), encoded)


def read_link(link: str, *, at: Address) -> Address:
    """Where a link found at this address leads: whole, or relative to it. Its `#…` is dropped."""
    if len(link) > LONGEST or UNFIT.search(link):
        raise invalid()
    try:
        joined = urljoin(at.url, link.partition("#")[0])
    except ValueError:
        raise invalid() from None
    return read_address(joined, query=True)


def invalid() -> TransferFailed:
    return TransferFailed("address_invalid", Trouble.SETTINGS)


def _host(host: str, *, bracketed: bool) -> str:
    if bracketed:
        try:
            return IPv6Address(host).compressed
        except ValueError:
            raise invalid() from None
    name = host.lower() if host.isascii() else _ascii(host)
    if not HOST.fullmatch(name):
        raise invalid()
    if NUMBER_LAST.fullmatch(name):
        try:
            return str(IPv4Address(name))
        except ValueError:
            raise TransferFailed("address_not_plain", Trouble.SETTINGS, host=name[:100]) from None
    return name


def _ascii(host: str) -> str:
    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        raise invalid() from None


def _path(path: str) -> str:
    encoded = _encoded(path, KEPT_IN_PATH) or "/"
    if _climbs(encoded):
        raise invalid()
    return encoded


def _encoded(text: str, kept: str) -> str:
    if BARE_PERCENT.search(text):
        raise invalid()
    return quote(text, safe=kept)


def fits_query(text: str) -> bool:
    """Whether this can be sent as a value, and kept until then."""
    return len(text) <= LONGEST_VALUE and not CONTROL.search(text)


def fits_path(part: str) -> bool:
    """Whether this can be one segment of an address."""
    return bool(part) and not CONTROL.search(part) and not _climbs(part)


def _segment(part: str) -> str:
    if not fits_path(part):
        raise TransferFailed("path_unfit", Trouble.SETTINGS, part=shown(part)[:100])
    return quote(part, safe="")


def _climbs(part: str) -> bool:
    """Whether a server that decodes once more than it should would leave the folder."""
    for _ in range(DECODED_AT_MOST):
        if DOTS & set(SEPARATORS.split(part)):
            return True
        part = unquote(part)
    return bool(DOTS & set(SEPARATORS.split(part)))
