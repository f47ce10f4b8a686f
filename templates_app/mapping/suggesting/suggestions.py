"""What a suggestion is: a column, the field it looks made for, how sure that is, and why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

from templates_app.catalog.problems import Problem

#: `sure` from 85, `likely` from 60, `possible` below.
Words = Literal["sure", "likely", "possible"]


SURE: Final = 85
LIKELY: Final = 60


def words_of(confidence: int) -> Words:
    """A confidence in words."""
    if confidence >= SURE:
        return "sure"
    return "likely" if confidence >= LIKELY else "possible"


@dataclass(frozen=True, slots=True)
class ProposedStep:
    """What to put between column and field: `Date` with (("Format", "dd/MM/yyyy"),), or a `Lookup`.

    `cases` are those of a `Map`: (from, to).
    """

    tag: str
    attributes: tuple[tuple[str, str], ...] = ()
    cases: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a column that can be read in two: its `format`, and an example: text -> what it would be.

    `steps` are those that read it so.
    """

    format: str
    example: str
    read: str
    steps: tuple[ProposedStep, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """What a person must answer before the column can be mapped. `readings` are two or more.

    `about`: "date" (which format) or "number" (which sign is the decimal one).
    """

    column: str
    readings: tuple[Reading, ...]
    about: Literal["date", "number"] = "date"


@dataclass(frozen=True, slots=True)
class NewField:
    """A custom field that does not exist yet: create it (`library.add_custom_field`), then map to it.

    `steps` read the values as its kind; with a `question` they follow from the answer.
    """

    type: str
    field: str
    kind: str
    label: str
    key: bool = False
    steps: tuple[ProposedStep, ...] = ()
    question: Question | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """Another field the column could go to, and what would have to stand between."""

    type: str
    field: str
    confidence: int
    label: str = ""
    kind: str = ""
    steps: tuple[ProposedStep, ...] = ()
    question: Question | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`name` -> `type`.`field`. `confidence` 0 to 100; `why` are codes of `mapping.suggestion_sentences`.

    `steps` are those proposed; with a `question`, the step follows from the answer. `create` set: the field has to be
    made first. `key`: proposed to match records by. `examples` are the first values that are not empty. `doubtful`:
    rows would fail by it as things stand, so it is taken over one by one only.
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
    doubtful: bool = False

    def led_to(self, other: Target) -> Suggestion:
        """The same column, mapped to one of the alternatives."""
        return replace(
            self,
            type=other.type,
            field=other.field,
            label=other.label,
            kind=other.kind,
            confidence=other.confidence,
            words=words_of(other.confidence),
            steps=other.steps,
            question=other.question,
            create=None,
            key=False,
            doubtful=False,
        )


@dataclass(frozen=True, slots=True)
class TypeGuess:
    """An entity type the file may be about: how many of its columns fit, mapped ones too, and how well (0 to 100).

    `custom`: a brand's own, which gave it its title.
    """

    type: str
    title: str
    custom: bool
    covered: int
    confidence: int


@dataclass(frozen=True, slots=True)
class Suggestions:
    """`types`: best first. `items` in the order of the columns. `unmatched`: columns nothing was found for.

    `offers`: for each of those, the custom field that would take it. `empty`: texts that seem to mean nothing (`NA`).
    `blank`: columns without any value in the rows looked at, which nothing is suggested for.
    """

    types: tuple[TypeGuess, ...]
    items: tuple[Suggestion, ...]
    unmatched: tuple[str, ...] = ()
    offers: tuple[NewField, ...] = ()
    empty: tuple[str, ...] = ()
    blank: tuple[str, ...] = ()

    @property
    def fitting(self) -> tuple[Suggestion, ...]:
        """What can be taken over at once."""
        return tuple(item for item in self.items if not item.doubtful)

    @property
    def offered(self) -> tuple[Suggestion, ...]:
        """What no field was found for, each with the custom field that would have to be made for it."""
        return tuple(
            Suggestion(
                name=name,
                type=offer.type,
                field=offer.field,
                label=offer.label,
                kind=offer.kind,
                confidence=0,
                words=words_of(0),
                why=(),
                steps=offer.steps,
                question=offer.question,
                create=offer,
            )
            for name, offer in zip(self.unmatched, self.offers, strict=False)
        )

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
