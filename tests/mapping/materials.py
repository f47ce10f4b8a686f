"""Templates to try the mapping view on: the built-in ones, and every golden case of the checker that can be read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from templates_app.catalog.packs.planning import planning_pack
from templates_app.catalog.types import Catalog
from templates_app.language.nodes import Element
from templates_app.language.reader import read
from templates_app.mapping.edits.apply import Edited, edit
from templates_app.mapping.edits.change_reading import change_from
from tests.language.sample_catalog import SAMPLE_CATALOG

_ROOT: Final = Path(__file__).parents[2]
CASES: Final = tuple(sorted((_ROOT / "tests/language/cases").glob("*.xml")))
BUILTIN: Final = tuple(sorted((_ROOT / "templates_app/builtin").glob("*.xml")))


@dataclass(frozen=True, slots=True)
class Material:
    """A template that can be read, and the catalog it is meant for."""

    name: str
    xml: str
    catalog: Catalog

    @property
    def root(self) -> Element:
        """A fresh tree each time."""
        return tree(self.xml)


def tree(xml: str) -> Element:
    root = read(xml).root
    assert root is not None
    return root


def changed(xml: str, *changes: object, catalog: Catalog | None = SAMPLE_CATALOG) -> Edited:
    """The template after these changes, given as the data a page sends."""
    return edit(tree(xml), change_from({"verb": "many", "changes": list(changes)}), catalog=catalog)


def _materials() -> list[Material]:
    cases = [Material(path.stem, path.read_text(encoding="utf-8"), SAMPLE_CATALOG) for path in CASES]
    builtin = [Material(path.stem, path.read_text(encoding="utf-8"), planning_pack()) for path in BUILTIN]
    return [material for material in (*cases, *builtin) if read(material.xml).root is not None]


MATERIALS: Final = tuple(_materials())
