"""Entity tags: what a caller saw, so that a write over somebody else's change is noticed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any, Final

from sync_app.api.problems import DoorRefused

ANY: Final = "*"
TAG: Final = re.compile(r'(W/)?"([0-9]{1,9})-([0-9a-f]{16})"')
TAGS: Final = re.compile(r'\s*(?:W/)?"[\x21\x23-\x7e]*"\s*(?:,\s*(?:W/)?"[\x21\x23-\x7e]*"\s*)*')


def tag_of(version: int, content: bytes) -> str:
    """Changes with the record, and with what is shown of it: the label of a record it refers to, say."""
    return f'"{version}-{hashlib.blake2b(content, digest_size=8).hexdigest()}"'


def is_known(meta: Mapping[str, Any], tag: str) -> bool:
    """Whether If-None-Match names this tag: the caller has it."""
    given = str(meta.get("HTTP_IF_NONE_MATCH", "")).strip()
    return given == ANY or tag in {found.group().removeprefix("W/") for found in TAG.finditer(_checked(given))}


def seen_version(meta: Mapping[str, Any], version: int) -> int | None:
    """The version that a write builds on: the present one where If-Match names it, None where it says nothing.

    Raises DoorRefused 412 when If-Match names others only or none at all, or If-None-Match asks that there be no such
    record.
    """
    asked = meta.get("HTTP_IF_MATCH")
    given = str(asked or "").strip()
    if str(meta.get("HTTP_IF_NONE_MATCH", "")).strip() == ANY:
        raise changed_since()
    if asked is None or given == ANY:
        return None
    strong = {int(found[2]) for found in TAG.finditer(_checked(given)) if not found[1]}
    if version not in strong:
        raise changed_since()
    return version


def changed_since() -> DoorRefused:
    """The record is not what the caller saw."""
    return DoorRefused("precondition_failed", status=412)


def _checked(given: str) -> str:
    return given if TAGS.fullmatch(given) else ""
