"""All rules of the checker, by direction, and the one function that runs them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Final

from templates_app.catalog.kinds.base import Setting
from templates_app.catalog.types import Catalog
from templates_app.language.checks import (
    conditions,
    coupling,
    defaults,
    export_names,
    export_types,
    fields,
    keys,
    lists,
    maps,
    references,
    sample,
    step_arguments,
    step_order,
    types,
)
from templates_app.language.checks.scope import NO_BRAND, Scope
from templates_app.language.elements.rule import Direction
from templates_app.language.findings import Finding
from templates_app.language.grammar import direction_of
from templates_app.language.nodes import Element

Check = Callable[[Scope], Iterator[Finding]]

_BOTH: Final[tuple[Check, ...]] = (
    types.unknown_types,
    types.no_types,
    types.names_given_twice,
    types.undeclared_types,
    fields.unknown_fields,
    fields.retired_fields,
    conditions.conditions_of_one_test,
    conditions.bounds_written_otherwise,
    coupling.properties_without_source,
    coupling.sources_without_join,
    coupling.sources_after_steps,
    step_order.steps_that_cannot_follow,
    step_arguments.additions,
    step_arguments.replacements,
    step_arguments.number_signs,
    step_arguments.phone_regions,
    maps.map_steps,
    maps.named_maps,
    maps.cases,
    lists.empty_names,
)
CHECKS: Final[dict[Direction, tuple[Check, ...]]] = {
    "in": (
        *_BOTH,
        types.types_nothing_feeds,
        types.look_up_only,
        types.deletions,
        types.deletions_that_write,
        fields.fields_not_writable,
        fields.fields_fed_twice,
        fields.references_without_lookup,
        fields.required_fields_never_filled,
        keys.match_and_key,
        keys.undeclared_keys,
        keys.keys_not_fed,
        keys.types_without_key,
        references.links_to_nowhere,
        references.links_of_wrong_fields,
        references.links_into_lists,
        references.lookups,
        defaults.defaults,
        step_arguments.roll_overs,
        lists.each_of_types,
        lists.columns,
    ),
    "out": (
        *_BOTH,
        types.types_not_shown,
        step_arguments.import_only_steps,
        export_types.ways_to_types,
        export_types.circles,
        export_names.target_names,
        export_names.sources_of_several_lists,
    ),
}


def check(
    root: Element,
    catalog: Catalog,
    *,
    setting: Setting = NO_BRAND,
    sample_names: Collection[str] | None = None,
) -> tuple[Finding, ...]:
    """Every finding about a template that was read, in the order of the text.

    The tree may have findings of the reader: what those spoke of is passed over here. `setting` is the brand's: whether
    a field takes a default may hang on its clock, or on the version of its API. `sample_names` are the columns,
    or the members of the rows, of a sample; without them no name is compared with a source.
    """
    direction = direction_of(root.tag)
    if direction is None:
        return ()
    scope = Scope.of(root=root, catalog=catalog, setting=setting)
    findings = [finding for rule in CHECKS[direction] for finding in rule(scope)]
    if sample_names is not None and direction == "in":
        findings += sample.names_not_in_sample(scope, sample_names)
    return tuple(sorted(findings, key=lambda finding: (finding.line, finding.column)))
