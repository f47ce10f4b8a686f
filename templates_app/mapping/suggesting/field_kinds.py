"""The kind of field that the values of a column need, and the step that reads them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, Final

from templates_app.catalog.folding import fold
from templates_app.catalog.kinds.registry import make_kind
from templates_app.language.values import is_empty, text_of
from templates_app.mapping.suggesting.candidates import Column
from templates_app.mapping.suggesting.name_scores import word_set, words_of
from templates_app.mapping.suggesting.suggestions import ProposedStep, Question
from templates_app.mapping.suggesting.value_fits import Fit, fit_of

LONGEST_TEXT: Final = 255
#: Words of a name that make its numbers codes: nobody adds them up, and a zero may come first one day.
_CODED: Final = word_set(
    "id ids ident identifiant identifier identificador identifikation code codes codigo kode cle schluessel schlussel"
    " clave uid uuid guid uai siret siren ref reference referenz referencia matricule zip plz postal postcode cp"
    " key no nr"
)
#: Words of a name that make bare numbers days: `20240131`, or the day number of a spreadsheet.
_DAYS: Final = word_set(
    "date dates datum fecha jour tag dia day debut fin start end beginn ende inicio naissance birth geburt"
    " geburtsdatum modified modifie created cree"
)
#: As many values of 0 and 1 make yes and no of them; fewer may be small counts.
_ENOUGH: Final = 20
_CODE_LENGTH: Final = 6
_CLOCK: Final = re.compile(r"\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?(?: ?[AaPp][Mm])?")
_MOMENT: Final = re.compile(r".*\d[T ]+(\d{1,2}:\d\d.*)")
_MIDNIGHT: Final = re.compile(r"0?0:00(?::00(?:[.,]0+)?)?(?:Z|[+-]00:?00)?")
_PLACE: Final = re.compile(r"-?\d{1,2}\.\d+ ?, ?-?\d{1,3}\.\d+")
_COLOR: Final = re.compile(r"#[0-9A-Fa-f]{6}")


@dataclass(frozen=True, slots=True)
class FieldKind:
    """The name of a kind, and what stands between column and field: steps, or a question to be answered first."""

    name: str
    steps: tuple[ProposedStep, ...] = ()
    question: Question | None = None


TEXT: Final = FieldKind("Text")


def field_kind(column: Column) -> FieldKind:
    """What the values are, `Text` where nothing speaks for more: a kind takes all of them, as they stand or read."""
    given = [value for value in column.distinct if not is_empty(value)]
    if not given:
        return TEXT
    if any(isinstance(value, list | dict) for value in given):
        return FieldKind("Json")
    texts = [text_of(value).strip() for value in given]
    if max(map(len, texts)) > LONGEST_TEXT or any("\n" in text for text in texts):
        return FieldKind("Memo")
    found = _by_pattern(column, texts) or _yes_or_no(column, given, texts)
    found = found or _moment(column, given, texts) or _amount(column, given, texts)
    return found if found is not None and _takes(column, given, found) else TEXT


def _by_pattern(column: Column, texts: Sequence[str]) -> FieldKind | None:
    """Values that nothing else looks like."""
    if column.shape:
        return FieldKind(column.shape)
    for pattern, kind in ((_CLOCK, "Time"), (_PLACE, "Position"), (_COLOR, "Color")):
        if all(map(pattern.fullmatch, texts)):
            return FieldKind(kind)
    return None


def _yes_or_no(column: Column, given: Sequence[Any], texts: Sequence[str]) -> FieldKind | None:
    """Both words must occur; a lone cross (`X`) is yes as well. 0 and 1 must be all there is in many rows."""
    folded = {fold(text) for text in texts}
    if folded <= {"0", "1"} and (len(folded) < 2 or len(column.values) < _ENOUGH):
        return None
    if len(folded) != 2 and folded != {"x"}:
        return None
    fit = fit_of(column.name, given, make_kind("Check"))
    return FieldKind("Check", fit.steps) if fit.verdict == "supports" else None


def _moment(column: Column, given: Sequence[Any], texts: Sequence[str]) -> FieldKind | None:
    """A day, or an instant where a time of day that is not midnight stands with it."""
    if all(isinstance(value, time) for value in given):
        return FieldKind("Time")
    if all(text.replace(".", "", 1).isdigit() for text in texts) and not _DAYS & set(words_of(column.name)):
        return None
    kind = "DateTime" if any(map(_has_time, given)) else "Date"
    return _as(kind, fit_of(column.name, given, make_kind(kind)))


def _has_time(value: Any) -> bool:
    if isinstance(value, datetime):
        return value.time() != time()
    found = _MOMENT.fullmatch(value.strip()) if isinstance(value, str) else None
    return found is not None and not _MIDNIGHT.fullmatch(found[1])


def _amount(column: Column, given: Sequence[Any], texts: Sequence[str]) -> FieldKind | None:
    """A number that can be reckoned with, whole or not; codes of digits stay text."""
    if _is_code(column, texts):
        return None
    for kind in ("Numeric", "Double"):
        found = _as(kind, fit_of(column.name, given, make_kind(kind)))
        if found is not None:
            return found
    return None


def _is_code(column: Column, texts: Sequence[str]) -> bool:
    if any(len(text) > 1 and text.startswith("0") and text.isdigit() for text in texts):
        return True
    if not all(map(str.isdigit, texts)):
        return False
    lengths = {len(text) for text in texts}
    alike = len(texts) > 1 and len(lengths) == 1 and lengths.pop() >= _CODE_LENGTH
    return alike or bool(_CODED & set(words_of(column.name)))


def _as(kind: str, fit: Fit) -> FieldKind | None:
    return FieldKind(kind, fit.steps, fit.question) if fit.verdict == "supports" else None


def _takes(column: Column, given: Sequence[Any], found: FieldKind) -> bool:
    """Whether the kind has nothing against the values: for a field that is to be made, most is not enough."""
    if found.steps or found.question is not None:
        return True
    return fit_of(column.name, given, make_kind(found.name)).verdict in {"supports", "neutral"}
