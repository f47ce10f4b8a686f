"""Edits of the mapping view: a change applied to a tree gives a new tree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from templates_app.catalog.types import Catalog
from templates_app.language.nodes import Element
from templates_app.mapping.changes import Change

__all__ = ["Edited", "change_from", "edit"]


@dataclass(frozen=True, slots=True)
class Edited:
    """`root` is a new tree, ready for `write`; `path` the address where the changed, added or moved element now stands,
    where the focus goes; of a removed one, what took its place, else its parent."""

    root: Element
    path: str


def change_from(mapping: Mapping[str, Any]) -> Change:
    """The change that JSON-like data describes. Raises `EditRefused` where it makes no sense."""
    raise NotImplementedError


def edit(root: Element, change: Change, *, catalog: Catalog | None = None) -> Edited:
    """The tree after this change. `root` stays as it is: undo is the caller's, who keeps the XML.

    With a catalog, typed rows find fields by label or loosely written name. Comments, and everything the change does
    not name, stay as they are. Raises `EditRefused` where the change cannot be expressed, never for findings.
    """
    raise NotImplementedError
