"""Files, kept elsewhere by their digest."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from templates_app.catalog.kinds.base import Kind, Setting
from templates_app.catalog.kinds.plain import source_text
from templates_app.catalog.problems import Refused

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Binary(Kind):
    """A file the store holds. Canonical: `sha256:` and the 64 hexadecimal digits of its content's digest."""

    name: ClassVar[str] = "Binary"

    def clean(self, value: object, setting: Setting) -> str | None:
        text = source_text(value)
        if text is None:
            return None
        digest = text.lower()
        if not _DIGEST.fullmatch(digest):
            raise Refused("file_invalid", value=text)
        return digest

    def text(self, value: str) -> str:
        return value


class File(Binary):
    """Any file."""

    __slots__ = ()
    name = "File"


class Link(Binary):
    """A file linked to a record."""

    __slots__ = ()
    name = "Link"


class Signature(Binary):
    """The picture of a signature."""

    __slots__ = ()
    name = "Signature"


class SignatureMobile(Binary):
    """The picture of a signature given on a mobile device."""

    __slots__ = ()
    name = "SignatureMobile"
