"""Signs beyond ASCII that no language writes so: the trace of an encoding that is not the text's own."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from itertools import starmap
from typing import Final

WESTERN: Final = (
    "äöüßé",  # German
    "àâæçéèêëîïôœùûüÿ",  # French
    "áéíóúüñçªº",  # Spanish
    "áâãàçéêíóôõúüªº",  # Portuguese
    "àèéìíîòóùúªº",  # Italian
    "àçèéíïòóúü·",  # Catalan
    "éëïóöüèáíúê",  # Dutch
    "åäöéüšž",  # Swedish, Finnish
    "æøåéöäüôòóêèé",  # Danish, Norwegian
    "áðéíóúýþæö",  # Icelandic
    "áðíóúýæø",  # Faroese
    "äõöüšž",  # Estonian
)
CENTRAL: Final = (
    "áčďéěíňóřšťúůýž",  # Czech
    "áäčďéíĺľňóôŕšťúýž",  # Slovak
    "ąćęłńóśźż",  # Polish
    "áéíóöőúüű",  # Hungarian
    "čćđšž",  # Croatian, Slovene
    "ăâîşţ",  # Romanian
    "äöüß",  # German
)
WESTERN_LETTERS: Final = tuple(map(frozenset, WESTERN))
#: The letters of the languages that an encoding is for, by Python's name of it; of others nothing is known here.
ALPHABETS: Final = {
    **dict.fromkeys(("cp1252", "iso8859_15", "mac_roman", "cp850", "cp437"), WESTERN_LETTERS),
    **dict.fromkeys(("cp1250", "iso8859_2"), tuple(map(frozenset, CENTRAL))),
    "cp1254": (frozenset("çğıöşüâîû"),),
    "cp1257": (frozenset("äõöüšž"), frozenset("ąčęėįšųūž"), frozenset("āčēģīķļņšūž")),
}
# The Turkish ğ ş ı İ have the places of ð þ ý Ý, which only Icelandic and Faroese have in western Europe: there no word
# begins with ð, þ stands before a vowel or j, r, v, ý neither twice in a word nor at its end, hardly any name begins
# with Ý.
NOT_ICELANDIC: Final = re.compile(r"\bð|þ(?![aeiouyáéíóúýæörvj])|ý\w*ý|\w\wý\b|\bÝ")
#: The scripts that have an encoding of one byte a letter. In Chinese, Japanese and Korean texts Latin letters stand
#: beside any other, and everywhere beside signs such as ª and µ.
SCRIPTS: Final = frozenset({"CYRILLIC", "GREEK", "HEBREW", "ARABIC"})
HIGH: Final = re.compile(r"[^\x00-\x7f]")
# Punctuation that joins the parts of a word.
JOINERS: Final = frozenset("\u2019\u2010")


def odd_signs(text: str, *, encoding: str) -> int:
    """How many signs beyond ASCII stand where no writer puts them, or are of no language that has the others."""
    return sum(starmap(_is_odd, _high_signs(text))) + _strangers(text, encoding)


def mixed_signs(text: str) -> int:
    """How many letters of another script stand beside a Latin one, in one word: none in text that was read rightly."""
    foreign = {sign for sign in set(text) if _is_foreign(sign)}
    if not foreign:
        return 0
    return sum(sign in foreign and (_is_latin(before) or _is_latin(after)) for before, sign, after in _high_signs(text))


def _high_signs(text: str) -> Iterator[tuple[str, str, str]]:
    """Each sign beyond ASCII between its neighbours; a blank where there is none."""
    for found in HIGH.finditer(text):
        at = found.start()
        yield text[at - 1] if at else " ", found[0], text[at + 1 : at + 2] or " "


def _strangers(text: str, encoding: str) -> int:
    """The letters that the one language lacks which has most of them: several languages in one table are rare."""
    if encoding not in ALPHABETS:
        return 0
    counted = Counter(sign for sign in text.lower() if not sign.isascii() and sign.isalpha())
    fewest = min(sum(times for sign, times in counted.items() if sign not in known) for known in ALPHABETS[encoding])
    # Czech and Slovak have ý in the same place, and at the end of words.
    return fewest + (len(NOT_ICELANDIC.findall(text)) if ALPHABETS[encoding] is WESTERN_LETTERS else 0)


def _is_odd(before: str, sign: str, after: str) -> bool:
    """Drawings and fractions; punctuation inside a word; a capital inside a word of small letters."""
    category = unicodedata.category(sign)
    if category[0] in "SN":
        return sign != "€"
    if category[0] == "P":
        return sign not in JOINERS and before.isalpha() and after.isalpha()
    return category == "Lu" and (before.islower() or (before.isalpha() and after.islower()))


def _is_latin(sign: str) -> bool:
    return sign.isascii() and sign.isalpha()


def _is_foreign(sign: str) -> bool:
    return unicodedata.name(sign, "").split(" ")[0] in SCRIPTS
