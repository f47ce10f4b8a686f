"""What a suggestion is: a column, the field it looks made for, how sure that is, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from templates_app.catalog.problems import Problem

#: `sure` from 85, `likely` from 60, `possible` below.
Words = Literal["sure", "likely", "possible"]


@dataclass(frozen=True, slots=True)
class ProposedStep:
    """A step to put between column and field: `Date` with (("Format", "dd/MM/yyyy"),)."""

    tag: str
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a column that can be read in two: the step's `format`, and an example: text -> ISO day."""

    format: str
    example: str
    read: str


@dataclass(frozen=True, slots=True)
class Question:
    """What a person must answer before the column can be mapped. `readings` are two or more."""

    column: str
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class NewField:
    """A custom field that does not exist yet: create it (`library.add_custom_field`), then map to it."""

    type: str
    field: str
    kind: str
    label: str
    key: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """Another field the column could go to."""

    type: str
    field: str
    confidence: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`name` -> `type`.`field`. `confidence` 0 to 100; `why` are codes of `mapping.suggestion_sentences`.

    `steps` are those proposed; with a `question`, the step follows from the answer. `create` set: the field has to be
    made first. `key`: proposed to match records by. `examples` are the first values that are not empty.
    """

    name: str
    type: str
    field: str
    label: str
    kind: str
    confidence: int
    words: Words
    why: tuple[Problem, ...]
    steps: tuple[ProposedStep, ...] = ()
    alternatives: tuple[Target, ...] = ()
    question: Question | None = None
    create: NewField | None = None
    key: bool = False
    examples: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """What a form calls it: the column, since a column is suggested once."""
        return self.name


@dataclass(frozen=True, slots=True)
class TypeGuess:
    """An entity type the file may be about: how many of its columns fit, and how well (0 to 100)."""

    type: str
    title: str
    covered: int
    confidence: int


@dataclass(frozen=True, slots=True)
class Suggestions:
    """`types`: best first. `items` in the order of the columns. `unmatched`: columns nothing was found for."""

    types: tuple[TypeGuess, ...]
    items: tuple[Suggestion, ...]
    unmatched: tuple[str, ...] = ()

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(item.question for item in self.items if item.question is not None)


@dataclass(frozen=True, slots=True)
class Earlier:
    """A mapping of another template of the brand: this source name went there, by these steps."""

    template: str
    name: str
    type: str
    field: str
    steps: tuple[ProposedStep, ...] = ()
