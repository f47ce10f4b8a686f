"""Edits of the mapping view: a change applied to a tree gives a new tree."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from templates_app.catalog.problems import Problem
from templates_app.catalog.types import Catalog
from templates_app.language.findings import Finding
from templates_app.language.nodes import Element
from templates_app.language.reader import read
from templates_app.language.writer import write
from templates_app.mapping.edits import changes
from templates_app.mapping.edits.change_reading import change_from, mapping_of
from templates_app.mapping.edits.changes import Change, Many
from templates_app.mapping.edits.document import Document, copied
from templates_app.mapping.edits.elements import add, duplicate, move, remove, retag, set_attributes
from templates_app.mapping.edits.maps import set_pairs
from templates_app.mapping.edits.rows import couple, set_key, set_names, set_target, uncouple
from templates_app.mapping.edits.typed_rows import add_rows
from templates_app.mapping.edits.types import rename, set_entity, set_match, set_test
from templates_app.mapping.places import path_of
from templates_app.mapping.refusals import EditRefused

__all__ = ["Edited", "change_from", "edit", "mapping_of", "not_kept"]


#: What the reader passes over and a tree does not hold: writing it back would lose it.
_NOT_KEPT: Final = frozenset({"text_not_allowed", "xml_cdata", "xml_instruction"})


@dataclass(frozen=True, slots=True)
class Edited:
    """`xml` is the new text and `root` its tree, places included, so that findings of it lead to its elements.

    `path` is the address where the changed, added or moved element now stands, where the focus goes; of a removed one,
    what took its place, else its parent.
    """

    root: Element
    xml: str
    path: str


def not_kept(findings: Iterable[Finding]) -> Problem | None:
    """Why a text with these findings of the reader cannot be edited as a table (it would lose something), or None."""
    lost = next((finding for finding in findings if finding.code in _NOT_KEPT), None)
    return Problem("edit_would_lose", {"line": lost.line}) if lost is not None else None


def edit(root: Element, change: Change, *, catalog: Catalog | None = None) -> Edited:
    """The template after this change. `root` stays as it is: undo is the caller's, who keeps the XML.

    With a catalog, typed names find fields by label or loose spelling. Comments, and everything the change does not
    name, stay as they are. Raises `EditRefused` where the change cannot be expressed, never for findings.
    """
    document = Document(copied(root), catalog)
    focus = _applied(document, change)
    path = path_of(document.root, focus) or ""
    try:
        xml = write(document.root)
    except ValueError:
        raise EditRefused("edit_text_unfit") from None
    again = read(xml).root
    if again is None:
        raise EditRefused("edit_too_large")
    return Edited(root=again, xml=xml, path=path)


def _applied(document: Document, change: Change) -> Element:
    """The element where the focus goes."""
    if isinstance(change, Many):
        focus = document.root
        for one in change.changes:
            focus = _applied(document, one)
        return focus
    return _EDITS[type(change)](document, change)


_EDITS: Final[Mapping[type[Any], Callable[[Document, Any], Element]]] = {
    changes.AddRows: add_rows,
    changes.Add: add,
    changes.SetAttributes: set_attributes,
    changes.SetNames: set_names,
    changes.SetTarget: set_target,
    changes.SetKey: set_key,
    changes.SetMatch: set_match,
    changes.SetTest: set_test,
    changes.SetPairs: set_pairs,
    changes.Rename: rename,
    changes.SetEntity: set_entity,
    changes.Couple: couple,
    changes.Uncouple: uncouple,
    changes.Move: move,
    changes.Remove: remove,
    changes.Duplicate: duplicate,
    changes.Retag: retag,
}
