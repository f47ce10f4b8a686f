"""How much the name of a column sounds like a field: by letters, then by words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from rapidfuzz import fuzz

from templates_app.catalog.loose import loose_form

How = Literal["name", "label", "meaning", "alike"]


def word_set(words: str) -> frozenset[str]:
    """The words of a text, as a set."""
    return frozenset(words.split())


_SPLIT: Final = re.compile(r"[\W_]+")
_CAMEL: Final = re.compile(
    r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])|(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])|(?<=[A-Z])(?=[A-Z][a-z])"
)

#: Words that say nothing about what a column holds.
_SILENT: Final = word_set(
    "de du des la le les d l of the for a an der die das des dem den el los las del y et and und au aux en"
)
#: Words that make a name mean something else when the field's own name lacks them: a code is no town.
_TURNING: Final = word_set(
    "code id ident identifiant identifier nombre nb number count anzahl numero no num nr annee year jahr ano type"
    " typ tipo region academie departement update maj created modified nature niveau"
    " mois month months jour jours day days week weeks"
)
#: Words so common that as a part of a longer name they say nothing: the `nom` of a district is no surname.
_EVERYDAY: Final = word_set("nom name nombre titre title libelle label type date code etat note notes site")
_NEAR_FROM: Final = 86
_NEAR_LENGTH: Final = 6
_SAME: Final = 90


@dataclass(frozen=True, slots=True)
class Named:
    """How well a name fits, 0 to 100, and how that was seen: the field's name, its label, a word that means it."""

    score: int
    how: How
    phrase: str = ""


@lru_cache(maxsize=8192)
def words_of(name: str) -> tuple[str, ...]:
    """The words of a name, folded: `Date_de_debut`, `dateDebut` and `Date de début` alike.

    Silent words are left out, but not the last: the Y of a coordinate is no Spanish "and".
    """
    words = _all_words(name)
    return tuple(word for word in words[:-1] if word not in _SILENT) + words[-1:]


def spelled_words(name: str) -> tuple[str, ...]:
    """The words of a name, folded, as a new name is made of them: the Y of `coordY_origine` is kept, "de la" is not."""
    words = _all_words(name)
    return tuple(word for word in words[:-1] if word not in _SILENT or word == "y") + words[-1:]


def _all_words(name: str) -> tuple[str, ...]:
    parts = (part for chunk in _SPLIT.split(name) for part in _CAMEL.split(chunk))
    return tuple(word for part in parts if (word := loose_form(part)))


@dataclass(frozen=True, slots=True)
class _Heard:
    """A name as it is compared: its letters and digits, and its words."""

    loose: str
    words: frozenset[str]


@lru_cache(maxsize=16384)
def _heard(name: str) -> _Heard:
    return _Heard(loose_form(name), frozenset(words_of(name)))


def alike(column: str, phrase: str) -> int:
    """0 to 100: 100 for the same letters and digits, then the same words, then shared words or near spellings."""
    return _alike(_heard(column), _heard(phrase))


def scores_of(column: str, phrases: Iterable[str]) -> dict[str, int]:
    """How much a column sounds like each of many phrases; those it does not sound like are absent."""
    heard = _heard(column)
    return {phrase: score for phrase in phrases if (score := _alike(heard, _heard(phrase)))}


def _alike(mine: _Heard, theirs: _Heard) -> int:
    if mine.loose == theirs.loose:
        return 100 if mine.loose else 0
    if mine.words == theirs.words:
        return 96
    if min(len(mine.loose), len(theirs.loose)) >= _NEAR_LENGTH:
        near = float(fuzz.ratio(mine.loose, theirs.loose, score_cutoff=_NEAR_FROM))
        if near:
            return int(near * 0.9)
    if not theirs.words <= mine.words or theirs.words <= _EVERYDAY or (mine.words - theirs.words) & _TURNING:
        return 0
    shared: float = (len(theirs.words) / len(mine.words)) ** 1.5
    return round(35 + 60 * shared)


def best_name(scores: Mapping[str, int], *, name: str, label: str, meanings: Iterable[str]) -> Named:
    """The best of the field's name, its label, and the phrases that mean it, by the `scores_of` a column."""
    of_name, of_label = scores.get(name.lstrip("_"), 0), scores.get(label, 0)
    best = Named(of_name, "name", name) if of_name >= of_label else Named(of_label, "label", label)
    for phrase in meanings:
        score = scores.get(phrase, 0) - 3
        if score > best.score:
            best = Named(score, "meaning", phrase)
    # A name that is only near, or that is part of a longer one, is no more than alike.
    return best if best.score >= _SAME else Named(best.score, "alike", best.phrase)
