"""Looks at one decoded value of a JSON body: depth, numbers, texts, names that occur twice."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any, Final

import msgspec

from .json_text import STRING
from .limits import Limits

SPACED_SEPARATORS: Final = (b" :", b"\t:", b"\n:", b"\r:")
SHOWN_NUMBER: Final = 60
NUMBER: Final = re.compile(rb"-?[0-9]+")


class Fault(Exception):
    """What is wrong with a value, on its way up to who knows the place.

    `parts` is the way down from the checked value to the fault.
    """

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.params = params
        self.parts: tuple[str | int, ...] = ()

    def inside(self, part: str | int) -> Fault:
        self.parts = (part, *self.parts)
        return self


class Checker:
    """Decodes a value and refuses what must not be given on. Not for two threads at once."""

    def __init__(self, *, limits: Limits, careful: bool, spaced: bool) -> None:
        self._limits = limits
        self._careful = careful
        self._spaced = spaced
        self._bad_number = ""
        self._decoder = msgspec.json.Decoder(float_hook=self._number)

    def decode(self, text: bytes, *, depth: int) -> Any:
        """The value of `text`, which lies `depth` levels deep. Raises Fault."""
        if len(text) > self._limits.max_values and text.count(b",") >= self._limits.max_values:
            self._refuse_too_many_values(text)
        value = self.decode_only(text)
        self._check(text, value, depth)
        return value

    def decode_only(self, text: bytes | memoryview | msgspec.Raw) -> Any:
        """The same, for a text of which the caller knows that it is flat, and counts the names himself."""
        try:
            value = self._decoder.decode(text)
        except RecursionError:
            raise Fault("too_deep", limit=self._limits.max_depth) from None
        except msgspec.ValidationError:
            raise self._bad(_longest_number(bytes(text))) from None
        except msgspec.DecodeError:
            # The text has been split as good JSON and is UTF-8: only half a surrogate pair is left to be wrong.
            raise Fault("invalid_unicode") from None
        if self._bad_number:
            number, self._bad_number = self._bad_number, ""
            raise self._bad(number)
        return value

    def _check(self, text: bytes, value: Any, depth: int) -> None:
        limits = self._limits
        flat = text.find(b"{", 1) < 0 and text.find(b"[", 1) < 0 and depth < limits.max_depth
        if flat and not self._careful and len(text) <= limits.max_text:
            names = len(value) if type(value) is dict else 0
        else:
            names = self._walk(value, depth)
        if names > limits.max_fields:
            raise Fault("too_many_fields", limit=limits.max_fields)
        if _separators(text, spaced=self._spaced) != names and text.count(b":") != names:
            _refuse_repeated_names(text)

    def _walk(self, value: Any, depth: int) -> int:
        """How many names there are in the value, at all levels."""
        if isinstance(value, dict):
            return self._walk_object(value, depth + 1)
        if isinstance(value, list):
            return self._walk_list(value, depth + 1)
        if isinstance(value, str):
            self._check_text(value)
        elif type(value) is int and len(str(abs(value))) > self._limits.max_digits:
            raise self._bad(str(value)[:SHOWN_NUMBER])
        return 0

    def _walk_object(self, value: dict[str, Any], depth: int) -> int:
        self._check_depth(depth)
        names = len(value)
        for name, inner in value.items():
            try:
                self._check_text(name)
                names += self._walk(inner, depth)
            except Fault as fault:
                raise fault.inside(name) from None
        return names

    def _walk_list(self, value: list[Any], depth: int) -> int:
        self._check_depth(depth)
        names = 0
        for index, inner in enumerate(value):
            try:
                names += self._walk(inner, depth)
            except Fault as fault:
                raise fault.inside(index) from None
        return names

    def _check_depth(self, depth: int) -> None:
        if depth > self._limits.max_depth:
            raise Fault("too_deep", limit=self._limits.max_depth)

    def _check_text(self, text: str) -> None:
        if len(text) > self._limits.max_text:
            raise Fault("text_over_limit", limit=self._limits.max_text)
        if "\0" in text:
            raise Fault("nul_character")

    def _number(self, text: str) -> Decimal:
        if len(text) <= self._limits.max_digits and "e" not in text and "E" not in text:
            return Decimal(text)
        mantissa, _, exponent = text.lower().partition("e")
        # The text of the exponent is short before it becomes a number: no conversion ever runs on a hostile one.
        digits = exponent.lstrip("+-").lstrip("0") or "0"
        fits = len(digits) <= len(str(self._limits.max_exponent)) and int(digits) <= self._limits.max_exponent
        if fits and sum(map(str.isdigit, mantissa)) <= self._limits.max_digits:
            return Decimal(text)
        self._bad_number = text[:SHOWN_NUMBER]
        return Decimal(0)

    def _bad(self, number: str) -> Fault:
        limits = self._limits
        return Fault("number_over_limit", value=number, digits=limits.max_digits, exponent=limits.max_exponent)

    def _refuse_too_many_values(self, text: bytes) -> None:
        if STRING.sub(b"", text).count(b",") >= self._limits.max_values:
            raise Fault("too_many_values", limit=self._limits.max_values)


def _longest_number(text: bytes) -> str:
    """The beginning of the number that the decoder did not take; what else stands in the row is nobody's business."""
    numbers = NUMBER.findall(STRING.sub(b"", text))
    return str(max(numbers, key=len, default=b"")[:SHOWN_NUMBER], "ascii")


def _separators(text: bytes, *, spaced: bool) -> int:
    """At least as many as there are names: each name is followed by a colon, with or without blanks between.

    Text that holds such signs counts too, so this may be too many (then the exact way is taken), never too few.
    """
    found = text.count(b'":')
    return found + sum(map(text.count, SPACED_SEPARATORS)) if spaced else found


def _refuse_repeated_names(text: bytes) -> None:
    json.loads(text, object_pairs_hook=_unique, parse_int=str, parse_float=str)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise Fault("duplicate_key", name=name)
        found[name] = value
    return found
