"""Words of the mapping view: a phrase by its code, with what fills it. Doors translate the phrase and fill it in."""

from __future__ import annotations

from dataclasses import dataclass, field

from templates_app.catalog.problems import Params
from templates_app.mapping.phrases import PHRASES


@dataclass(frozen=True, slots=True)
class Words:
    """`code` stands in `PHRASES`. Params may come from a template, and so are never a format string.

    A door says `gettext(words.phrase).format_map(words.params)`; `str(words)` is the English of it.
    """

    code: str
    params: Params = field(default_factory=dict)

    @property
    def phrase(self) -> str:
        return PHRASES[self.code]

    def __str__(self) -> str:
        return self.phrase.format_map(self.params)


def words(code: str, **params: str | int) -> Words:
    return Words(code, params)
