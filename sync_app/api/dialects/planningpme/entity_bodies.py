"""From the JSON object of a record to the values of its fields, with everything that is wrong named by its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sync_app.api.dialects.planningpme.entity_names import Path, path_of
from sync_app.api.problems import DoorRefused, sentence
from sync_app.engine.editing import clean_values
from sync_app.runs.sentences import message
from sync_app.storage.listing import Listed
from templates_app.catalog.kinds.base import Kind, Setting
from templates_app.catalog.kinds.references import Reference, ReferenceList
from templates_app.catalog.kinds.structures import Json
from templates_app.catalog.problems import Problem
from templates_app.catalog.types import EntityType, Field
from templates_app.sources.nearest import nearest
from templates_app.sources.place import pointer_to

KEY: Final = "key"
LABEL_MEMBER: Final = "label"
LABEL_FIELD: Final = "Label"
SHOWN: Final = 60

Error = Mapping[str, object]


@dataclass(slots=True)
class _Read:
    """What has been read so far."""

    values: dict[str, object] = field(default_factory=dict)
    errors: list[Error] = field(default_factory=list)


def values_of(
    body: Mapping[str, Any], *, entity: EntityType, fields: Mapping[str, Field], record: Listed | None, setting: Setting
) -> dict[str, object]:
    """field -> raw value, of the members that were given. `record` is what is there already, if there is something.

    What a detail shows is taken back as it is: `key`, and a label that only follows from other fields. Raises
    DoorRefused `edit_refused` with all that is wrong.
    """
    by_path = {path_of(name): name for name in fields}
    read = _Read()
    for member, value in body.items():
        if member == KEY:
            _check_key(read, value, record)
        elif not _follows(member, value, entity, record):
            _take(read, member, value, by_path, fields)
    if read.errors:
        problems = clean_values(entity, read.values, setting)[1]
        raise refused([*read.errors, *map(error_of, problems)])
    return read.values


def merged(values: Mapping[str, object], *, fields: Mapping[str, Field], record: Listed) -> dict[str, object]:
    """What a merge patch (RFC 7396) makes of the structured values that it goes into; all others it replaces."""
    return {
        name: _merged(value, record.data.get(name))
        for name, value in values.items()
        if isinstance(value, dict) and isinstance(fields[name].kind, Json)
    }


def _merged(patch: object, present: object) -> object:
    """Null takes a member away, an object changes the members it names, anything else takes the place."""
    if not isinstance(patch, dict):
        return patch
    left = dict(present) if isinstance(present, dict) else {}
    for name, value in patch.items():
        if value is None:
            left.pop(name, None)
        else:
            left[name] = _merged(value, left.get(name))
    return left


def refused(errors: Iterable[Error], *, status: int = 422) -> DoorRefused:
    """The answer that names all of these."""
    listed = list(errors)
    pointer = str(listed[0].get("pointer", "")) if len(listed) == 1 else ""
    return DoorRefused("edit_refused", status=status, pointer=pointer, errors=listed, count=len(listed))


def error_of(problem: Problem) -> Error:
    """A problem with a field, at its place in the body."""
    pointer = pointer_to(path_of(problem.field)) if problem.field else ""
    return _error(problem.code, pointer, message(problem), problem.value)


def _error(code: str, pointer: str, said: str, value: str = "") -> Error:
    shown = {"pointer": pointer, "code": code, "message": said, "value": value}
    return {name: text for name, text in shown.items() if text}


def _check_key(read: _Read, value: object, record: Listed | None) -> None:
    if value is None or (record is not None and value == record.id and not isinstance(value, bool)):
        return
    place = pointer_to((KEY,))
    wrong = DoorRefused("key_given", pointer=place) if record is None else DoorRefused("key_differs", pointer=place)
    read.errors.append(_told(wrong))


def _follows(member: str, value: object, entity: EntityType, record: Listed | None) -> bool:
    """Whether this is a label that nobody has to give: it follows from other fields."""
    if member != LABEL_MEMBER:
        return False
    if LABEL_FIELD not in entity.fields:
        return True
    return record is not None and LABEL_FIELD not in record.data and value == record.label


def _take(read: _Read, member: str, value: object, by_path: Mapping[Path, str], fields: Mapping[str, Field]) -> None:
    if (member,) in by_path:
        name = by_path[member,]
        _put(read, (member,), name, fields[name].kind, value)
        return
    inside = {path[1]: name for path, name in by_path.items() if path[0] == member and len(path) > 1}
    if not inside:
        known = [*map(".".join, by_path), KEY, LABEL_MEMBER]
        read.errors.append(_unknown((member,), nearest(member, known)))
    elif value is None:
        read.values.update(dict.fromkeys(inside.values()))
    elif not isinstance(value, dict):
        read.errors.append(_told(DoorRefused("member_not_object", pointer=pointer_to((member,)), name=member)))
    else:
        for inner, given in value.items():
            if inner in inside:
                _put(read, (member, inner), inside[inner], fields[inside[inner]].kind, given)
            else:
                read.errors.append(_unknown((member, inner), nearest(inner, inside)))


def _put(read: _Read, path: Path, name: str, kind: Kind, value: object) -> None:
    """Takes the value, unless it is a list or an object without anything in it where one value is meant.

    A source of rows may leave a cell empty like that; who writes a record says null.
    """
    if _is_hollow(kind, value):
        reason = message(Problem("value_shape"))
        read.errors.append(_told(DoorRefused("member_refused", pointer=pointer_to(path), name=path[-1], reason=reason)))
    else:
        read.values[name] = _raw(kind, value)


def _is_hollow(kind: Kind, value: object) -> bool:
    if isinstance(kind, ReferenceList) and isinstance(value, list):
        return any(_is_hollow(kind, item) for item in value)
    if isinstance(kind, Json):
        return False
    return value == {} or (value == [] and not kind.many)


def _unknown(path: Path, meant: str) -> Error:
    return _told(DoorRefused("member_unknown", pointer=pointer_to(path), name=path[-1][:SHOWN], nearest=meant))


def _told(wrong: DoorRefused) -> Error:
    return _error(wrong.code, wrong.pointer, sentence(wrong.code, wrong.params))


def _raw(kind: Kind, value: Any) -> object:
    """A reference may be given as it is shown, or by its key alone; skills come in lists of lists."""
    if isinstance(kind, Reference):
        return _number(value)
    if isinstance(kind, ReferenceList) and isinstance(value, list):
        flat = [inner for item in value for inner in (item if isinstance(item, list) else [item])]
        return [_number(item) for item in flat]
    return _number(value) if isinstance(kind, ReferenceList) else value


def _number(value: Any) -> object:
    return value.get(KEY, value) if isinstance(value, dict) else value
