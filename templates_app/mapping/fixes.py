"""Quick fixes: what one click can do about a finding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from templates_app.catalog.types import Catalog
from templates_app.language.findings import Finding
from templates_app.language.nodes import Element
from templates_app.mapping.changes import Change
from templates_app.mapping.words import Words


@dataclass(frozen=True, slots=True)
class Fix:
    """`words` go on the button. Either a `change` of the tree, or an act of the library that the door carries out:

    `act="create_field"` with `entity`, `name`, `kind` (and `target` for a reference), or `act="declare_key"` with
    `entity`, `fields` (comma separated), `unique` ("true" / "false"). The act does not change the template.
    """

    words: Words
    change: Change | None = None
    act: str = ""
    params: Mapping[str, str] = field(default_factory=dict)


def fixes_for(finding: Finding, root: Element, catalog: Catalog) -> tuple[Fix, ...]:
    """What can be done about a finding of this very tree (its line and column are those of `root`), best first."""
    return ()
