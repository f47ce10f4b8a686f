"""Whether a row that stands where names of columns would stand holds values like the rows below it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

#: The share of a column that has to be of one shape for the shape to say something.
_USUAL: Final = 0.8
_MASKED: Final = re.compile(r"\d+|[^\W\d_]+")

#: Shapes of values that no name of a column has, the most telling first. A number alone may be a year.
_SHAPES: Final[Mapping[str, re.Pattern[str]]] = {
    "number": re.compile(r"[+-]?\d[\d\s.,'’]*(?:[eE][+-]?\d+)?%?"),
    "date": re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T ]\d{1,2}:\d\d.*)?"),
    "time": re.compile(r"\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?"),
    "mail": re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"),
    "link": re.compile(r"https?://\S+|www\.\S+"),
    "phone": re.compile(r"\+?\(?\d[\d\s().+/-]{6,}"),
    "guid": re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"),
    "markup": re.compile(r"<\w.*>", re.DOTALL),
}


def looks_like_values(row: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether more cells of the row are like the values below them than are unlike those.

    A cell speaks against a row of names when it has the shape of the values below (numbers, dates, mails, codes) or
    occurs among them again, and for one when it is plain words above values that have such a shape. Where nothing
    stands below, the shapes of the row alone decide.
    """
    against, names = _evidence(row, below)
    return against > names


def looks_like_names(row: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether more cells of the row are plain words above values of one shape than are like the values below them."""
    against, names = _evidence(row, below)
    return names > against


def plain_words(row: Sequence[str]) -> list[str]:
    """The filled cells of the row, where none has the shape of a value and none occurs twice; else none."""
    texts = [text for cell in row if (text := cell.strip())]
    return texts if len(set(texts)) == len(texts) and not any(map(_shape_of, texts)) else []


def _evidence(row: Sequence[str], below: Sequence[Sequence[str]]) -> tuple[int, int]:
    """How many cells of the row are like values, and how many are names of what stands below them."""
    against = names = 0
    for position, cell in enumerate(row):
        text = cell.strip()
        if text:
            values = [other for line in below if position < len(line) and (other := line[position].strip())]
            against += _is_value(text, values, alone=not below)
            names += _is_name(text, values)
    return against, names


def _is_value(text: str, values: Sequence[str], *, alone: bool) -> bool:
    shape = _shape_of(text)
    if not values:
        return alone and bool(shape)
    if shape:
        return _share(values, lambda value: _shape_of(value) == shape) >= _USUAL
    return text in values or (_has_digit(text) and _share(values, lambda value: _mask(value) == _mask(text)) >= _USUAL)


def _is_name(text: str, values: Sequence[str]) -> bool:
    """Words above values of one shape, or above codes."""
    if _shape_of(text) or not values:
        return False
    shape = _shape_of(values[0])
    if shape:
        return _share(values, lambda value: _shape_of(value) == shape) >= _USUAL
    coded = _share(values, lambda value: _has_digit(value) and _mask(value) == _mask(values[0])) >= _USUAL
    return coded and _mask(text) != _mask(values[0])


def _shape_of(text: str) -> str:
    return next((name for name, pattern in _SHAPES.items() if pattern.fullmatch(text)), "")


def _mask(text: str) -> str:
    """`AUSTRALI0001` and `TRIKES0017` alike: runs of letters and of digits."""
    return _MASKED.sub(lambda run: "9" if run[0].isdigit() else "A", text)


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))


def _share(values: Sequence[str], holds: Callable[[str], bool]) -> float:
    return sum(map(holds, values)) / len(values)
