"""Every field a column might go to, with how sure that is: by its name, its values, and earlier mappings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from templates_app.catalog.kinds.base import Kind
from templates_app.catalog.loose import loose_form
from templates_app.catalog.problems import Problem, Refused
from templates_app.catalog.types import Catalog, EntityType, Field
from templates_app.language.values import is_empty, text_of
from templates_app.mapping.suggesting.name_scores import Named, best_name, scores_of
from templates_app.mapping.suggesting.record_fits import Records, References
from templates_app.mapping.suggesting.suggestions import Earlier, ProposedStep, Question
from templates_app.mapping.suggesting.synonyms import phrases_for
from templates_app.mapping.suggesting.value_fits import DENIED, Fit, fit_of, only_digits, postcodes, shape_of

#: Below this a candidate is not worth a person's time.
LEAST: Final = 45

_EARLIER: Final = 97
_SUPPORT: Final = 4
_WEAK: Final = 15
_HIGHEST: Final = 99
#: What values of a telling shape are worth where the name says nothing.
_BY_SHAPE: Final[Mapping[str, int]] = {"Email": 70, "Hyperlink": 62, "Phone": 58}
#: Fields that many a column sounds like: a part of a name is not enough for them.
_GENERAL: Final = frozenset(
    {"Label", "Type", "Title", "Reference", "Remark", "Notes", "Name", "Level", "Status", "Category", "Position"}
)
#: Fields that hold words: a column of bare numbers is their code at best.
_WORDY: Final = frozenset(
    {"LastName", "FirstName", "Company", "City", "Country", "Address", "PlaceCity", "PlaceAddress"}
)
_PART: Final = 90
#: What a name is worth less where the values have to be found among records.
_LOOKED_UP: Final = 10
_CODES: Final = {
    "name": "suggest_same_name",
    "label": "suggest_same_label",
    "meaning": "suggest_same_meaning",
    "alike": "suggest_alike",
}
#: Kinds that no column of text is mapped to.
_NO_TARGET: Final = frozenset({"Binary", "File", "Link", "Signature", "SignatureMobile", "Json"})


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file and what stands in it, row by row. `distinct`: each value that is not empty, once."""

    name: str
    values: tuple[Any, ...]
    distinct: tuple[Any, ...]
    shape: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to map a column."""

    column: str
    type: str
    field: Field
    confidence: int
    why: tuple[Problem, ...]
    steps: tuple[ProposedStep, ...] = ()
    question: Question | None = None
    doubtful: bool = False


class Finder:
    """Finds the candidates of columns. What a kind makes of a column is judged once."""

    def __init__(self, catalog: Catalog, earlier: Sequence[Earlier], records: Records | None) -> None:
        self._catalog = catalog
        self._references = References(catalog, records)
        self._fits: dict[tuple[str, Kind], Fit] = {}
        self._phrases = tuple(dict.fromkeys(_phrases(catalog)))
        self._scores: dict[str, dict[str, int]] = {}
        self._earlier: dict[tuple[str, str], list[Earlier]] = {}
        for one in earlier:
            self._earlier.setdefault((loose_form(one.name), one.type), []).append(one)

    def of(self, column: Column, entity: EntityType) -> list[Candidate]:
        """The fields of a type that the column may go to, the surest first."""
        found = [self._judged(column, entity, field) for field in entity.fields.values() if _is_target(field)]
        candidates = [one for one in found if one is not None and one.confidence >= LEAST]
        mapped = self._mapped_before(column, entity)
        if mapped is not None:
            candidates = [mapped, *(one for one in candidates if one.field.name != mapped.field.name)]
        return sorted(candidates, key=lambda one: -one.confidence)

    def _mapped_before(self, column: Column, entity: EntityType) -> Candidate | None:
        """What the newest template did with a column of this name, if its field is still there."""
        for one in self._earlier.get((loose_form(column.name), entity.name), ()):
            field = entity.fields.get(one.field)
            if field is not None and not field.retired and field.writable:
                why = (Problem("suggest_mapped_before", {"template": one.template}),)
                return Candidate(column.name, entity.name, field, _EARLIER, why, steps=one.steps)
        return None

    def _judged(self, column: Column, entity: EntityType, field: Field) -> Candidate | None:
        meanings = phrases_for(entity.name, field.name)
        named = best_name(self._heard(column.name), name=field.name, label=field.label, meanings=meanings)
        by_shape = _BY_SHAPE.get(column.shape, 0) if column.shape == field.kind.name else 0
        # Of several fields a telling shape fits (telephone, mobile, fax), the first is meant unless the name says so.
        by_shape -= _WEAK if by_shape and _is_second(field, entity) else 0
        if max(named.score, by_shape) < LEAST:
            return None
        general = field.name in _GENERAL and named.score < _PART
        return self._weighed(column, entity, field, Named(0, "alike") if general else named, by_shape)

    def _weighed(
        self, column: Column, entity: EntityType, field: Field, named: Named, by_shape: int
    ) -> Candidate | None:
        if field.kind.refers:
            return self._looked_up(column, entity, field, named)
        fit = self._fit(column, field.kind)
        if field.name in _WORDY and not fit.why and only_digits(column.distinct):
            fit = DENIED
        score = max(named.score, by_shape)
        if fit.verdict == "denies":
            score = score * 2 // 5
        elif fit.verdict == "weakens":
            score -= _WEAK
        elif fit.verdict == "supports" or (field.name.endswith("Zip") and postcodes(column.distinct)):
            score += _SUPPORT
        why = [*_name_words(named)] if named.score >= LEAST else []
        why += [fit.why] if fit.why is not None else []
        if field.name.endswith("Zip") and postcodes(column.distinct):
            why.append(Problem("suggest_postcodes"))
        return Candidate(
            column.name, entity.name, field, min(score, _HIGHEST), tuple(why), steps=fit.steps, question=fit.question
        )

    def _looked_up(self, column: Column, entity: EntityType, field: Field, named: Named) -> Candidate | None:
        """A reference is looked up by a key of what it refers to. Its name is not enough: see `References`."""
        if named.score < LEAST or any(isinstance(value, list | dict) for value in column.distinct):
            return None
        led = self._references.of(field.kind, column.name, column.distinct)
        if led is None:
            return None
        score = min(named.score - _LOOKED_UP, led.most)
        why = (*_name_words(named), led.why)
        return Candidate(column.name, entity.name, field, score, why, steps=led.steps, doubtful=led.doubtful)

    def _heard(self, name: str) -> dict[str, int]:
        known = self._scores.get(name)
        if known is None:
            known = self._scores[name] = scores_of(name, self._phrases)
        return known

    def _fit(self, column: Column, kind: Kind) -> Fit:
        known = self._fits.get((column.name, kind))
        if known is None:
            known = self._fits[column.name, kind] = fit_of(column.name, column.distinct, kind)
        return known


def columns_of(names: Iterable[str], rows: Sequence[Mapping[str, Any]]) -> tuple[Column, ...]:
    """The columns with their values, row by row."""
    found = []
    for name in names:
        values = tuple(_readable(row.get(name)) for row in rows)
        distinct = _distinct(values)
        found.append(Column(name, values, distinct, shape_of(distinct)))
    return tuple(found)


def _readable(value: Any) -> Any:
    """A number of more digits than are read stands for nothing but its own text."""
    try:
        if isinstance(value, int | Decimal):
            text_of(value)
        return value
    except Refused:
        return str(value)


def _distinct(values: Iterable[Any]) -> tuple[Any, ...]:
    """Of equal values of one kind the first; true is not 1."""
    found: dict[tuple[type, Any], Any] = {}
    for place, value in enumerate(values):
        if not is_empty(value):
            found.setdefault((type(value), place if isinstance(value, list | dict) else value), value)
    return tuple(found.values())


def _phrases(catalog: Catalog) -> Iterable[str]:
    """All that any field may be called."""
    for entity in catalog.types.values():
        for field in entity.fields.values():
            yield field.name.lstrip("_")
            yield field.label
            yield from phrases_for(entity.name, field.name)


def _is_target(field: Field) -> bool:
    return field.writable and not field.retired and field.kind.name not in _NO_TARGET


def _is_second(field: Field, entity: EntityType) -> bool:
    return next(one.name for one in entity.fields.values() if one.kind.name == field.kind.name) != field.name


def _name_words(named: Named) -> Iterable[Problem]:
    yield Problem(_CODES[named.how], {"phrase": named.phrase} if named.how in {"meaning", "alike"} else {})
