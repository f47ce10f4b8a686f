"""The language of an answer: the first of Accept-Language that is offered."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.utils.translation.trans_real import parse_accept_lang_header

# The vendor's clients say `no`; what is offered under that name is Bokmål.
ALIASES: Final = {"no": "nb", "nn": "nb"}


def language_for(accepted: str) -> str:
    """A code of `settings.LANGUAGES` for a header Accept-Language; `settings.LANGUAGE_CODE` when none of it fits."""
    offered = {code for code, _name in settings.LANGUAGES}
    for wanted, quality in parse_accept_lang_header(accepted.lower()):
        main = wanted.partition("-")[0]
        for code in (wanted, main, ALIASES.get(main, "")):
            if quality and code in offered:
                return code
    return settings.LANGUAGE_CODE
