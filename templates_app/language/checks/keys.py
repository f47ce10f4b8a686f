"""Keys: how each Type finds its records, and whether it can."""

from __future__ import annotations

from collections.abc import Iterator

from templates_app.language.checks.fields import is_own_field_name, unknown_field
from templates_app.language.checks.scope import Scope, TypeUse, error, warning
from templates_app.language.findings import Finding


def match_and_key(scope: Scope) -> Iterator[Finding]:
    for use in scope.types:
        if use.element.has("Match") and scope.key_fields(use):
            yield error(use.element, "match_and_key", type=use.alias)


def undeclared_keys(scope: Scope) -> Iterator[Finding]:
    """A `Match`, or a set of Key Properties, that is no declared key; offered to be declared when its fields exist, or
    are offered to be created."""
    for use in scope.known_types():
        if scope.key(use) is not None:
            continue
        match = use.element.members("Match")
        wanted = match or scope.key_fields(use)
        known = all(use.field(name) or is_own_field_name(name) for name in wanted)
        if wanted and known:
            type_name = use.element.get("Name")
            fix = ("declare_key", type_name, ",".join(wanted))
            yield error(use.element, "key_not_declared", fix=fix, key=", ".join(wanted), type=type_name)
        yield from (unknown_field(use, use.element, name) for name in match if name and use.field(name) is None)


def keys_not_fed(scope: Scope) -> Iterator[Finding]:
    """A key of which a field has neither Property nor Default, or that a reference feeds."""
    for use in scope.types:
        key = scope.key(use)
        if key is None:
            continue
        by_reference = {e.get("Field") for e in scope.properties(use) if e.elements("Lookup")}
        by_reference.update(link.get("Field") for link in scope.links(use))
        fed = {e.get("Field") for e in (*scope.properties(use), *scope.defaults(use))}
        for name in key.fields:
            if name in by_reference:
                yield error(use.element, "key_fed_by_reference", field=name, type=use.alias)
            elif name not in fed:
                yield error(use.element, "key_not_fed", field=name, type=use.alias)


def types_without_key(scope: Scope) -> Iterator[Finding]:
    """What may only insert is warned about; what must find records to do anything is refused."""
    for use in scope.known_types():
        if scope.key(use) is not None or _asks_for_key(scope, use):
            continue
        if use.element.flag("ShouldDelete"):
            yield error(use.element, "delete_without_key", fix=_key_offer(scope, use), type=use.alias)
        elif use.element.flag("ShouldUpdate"):
            yield error(use.element, "update_without_key", fix=_key_offer(scope, use), type=use.alias)
        elif use.element.flag("ShouldInsert"):
            yield warning(use.element, "only_inserts", type=use.alias)
        else:
            yield error(use.element, "look_up_without_key", fix=_key_offer(scope, use), type=use.alias)


def _asks_for_key(scope: Scope, use: TypeUse) -> bool:
    """It names a key, which then is not declared: said by `undeclared_keys`."""
    return use.element.has("Match") or bool(scope.key_fields(use))


def _key_offer(scope: Scope, use: TypeUse) -> tuple[str, ...]:
    """The offer to declare the first field of the brand's own that is mapped and can tell records apart."""
    plain = (p.get("Field") for p in scope.properties(use) if not p.elements("Lookup"))
    own = next((name for name in plain if is_own_field_name(name) and _tells_apart(use, name)), "")
    return ("declare_key", use.element.get("Name"), own) if own else ()


def _tells_apart(use: TypeUse, name: str) -> bool:
    """A text or a whole number; or a field that is yet to be created."""
    field = use.field(name)
    return field is None or field.kind.name in ("Text", "Numeric")
