"""The body of an import request: the options, and the model as it stands, to be opened as a source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .json_spans import CONTAINERS, OBJECT, Span, demand, members, whole
from .json_text import JsonText, read_text
from .limits import DEFAULT_LIMITS, Limits
from .nearest import nearest
from .place import Origin, line_and_column
from .rows import SourceRefused

OPTIONS: Final = ("simulate", "verbose", "stopOnError", "atomic")
MODEL: Final = "model"
BOOLEANS: Final = {b"true": True, b"false": False}
SHOWN: Final = 60


@dataclass(frozen=True, slots=True)
class ImportBody:
    """`options` holds only those that were given. `model` is a view of the body; `origin` is where it begins there."""

    options: dict[str, object]
    model: memoryview
    origin: Origin

    def placed(self, refused: SourceRefused) -> SourceRefused:
        """A refusal of the model, with its place as the sender of the whole body sees it."""
        line, column = refused.line, refused.column
        if line:
            column = column + self.origin.column - 1 if line == 1 else column
            line = line + self.origin.line - 1
        pointer = self.origin.pointer + refused.pointer
        moved = SourceRefused(refused.problem.code, line=line, column=column, pointer=pointer)
        moved.problem = refused.problem
        return moved


def read_import_body(body: bytes | memoryview, *, limits: Limits = DEFAULT_LIMITS) -> ImportBody:
    """Options are strict: a text never turns a simulation into a real run. Raises SourceRefused with the place."""
    text = read_text(body, limits=limits)
    root = whole(text)
    demand(text, root, frozenset({OBJECT}), code="body_not_object", limits=limits)
    inside = members(text, root, limits=limits)
    for name, span in inside.items():
        if name != MODEL and name not in OPTIONS:
            known = (*OPTIONS, MODEL)
            text.refuse("unknown_option", span.start, pointer=span.pointer, name=name, nearest=nearest(name, known))
    options: dict[str, object] = {name: _boolean(text, inside[name], name) for name in OPTIONS if name in inside}
    if MODEL not in inside:
        text.refuse("model_missing", root.start)
    model = inside[MODEL]
    demand(text, model, CONTAINERS, code="model_not_rows", limits=limits)
    line, column = line_and_column(text.view, model.start)
    origin = Origin(line=line, column=column, pointer=model.pointer)
    return ImportBody(options=options, model=text.view[model.start : model.end], origin=origin)


def _boolean(text: JsonText, span: Span, name: str) -> bool:
    written = bytes(text.view[span.start : span.end])
    if written not in BOOLEANS:
        shown = written[:SHOWN].decode("utf-8", "replace")
        text.refuse("option_not_boolean", span.start, pointer=span.pointer, name=name, value=shown)
    return BOOLEANS[written]
