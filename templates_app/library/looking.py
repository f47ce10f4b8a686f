"""Look at a text that is being written: what the mapping view shows of it, after changes made in that view."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from templates_app.catalog.kinds.base import Setting
from templates_app.catalog.problems import Problem
from templates_app.catalog.types import Catalog
from templates_app.language.checks.scope import NO_BRAND
from templates_app.language.findings import Finding
from templates_app.language.nodes import Element
from templates_app.language.reader import read
from templates_app.language.writer import write
from templates_app.library.checking import check_text
from templates_app.mapping.choices import Choices, choices_of
from templates_app.mapping.edits.apply import change_from, edit, not_kept
from templates_app.mapping.fixes.all_fixes import Fix, fixes_of
from templates_app.mapping.places import paths_at, row_of
from templates_app.mapping.refusals import EditRefused
from templates_app.mapping.table.lines import MappingTable
from templates_app.mapping.table.whole import table_of


@dataclass(frozen=True, slots=True)
class Found:
    """A finding, the address of the element it is about, and what one click can do about it."""

    finding: Finding
    path: str
    fixes: tuple[Fix, ...]


@dataclass(frozen=True, slots=True)
class LookedAt:
    """A text as its editor shows it. `table` and `choices` are None where there is no tree to show.

    `xml` is the text after the changes: the very text that was given when there were none, or one was `refused` (then
    none was made). `focus` is the address of the element changed last, `opened` those of `open_paths` as they are now.
    """

    xml: str
    found: tuple[Found, ...]
    publishable: bool
    table: MappingTable | None = None
    choices: Choices | None = None
    focus: str = ""
    opened: frozenset[str] = frozenset()
    refused: Problem | None = None


def look_at(
    *,
    xml: str,
    catalog: Catalog,
    setting: Setting = NO_BRAND,
    changes: Sequence[Mapping[str, Any]] = (),
    open_paths: Iterable[str] = (),
) -> LookedAt:
    """Makes the changes, all or none, and looks at what came of it. Never raises for what is in the text."""
    changed = _changed(xml, catalog, changes, tuple(open_paths))
    checked = check_text(xml=changed.xml, catalog=catalog, setting=setting)
    root = checked.root
    if root is None:
        found = tuple(Found(finding, "", ()) for finding in checked.findings)
        return LookedAt(xml=changed.xml, found=found, publishable=False, refused=changed.refused)
    return LookedAt(
        xml=changed.xml,
        found=_found(checked.findings, root, catalog),
        publishable=checked.publishable,
        table=table_of(root, catalog),
        choices=choices_of(root, catalog),
        focus=changed.focus,
        opened=frozenset(changed.opened),
        refused=changed.refused,
    )


@dataclass(frozen=True, slots=True)
class _Changed:
    xml: str
    opened: tuple[str, ...]
    focus: str = ""
    refused: Problem | None = None


def _changed(xml: str, catalog: Catalog, changes: Sequence[Mapping[str, Any]], open_paths: tuple[str, ...]) -> _Changed:
    if not changes:
        return _Changed(xml, open_paths)
    result = read(xml)
    root = result.root
    if root is None:
        return _Changed(xml, open_paths, refused=Problem("text_not_readable"))
    if refusal := not_kept(result.findings):
        return _Changed(xml, open_paths, refused=refusal)
    edited, text, focus = root, xml, ""
    try:
        for change in changes:
            done = edit(edited, change_from(change), catalog=catalog)
            edited, text, focus = done.root, done.xml, done.path
    except EditRefused as refused:
        return _Changed(xml, open_paths, refused=refused.problem)
    return _Changed(text, _followed(root, edited, open_paths, row_of(focus)), focus)


def _followed(before: Element, after: Element, paths: tuple[str, ...], focus: str) -> tuple[str, ...]:
    """Where the lines at these addresses stand now: the same text nearest by, else where it stood, or what changed."""
    old, new = ([write(element) for element in root.elements()] for root in (before, after))
    return tuple(_now(path, old, new, focus) for path in paths)


def _now(path: str, old: Sequence[str], new: Sequence[str], focus: str) -> str:
    if not (path.isascii() and path.isdigit() and int(path) < len(old)):
        return path
    index = int(path)
    same = [place for place, text in enumerate(new) if text == old[index]]
    if same:
        return str(min(same, key=lambda place: abs(place - index)))
    return path if len(old) == len(new) else focus


def _found(findings: Sequence[Finding], root: Element, catalog: Catalog) -> tuple[Found, ...]:
    fixes = fixes_of(findings, root, catalog)
    places = paths_at(root, ((finding.line, finding.column) for finding in findings))
    return tuple(Found(*one) for one in zip(findings, places, fixes, strict=True))
