"""Ways to reach somebody: addresses of the web, of mail, and telephone numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

from templates_app.catalog.kinds.base import Kind, Setting
from templates_app.catalog.kinds.plain import kept_text, source_text
from templates_app.catalog.problems import Refused

_LINK_LENGTH: Final = 2_000
_MAIL_LENGTH: Final = 254
_LOCAL_LENGTH: Final = 64

#: What most sources hold, taken in one look: a single plain address, a number with a digit at both ends.
_PLAIN_MAIL = re.compile(
    r"[\w+-]{1,30}(?:\.[\w+-]{1,30})?@(?:[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?\.){1,3}[a-z]{2,20}", re.ASCII
)
_PLAIN_PHONE = re.compile(r"[+(]?[0-9][0-9(). /-]{0,30}[0-9]")

_LOCAL = re.compile(r"[^\s@;,:<>()\[\]\\\".]+(?:\.[^\s@;,:<>()\[\]\\\".]+)*")
_LABEL = re.compile(r"[^\W_](?:(?:[^\W_]|-){0,61}[^\W_])?")
_PHONE = re.compile(r"[0-9+()\[\]./ \u00a0\u2009\u202f\u2010-\u2013-]+")


@dataclass(frozen=True, slots=True)
class Hyperlink(Kind):
    """A web address with `http` or `https` and a host, kept as written, at most 2,000 characters."""

    name: ClassVar[str] = "Hyperlink"

    def clean(self, value: object, setting: Setting) -> str | None:
        text = _line(value, _LINK_LENGTH)
        if text is not None and not _is_web_address(text):
            raise Refused("link_invalid", value=text)
        return text

    def text(self, value: str) -> str:
        return value


@dataclass(frozen=True, slots=True)
class Email(Kind):
    """One or several mail addresses, separated by `;`. Canonical: without blanks around them, as written else."""

    name: ClassVar[str] = "Email"
    max_length: int = 255

    def clean(self, value: object, setting: Setting) -> str | None:
        if type(value) is str and len(value) <= self.max_length and _PLAIN_MAIL.fullmatch(value):
            return value
        text = _line(value, self.max_length)
        if text is None:
            return None
        addresses = [address.strip() for address in text.split(";") if address.strip()]
        for address in addresses:
            if not _is_mail_address(address):
                raise Refused("email_invalid", value=address)
        return ";".join(addresses) or None

    def as_they_stand(self, values: Sequence[Any]) -> bool:
        return _all_are(_PLAIN_MAIL, values, self.max_length)

    def text(self, value: str) -> str:
        return value


@dataclass(frozen=True, slots=True)
class Phone(Kind):
    """A telephone number as written: digits, `+`, blanks, dots, dashes, slashes and brackets, with a digit at least."""

    name: ClassVar[str] = "Phone"
    max_length: int = 60

    def clean(self, value: object, setting: Setting) -> str | None:
        if type(value) is str and len(value) <= self.max_length and _PLAIN_PHONE.fullmatch(value):
            return value
        text = _line(value, self.max_length)
        if text is not None and not (_PHONE.fullmatch(text) and any("0" <= letter <= "9" for letter in text)):
            raise Refused("phone_invalid", value=text)
        return text

    def as_they_stand(self, values: Sequence[Any]) -> bool:
        return _all_are(_PLAIN_PHONE, values, self.max_length)

    def text(self, value: str) -> str:
        return value


def _all_are(plain: re.Pattern[str], values: Sequence[Any], max_length: int) -> bool:
    return set(map(type, values)) == {str} and max(map(len, values)) <= max_length and all(map(plain.fullmatch, values))


def _line(value: object, max_length: int) -> str | None:
    if isinstance(value, bool):
        raise Refused("value_shape", value="true" if value else "false")
    text = source_text(value)
    if text is None:
        return None
    kept = kept_text(text)
    if len(kept) > max_length:
        raise Refused("text_too_long", value=kept, max=max_length, length=len(kept))
    return kept


def _is_web_address(text: str) -> bool:
    if any(letter.isspace() for letter in text):
        return False
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(host)


def _is_mail_address(text: str) -> bool:
    local, at, domain = text.rpartition("@")
    if not at or len(text) > _MAIL_LENGTH or len(local) > _LOCAL_LENGTH:
        return False
    labels = domain.split(".")
    return bool(_LOCAL.fullmatch(local)) and len(labels) > 1 and all(_LABEL.fullmatch(label) for label in labels)
