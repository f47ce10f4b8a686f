"""What differs inside two texts, so that a page can mark it."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Final, NamedTuple

#: Longer texts are compared word by word.
BY_SIGNS: Final = 200
#: Where less than this of the shorter text stands in the other one too, everything is different.
IN_COMMON: Final = 0.5
#: A shorter piece between two differences is no thread to hold on to.
SHORTEST: Final = 2
WORDS: Final = re.compile(r"\w+|\s+|[^\w\s]")


class Piece(NamedTuple):
    """A part of a text; `marked` where the other text has something else."""

    text: str
    marked: bool


Pieces = tuple[Piece, ...]


def differing(old: str, new: str) -> tuple[Pieces, Pieces]:
    """(pieces of the old text, pieces of the new one); nothing where the texts have too little in common to compare."""
    signs = len(old) <= BY_SIGNS and len(new) <= BY_SIGNS
    one, other = (list(old), list(new)) if signs else (WORDS.findall(old), WORDS.findall(new))
    matcher = SequenceMatcher(None, one, other, autojunk=not signs)
    blocks = [block for block in matcher.get_matching_blocks() if _holds(one, block.a, block.size)]
    same = sum(len("".join(one[block.a : block.a + block.size])) for block in blocks)
    if not same or old == new or same < IN_COMMON * min(len(old), len(new)):
        return (), ()
    return (
        _pieces(one, [(block.a, block.size) for block in blocks]),
        _pieces(other, [(block.b, block.size) for block in blocks]),
    )


def _holds(parts: list[str], start: int, size: int) -> bool:
    """Whether a common piece is long enough; at either end of the text any is."""
    length = len("".join(parts[start : start + size]))
    return length >= SHORTEST or (length > 0 and (start == 0 or start + size == len(parts)))


def _pieces(parts: list[str], same: list[tuple[int, int]]) -> Pieces:
    found: list[Piece] = []
    at = 0
    for start, size in [*same, (len(parts), 0)]:
        found.append(Piece("".join(parts[at:start]), marked=True))
        found.append(Piece("".join(parts[start : start + size]), marked=False))
        at = start + size
    return tuple(piece for piece in found if piece.text)
