"""The key of a draft: taken after steps and defaults."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from templates_app.catalog.folding import fold
from templates_app.catalog.kinds.text import Text
from templates_app.catalog.problems import Problem
from templates_app.catalog.types import KEY_VALUE_LENGTH, EntityType, Key, join_parts

_SHOWN_LENGTH = 255


@dataclass(frozen=True, slots=True)
class KeyPart:
    """One field of the key: its match form, its text, and the default it falls back to."""

    field: str
    match_form: Callable[[Any], str]
    match_forms: Callable[[Sequence[Any]], list[str]]
    text: Callable[[Any], str]
    default: Any


@dataclass(frozen=True, slots=True)
class DraftKey:
    """Computes the match value of a draft and the key as people read it."""

    parts: tuple[KeyPart, ...]
    alias: str
    names: Mapping[str, str]

    def of(self, values: Mapping[str, Any], problems: list[Problem]) -> tuple[str | None, str]:
        """The match value and the shown key; None after a problem (`key_missing`, `key_too_long`) was added."""
        forms, texts = [], []
        for part in self.parts:
            value = values.get(part.field)
            if value is None:
                value = part.default
            form = "" if value is None else part.match_form(value)
            if not form:
                self._missing(part.field, problems)
                return None, ""
            forms.append(form)
            texts.append(part.text(value))
        key = forms[0] if len(forms) == 1 else join_parts(forms)
        shown = texts[0] if len(texts) == 1 else ", ".join(texts)
        if key is not None and len(key) > KEY_VALUE_LENGTH:
            problems.append(self._problem("key_too_long", self.parts[0].field, shown))
            return None, ""
        return key, shown[:_SHOWN_LENGTH]

    def of_all(self, listed: Sequence[Mapping[str, Any] | None]) -> list[tuple[str, str] | None]:
        """What `of` gives for each of these values; None where it has to look for itself."""
        if len(self.parts) > 1:
            return [None] * len(listed)
        part = self.parts[0]
        values = [None if one is None else one.get(part.field) for one in listed]
        given = [value for value in values if value is not None]
        found = (
            (form, part.text(value)[:_SHOWN_LENGTH]) if form and len(form) <= KEY_VALUE_LENGTH else None
            for form, value in zip(part.match_forms(given), given, strict=True)
        )
        return [None if value is None else next(found) for value in values]

    def _missing(self, field: str, problems: list[Problem]) -> None:
        """A field whose value was refused has its problem already."""
        if not any(problem.field == field and problem.type == self.alias for problem in problems):
            problems.append(self._problem("key_missing", field, ""))

    def _problem(self, code: str, field: str, value: str) -> Problem:
        params: dict[str, str | int] = {"limit": KEY_VALUE_LENGTH} if code == "key_too_long" else {}
        return Problem(
            code=code, params=params, name=self.names.get(field, ""), type=self.alias, field=field, value=value[:200]
        )


def compile_key(
    key: Key, *, entity: EntityType, alias: str, defaults: Mapping[str, Any], names: Mapping[str, str]
) -> DraftKey:
    """`defaults`: field -> canonical value; `names`: field -> the source name that feeds it, for messages."""
    parts = tuple(
        KeyPart(
            field=name,
            match_form=fold if type(entity.fields[name].kind) is Text else entity.fields[name].kind.match_form,
            match_forms=entity.fields[name].kind.match_forms,
            text=entity.fields[name].kind.text,
            default=defaults.get(name),
        )
        for name in key.fields
    )
    return DraftKey(parts=parts, alias=alias, names=names)
