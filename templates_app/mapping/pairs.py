"""Value maps as lines that people type: `M = Mr`, one pair a line."""

from __future__ import annotations

import json
from collections.abc import Iterable

from templates_app.mapping.refusals import EditRefused

Pair = tuple[str, str]
_SIGN = " = "


def pairs_text(pairs: Iterable[Pair]) -> str:
    """One pair a line, `from = to`. A side that would not be read back as it is stands in JSON quotes."""
    return "\n".join(f"{_side(source)}{_SIGN}{_side(target)}".rstrip(" ") for source, target in pairs)


def pairs_of(text: str) -> tuple[Pair, ...]:
    """The pairs of such lines; blank lines do not count. Raises `EditRefused` (`pair_without_sign`, `pair_quotes`)."""
    lines = enumerate(text.replace("\r\n", "\n").split("\n"), 1)
    return tuple(_pair(line.strip(), number) for number, line in lines if line.strip())


def _side(text: str) -> str:
    plain = text == text.strip() and "=" not in text and not text.startswith('"') and text.isprintable()
    return text if plain and text else json.dumps(text, ensure_ascii=False)


def _pair(line: str, number: int) -> Pair:
    source, rest = _quoted(line, number) if line.startswith('"') else _bare(line)
    if not rest.startswith("="):
        raise EditRefused("pair_without_sign", line=number, text=line)
    target = rest[1:].strip()
    if not target.startswith('"'):
        return source, target
    value, after = _quoted(target, number)
    if after:
        raise EditRefused("pair_quotes", line=number, text=line)
    return source, value


def _bare(line: str) -> tuple[str, str]:
    """What stands before the first ` = `, else before the first sign."""
    at = line.find(_SIGN)
    at = at + 1 if at >= 0 else line.find("=")
    return (line[:at].strip(), line[at:]) if at >= 0 else (line, "")


def _quoted(text: str, number: int) -> tuple[str, str]:
    try:
        value, end = json.JSONDecoder().raw_decode(text)
    except ValueError:
        raise EditRefused("pair_quotes", line=number, text=text) from None
    return str(value), text[end:].strip()
