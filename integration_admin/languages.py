"""The language of an answer or a page: what was chosen, else the first of Accept-Language that is offered."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

# The vendor's clients say `no`; what is offered under that name is Bokmål.
ALIASES: Final = {"no": "nb", "nn": "nb"}
#: What the documents of the vendor call a language otherwise than the catalogues of texts do.
DOCUMENTED: Final = {"nb": "no"}


def documented_code(language: str) -> str:
    """The code that the APIs tell for one of `settings.LANGUAGES`, which is one of those they take."""
    return DOCUMENTED.get(language, language)


def language_for(accepted: str) -> str:
    """A code of `settings.LANGUAGES` for a header Accept-Language; `settings.LANGUAGE_CODE` when none of it fits."""
    offered = {code for code, _name in settings.LANGUAGES}
    for wanted, quality in parse_accept_lang_header(accepted.lower()):
        main = wanted.partition("-")[0]
        for code in (wanted, main, ALIASES.get(main, "")):
            if quality and code in offered:
                return code
    return settings.LANGUAGE_CODE


def language_of_page(request: HttpRequest) -> str:
    """The code that was chosen on My access (a cookie), else one that the browser accepts."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    offered = dict(settings.LANGUAGES)
    return chosen if chosen in offered else language_for(request.META.get("HTTP_ACCEPT_LANGUAGE", ""))


class SiteLanguage(LocaleMiddleware):
    """Each page in the language of whoever looks at it."""

    def process_request(self, request: HttpRequest) -> None:
        language = language_of_page(request)
        translation.activate(language)
        request.LANGUAGE_CODE = language
