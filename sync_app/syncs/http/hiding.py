"""What another system said, as it may be stored and shown: short, on one line, without our secrets."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

SHOWN: Final = 200
READ: Final = 2_000
#: So far is a secret looked for that begins in what is read.
LOOKED_AT: Final = 8_000
SHORTEST: Final = 4
HIDDEN: Final = "•••"
BLANKS: Final = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
#: Something may be spelled in JSON, and that in a page or an address: so often is it read.
DEPTH: Final = 3
PERCENT: Final = r"(?P<percent>(?:%[0-9A-Fa-f]{2})+)"
JSON: Final = r"\\u(?P<unit>[0-9A-Fa-f]{4})|\\(?P<sign>.)"
HTML: Final = r"(?P<named>&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});)"
NUL: Final = r"\x00"
#: Each by itself, for a secret may look like another spelling; and all, for they may be mixed.
SPELLINGS: Final = tuple(
    re.compile(spelling, re.DOTALL) for spelling in (PERCENT, JSON, HTML, NUL, "|".join((PERCENT, JSON, HTML, NUL)))
)
SIGNS: Final = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
#: Fewer signs of base64 may stand there by chance.
PACKED_AT_LEAST: Final = 6

Span = tuple[int, int]


def excerpt(body: bytes, *, secrets: Iterable[str]) -> str:
    """At most 200 characters of what was said. Every spelling of a secret is taken out before it is cut."""
    said = body[: LOOKED_AT * 4].decode("utf-8", "replace")[:LOOKED_AT]
    text = hidden(said, secrets=secrets, shown=READ)
    plain = "".join(sign if sign.isprintable() else " " for sign in BLANKS.sub(" ", text)).strip()
    return plain if len(plain) <= SHOWN else plain[: SHOWN - 1] + "…"


def line(value: object, *, secrets: Iterable[str]) -> str:
    """The same of one value of an answer; nothing of None. What is longer is cut."""
    text = hidden(str(value or "")[:LOOKED_AT], secrets=secrets, shown=READ)
    return "".join(sign if sign.isprintable() else "?" for sign in " ".join(text.split()))[:SHOWN]


def hidden(text: str, *, secrets: Iterable[str], shown: int | None = None) -> str:
    """The text with each secret replaced, however it is spelled; of a text that was cut, what began in the first
    `shown` characters: a secret further back may have lost its end, and would not be known.
    """
    last = len(text) if shown is None else min(shown, len(text))
    sought = [secret for secret in secrets if len(secret) >= SHORTEST]
    if not sought:
        return text[:last]
    found = {span for reading in _readings(text) for secret in sought for span in _spans(reading, secret)}
    parts: list[str] = []
    end = 0
    for start, stop in _joined(found):
        if start < last:
            parts += (text[end:start], HIDDEN)
            end = stop
    return "".join((*parts, text[end:last]))


# --- reading


@dataclass(frozen=True, slots=True)
class _Reading:
    """A text with some spellings undone, and of each character where it stands in the text that was said."""

    text: str
    places: list[Span]

    def undone(self, spelling: re.Pattern[str]) -> _Reading:
        """With one spelling more undone."""
        signs: list[str] = []
        places: list[Span] = []
        end = 0
        for escape in spelling.finditer(self.text):
            signs.append(self.text[end : escape.start()])
            places += self.places[end : escape.start()]
            for sign, start, stop in _meant(escape):
                signs.append(sign)
                places += [(self.places[start][0], self.places[stop - 1][1])] * len(sign)
            end = escape.end()
        return _Reading("".join((*signs, self.text[end:])), [*places, *self.places[end:]])


def _readings(text: str) -> Iterator[_Reading]:
    newest = [_Reading(text, [(place, place + 1) for place in range(len(text))])]
    seen = {text}
    yield newest[0]
    for _ in range(DEPTH):
        found = [reading.undone(spelling) for reading in newest for spelling in SPELLINGS]
        newest = list({reading.text: reading for reading in found if reading.text not in seen}.values())
        seen |= {reading.text for reading in newest}
        yield from newest


def _meant(escape: re.Match[str]) -> Iterator[tuple[str, int, int]]:
    """What stands there in truth, and from where to where."""
    start, stop = escape.span()
    said = escape.groupdict()
    if percent := said.get("percent"):
        for sign in bytes.fromhex(percent.replace("%", "")).decode("utf-8", "surrogateescape"):
            stop = start + 3 * len(sign.encode("utf-8", "surrogateescape"))
            yield sign, start, stop
            start = stop
    elif unit := said.get("unit"):
        yield chr(int(unit, 16)), start, stop
    elif escaped := said.get("sign"):
        yield SIGNS.get(escaped, escaped), start, stop
    elif named := said.get("named"):
        yield html.unescape(named), start, stop


# --- finding


def _spans(reading: _Reading, secret: str) -> Iterator[Span]:
    """Where a secret stands, in the text that was said. A form spells a blank as a plus."""
    text = reading.text.replace("+", " ")
    for sought in _forms(secret):
        form = sought.replace("+", " ")
        place = text.find(form)
        while place >= 0:
            yield reading.places[place][0], reading.places[place + len(form) - 1][1]
            place = text.find(form, place + 1)


def _forms(secret: str) -> set[str]:
    """A secret, and what it is as bytes."""
    raw = secret.encode("utf-8", "surrogatepass")
    packed = base64.b64encode(raw).decode()
    forms = {packed, packed.rstrip("=")}
    for before in range(3):
        # Packed together with something else, which is part of the signs around it.
        around = base64.b64encode(b"\0" * before + raw).decode()
        inner = around[(before * 8 + 5) // 6 : (before + len(raw)) * 8 // 6]
        forms |= {inner} if len(inner) >= PACKED_AT_LEAST else set()
    addressed = {form.translate(str.maketrans("+/", "-_")) for form in forms}
    return {secret, raw.hex(), raw.hex().upper(), *forms, *addressed}


def _joined(spans: Iterable[Span]) -> list[Span]:
    """In order, with those that touch made one."""
    joined: list[Span] = []
    for start, stop in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], stop)
        else:
            joined.append((start, stop))
    return joined
