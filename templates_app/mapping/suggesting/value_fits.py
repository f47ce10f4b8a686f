"""Whether the values of a column fit a field, as they stand or after a step: judged by the field's own kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from templates_app.catalog.folding import fold
from templates_app.catalog.kinds.base import Kind, Setting
from templates_app.catalog.kinds.choices import Combo
from templates_app.catalog.problems import Problem, Refused
from templates_app.language.values import is_empty, text_of
from templates_app.mapping.suggesting.date_shapes import formats_of
from templates_app.mapping.suggesting.number_shapes import NumberReading, number_readings
from templates_app.mapping.suggesting.suggestions import ProposedStep, Question, Reading

#: `supports`: the values speak for the field. `neutral`: nothing against it. `weakens`: some do not fit. `denies`.
Verdict = Literal["supports", "neutral", "weakens", "denies"]

#: What values mean does not hang on the zone here, only whether they can be read.
_SETTING: Final = Setting(zone=ZoneInfo("UTC"))
_MOST: Final = 0.9
_HALF: Final = 0.5
_PHONE_DIGITS: Final = range(8, 16)
_POSTCODE: Final = re.compile(r"\d{4,6}|\d{5}-\d{4}|\d{2}-\d{3}|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|\d{4} ?[A-Z]{2}")
_AMERICAN_PHONE: Final = re.compile(r"(?:1[ -])?\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}")
_YES: Final = frozenset({"oui", "yes", "ja", "si", "sí", "vrai", "true", "wahr", "y", "o", "x", "1", "j"})
_NO: Final = frozenset({"non", "no", "nein", "faux", "false", "falsch", "n", "0"})
#: What people are called by, in four languages, as the catalog's `Title` has it.
_TITLES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("m", "m.", "mr", "mr.", "monsieur", "herr", "sr", "sr.", "señor", "h", "homme"), "Mr"),
    **dict.fromkeys(("mme", "mme.", "madame", "mrs", "mrs.", "ms", "ms.", "frau", "sra", "sra.", "f", "femme"), "Ms"),
    **dict.fromkeys(("mlle", "mlle.", "mademoiselle", "miss", "fräulein", "srta", "srta."), "Miss"),
}


@dataclass(frozen=True, slots=True)
class Fit:
    """How values fit, why (at most one reason), and what has to stand between: steps, or a question to be answered."""

    verdict: Verdict
    why: Problem | None = None
    steps: tuple[ProposedStep, ...] = ()
    question: Question | None = None


_NEUTRAL: Final = Fit("neutral")
DENIED: Final = Fit("denies", Problem("suggest_unfit_values"))


def fit_of(column: str, values: Sequence[Any], kind: Kind) -> Fit:
    """How the values of a column fit a kind. Empty values say nothing."""
    given = [value for value in values if not is_empty(value)]
    if not given:
        return _NEUTRAL
    judge = _JUDGES.get(kind.name)
    if judge is not None:
        return judge(column, given, kind)
    return _cleaned(given, kind)


def shape_of(values: Sequence[Any]) -> str:
    """What values are whatever their column is called: the name of a kind, or "" for anything."""
    given = [value for value in values if not is_empty(value)]
    texts = [text_of(value).strip() for value in given if not isinstance(value, list | dict)]
    if not texts or len(texts) < len(given):
        return ""
    if _share(texts, lambda text: "@" in text and " " not in text) >= _MOST:
        return "Email"
    if _share(texts, lambda text: text.startswith(("http://", "https://"))) >= _MOST:
        return "Hyperlink"
    # A number of so many digits may be anything, unless it is written as telephone numbers are.
    if _share(texts, _is_written_phone) >= _MOST:
        return "Phone"
    return ""


def _cleaned(given: Sequence[Any], kind: Kind) -> Fit:
    """Text and the like: only what the kind refuses counts, against it."""
    share = _share(given, lambda value: _is_taken(kind, value))
    if share >= _MOST:
        return _NEUTRAL
    return Fit("weakens", Problem("suggest_unfit_values")) if share >= _HALF else DENIED


def _speaking(code: str) -> Callable[[str, Sequence[Any], Kind], Fit]:
    """A kind whose values are telling: those it takes speak for it."""

    def judged(_column: str, given: Sequence[Any], kind: Kind) -> Fit:
        share = _share(given, lambda value: _is_taken(kind, value))
        if share >= _MOST:
            return Fit("supports", Problem(code))
        return Fit("weakens", Problem("suggest_unfit_values")) if share >= _HALF else DENIED

    return judged


def _phone(_column: str, given: Sequence[Any], kind: Kind) -> Fit:
    share = _share(given, lambda value: _is_taken(kind, value) and _digits(value) in _PHONE_DIGITS)
    return Fit("supports", Problem("suggest_phones")) if share >= _MOST else _NEUTRAL if share >= _HALF else DENIED


def _date(column: str, given: Sequence[Any], kind: Kind) -> Fit:
    texts = [value for value in given if isinstance(value, str)]
    if _share(given, lambda value: _is_taken(kind, value) and not _is_number(value)) >= _MOST:
        return Fit("supports", Problem("suggest_plain_dates"))
    readings = formats_of(texts) if len(texts) == len(given) else ()
    if not readings:
        return DENIED
    if len(readings) == 1:
        written = readings[0].format
        return Fit("supports", Problem("suggest_dates", {"format": written}), steps=_date_steps(written))
    listed = tuple(Reading(one.format, one.example, one.read, _date_steps(one.format)) for one in readings)
    return Fit("supports", Problem("suggest_plain_dates"), question=Question(column, listed))


def _number(column: str, given: Sequence[Any], kind: Kind) -> Fit:
    if _share(given, lambda value: _is_taken(kind, value)) >= _MOST:
        return Fit("supports", Problem("suggest_numbers"))
    texts = [text_of(value) for value in given if not isinstance(value, list | dict | bool)]
    found = number_readings(texts) if len(texts) == len(given) else ()
    # A whole number is not what a text with decimals is, however they are written.
    readings = [one for one in found if _takes_read(kind, one, texts)]
    if not readings:
        return DENIED
    steps = [_number_steps(one.decimal, one.thousands) for one in readings]
    if len(readings) == 1:
        return Fit("supports", Problem("suggest_numbers"), steps=steps[0])
    listed = tuple(
        Reading(_number_words(one.decimal, one.thousands), one.example, one.read, own)
        for one, own in zip(readings, steps, strict=True)
    )
    return Fit("supports", Problem("suggest_numbers"), question=Question(column, listed, "number"))


def _takes_read(kind: Kind, reading: NumberReading, texts: Sequence[str]) -> bool:
    return _share(texts, lambda text: _is_taken(kind, reading.number(text))) >= _MOST


def _check(_column: str, given: Sequence[Any], kind: Kind) -> Fit:
    if _share(given, lambda value: _is_taken(kind, value)) == 1:
        return Fit("supports", Problem("suggest_yes_no"))
    found = sorted({text_of(value).strip() for value in given if not isinstance(value, list | dict)})
    yes = [text for text in found if fold(text) in _YES]
    no = [text for text in found if fold(text) in _NO]
    if not yes or len(yes) + len(no) < len(found):
        return DENIED
    attributes = [("True", "|".join(yes)), ("False", "|".join(no))]
    step = ProposedStep("Boolean", tuple((name, value) for name, value in attributes if value))
    return Fit("supports", Problem("suggest_yes_no"), steps=(step,))


def _choice(_column: str, given: Sequence[Any], kind: Kind) -> Fit:
    if _share(given, lambda value: _is_taken(kind, value)) >= _MOST:
        return Fit("supports", Problem("suggest_choices"))
    found = sorted({text_of(value).strip() for value in given if not isinstance(value, list | dict)})
    if found and isinstance(kind, Combo) and kind.enum == "Title" and all(fold(text) in _TITLES for text in found):
        cases = tuple((text, _TITLES[fold(text)]) for text in found)
        return Fit("supports", Problem("suggest_choices"), steps=(ProposedStep("Map", cases=cases),))
    return DENIED


_JUDGES: Final[Mapping[str, Callable[[str, Sequence[Any], Kind], Fit]]] = {
    "Email": _speaking("suggest_emails"),
    "Hyperlink": _speaking("suggest_links"),
    "Phone": _phone,
    "Date": _date,
    "DateTime": _date,
    "Numeric": _number,
    "Double": _number,
    "Check": _check,
    "Combo": _choice,
}


def only_digits(values: Sequence[Any]) -> bool:
    """Whether nearly all values are bare whole numbers."""
    given = [value for value in values if not is_empty(value)]
    return bool(given) and _share(given, _is_number) >= _MOST


def postcodes(values: Sequence[Any]) -> bool:
    """Whether nearly all values look like postal codes."""
    given = [text_of(value).strip() for value in values if not is_empty(value) and not isinstance(value, list | dict)]
    return bool(given) and _share(given, lambda text: _POSTCODE.fullmatch(text.upper()) is not None) >= _MOST


def _share(values: Sequence[Any], holds: Callable[[Any], bool]) -> float:
    return sum(map(holds, values)) / len(values) if values else 0.0


def _is_taken(kind: Kind, value: Any) -> bool:
    try:
        return kind.clean(value, _SETTING) is not None
    except Refused:
        return False


def _is_number(value: Any) -> bool:
    return isinstance(value, int) or (isinstance(value, str) and value.strip().isdigit())


def _digits(value: Any) -> int:
    return sum(sign.isdigit() for sign in text_of(value))


def _is_written_phone(text: str) -> bool:
    if _AMERICAN_PHONE.fullmatch(text):
        return True
    plain = text.replace(" ", "").replace(".", "").replace("-", "")
    if plain.startswith("+"):
        return plain[1:].isdigit() and len(plain) - 1 in _PHONE_DIGITS
    return plain.isdigit() and len(plain) == 10 and plain.startswith("0") and not plain.startswith("00")


def _date_steps(written: str) -> tuple[ProposedStep, ...]:
    return (ProposedStep("Date", (("Format", written),)),)


def _number_steps(decimal: str, thousands: str) -> tuple[ProposedStep, ...]:
    if (decimal, thousands) == (".", ""):
        return ()
    given = [("Decimal", decimal)] if decimal != "." else []
    given += [("Thousands", thousands)] if thousands else []
    return (ProposedStep("Number", tuple(given)),)


def _number_words(decimal: str, thousands: str) -> str:
    """`1 234,5`: the way of writing by an example of it."""
    return f"1{thousands}234{decimal}5"
