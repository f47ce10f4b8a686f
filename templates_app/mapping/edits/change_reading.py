"""Reads a change from JSON-like data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, Final

from templates_app.mapping.edits import changes
from templates_app.mapping.edits.changes import Change, Many, Node
from templates_app.mapping.refusals import EditRefused

MOST_CHANGES: Final = 500
DEEPEST_NODE: Final = 4


class _Unfit(ValueError):
    """A member that is not what its change needs."""


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _Unfit
    return value


def _optional_text(value: object) -> str | None:
    return None if value is None else _text(value)


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise _Unfit
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > 10_000:
        raise _Unfit
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise _Unfit
    return tuple(_text(item) for item in value)


def _attributes(value: object) -> dict[str, str | None]:
    if not isinstance(value, Mapping):
        raise _Unfit
    return {_text(name): _optional_text(text) for name, text in value.items()}


def _written(value: object) -> dict[str, str]:
    return {name: _text(text) for name, text in _attributes(value).items()}


def _node(value: object, depth: int = 1) -> Node:
    if not isinstance(value, Mapping) or depth > DEEPEST_NODE or not set(value) <= {"tag", "attributes", "children"}:
        raise _Unfit
    children = value.get("children", ())
    if not isinstance(children, list | tuple):
        raise _Unfit
    inside = tuple(_node(child, depth + 1) for child in children)
    return Node(_text(value.get("tag")), _written(value.get("attributes", {})), inside)


@dataclass(frozen=True, slots=True)
class _Verb:
    make: type[Any]
    readers: Mapping[str, Callable[[Any], Any]]

    def required(self) -> set[str]:
        return {field.name for field in fields(self.make) if field.default is MISSING}


_PATH: Final = {"path": _text}
_VERBS: Final[Mapping[str, _Verb]] = {
    "add_rows": _Verb(changes.AddRows, {"text": _text, "type": _text, "before": _text}),
    "add": _Verb(changes.Add, {"parent": _text, "node": _node, "before": _text, "after": _text}),
    "set": _Verb(changes.SetAttributes, {**_PATH, "attributes": _attributes}),
    "names": _Verb(changes.SetNames, {**_PATH, "names": _texts}),
    "target": _Verb(changes.SetTarget, {**_PATH, "target": _text}),
    "key": _Verb(changes.SetKey, {**_PATH, "on": _flag}),
    "match": _Verb(changes.SetMatch, {**_PATH, "fields": _texts}),
    "test": _Verb(changes.SetTest, {**_PATH, "test": _text, "value": _text, "upper": _optional_text}),
    "pairs": _Verb(changes.SetPairs, {**_PATH, "text": _text, "otherwise": _optional_text, "otherwise_value": _text}),
    "rename": _Verb(changes.Rename, {**_PATH, "name": _text}),
    "entity": _Verb(changes.SetEntity, {**_PATH, "name": _text}),
    "couple": _Verb(changes.Couple, {**_PATH, "name": _text, "separator": _text}),
    "uncouple": _Verb(changes.Uncouple, _PATH),
    "move": _Verb(changes.Move, {**_PATH, "by": _number, "before": _text, "after": _text}),
    "remove": _Verb(changes.Remove, {**_PATH, "uses": _flag}),
    "duplicate": _Verb(changes.Duplicate, _PATH),
    "retag": _Verb(changes.Retag, {**_PATH, "tag": _text}),
}
VERBS: Final = (*_VERBS, "many")


def change_from(mapping: object) -> Change:
    """The change that JSON-like data describes. Raises `EditRefused` where it makes no sense."""
    verb = mapping.get("verb") if isinstance(mapping, Mapping) else None
    if not isinstance(mapping, Mapping) or not isinstance(verb, str):
        raise EditRefused("change_not_object")
    members = {str(name): value for name, value in mapping.items() if name != "verb"}
    if verb == "many":
        return _many(members)
    if verb not in _VERBS:
        raise EditRefused("change_verb_unknown", verb=verb, known=", ".join(VERBS))
    return _change(verb, _VERBS[verb], members)


def _many(members: dict[str, Any]) -> Many:
    """One level: a change of many inside a change of many says nothing more."""
    listed = members.get("changes")
    if set(members) != {"changes"} or not isinstance(listed, list | tuple):
        raise EditRefused("change_member_missing", verb="many", member="changes")
    if len(listed) > MOST_CHANGES:
        raise EditRefused("change_too_many", limit=MOST_CHANGES)
    if any(isinstance(one, Mapping) and one.get("verb") == "many" for one in listed):
        raise EditRefused("change_member_invalid", verb="many", member="changes")
    return Many(tuple(change_from(one) for one in listed))


def _change(verb: str, known: _Verb, members: dict[str, Any]) -> Change:
    for name in members:
        if name not in known.readers:
            raise EditRefused("change_member_unknown", verb=verb, member=name)
    for name in known.readers:
        if name in known.required() and name not in members:
            raise EditRefused("change_member_missing", verb=verb, member=name)
    read: dict[str, Any] = {}
    for name, value in members.items():
        try:
            read[name] = known.readers[name](value)
        except _Unfit:
            raise EditRefused("change_member_invalid", verb=verb, member=name) from None
    made: Change = known.make(**read)
    return made


def mapping_of(change: Change) -> dict[str, Any]:
    """The JSON-like data that `change_from` reads as this change; members at their default are left out."""
    if isinstance(change, Many):
        return {"verb": "many", "changes": [mapping_of(one) for one in change.changes]}
    verb = next(verb for verb, known in _VERBS.items() if known.make is type(change))
    members = ((field.name, field.default, getattr(change, field.name)) for field in fields(change))
    return {"verb": verb, **{name: _plain(value) for name, default, value in members if value != default}}


def _plain(value: object) -> Any:
    if isinstance(value, Node):
        return {"tag": value.tag, "attributes": dict(value.attributes), "children": [_plain(c) for c in value.children]}
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, tuple) else value
