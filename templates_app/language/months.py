"""Names of months: written in English, read in every language of the product, in full or shortened."""

from __future__ import annotations

import unicodedata
from typing import Final

ENGLISH: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
SHORT: Final = 3
JAPANESE: Final = "月"

# January to December, each in all the ways that people write it; accents, letter case and the dot of what is shortened
# do not count. After the locale data of Unicode. No name means different months in two of these languages, and what is
# short for two months of one (the French `jui`) is no name here.
_WRITTEN: Final = {
    "en": "jan/january feb/february mar/march apr/april may jun/june jul/july aug/august sep/sept/september oct/october"
    " nov/november dec/december",
    "de": "jan/januar/janner feb/februar/feber mar/mrz/marz/maerz apr/april mai jun/juni jul/juli aug/august"
    " sep/sept/september okt/oktober nov/november dez/dezember",
    "da": "jan/januar feb/februar mar/marts apr/april maj jun/juni jul/juli aug/august sep/sept/september okt/oktober"
    " nov/november dec/december",
    "es": "ene/enero feb/febrero mar/marzo abr/abril may/mayo jun/junio jul/julio ago/agosto"
    " sep/set/sept/septiembre/setiembre oct/octubre nov/noviembre dic/diciembre",
    "fi": "tam/tammi/tammikuu/tammikuuta hel/helmi/helmikuu/helmikuuta maa/maalis/maaliskuu/maaliskuuta"
    " huh/huhti/huhtikuu/huhtikuuta tou/touko/toukokuu/toukokuuta kes/kesa/kesakuu/kesakuuta"
    " hei/heina/heinakuu/heinakuuta elo/elokuu/elokuuta syy/syys/syyskuu/syyskuuta lok/loka/lokakuu/lokakuuta"
    " marras/marraskuu/marraskuuta jou/joulu/joulukuu/joulukuuta",
    "fr": "jan/janv/janvier fev/fevr/fevrier mar/mars avr/avril mai juin jul/juil/juillet aou/aout"
    " sep/sept/septembre oct/octobre nov/novembre dec/decembre",
    "it": "gen/gennaio feb/febbraio mar/marzo apr/aprile mag/maggio giu/giugno lug/luglio ago/agosto"
    " set/sett/settembre ott/ottobre nov/novembre dic/dicembre",
    "nl": "jan/januari feb/februari mrt/maart apr/april mei jun/juni jul/juli aug/augustus sep/sept/september"
    " okt/oktober nov/november dec/december",
    "nb": "jan/januar feb/februar mar/mars apr/april mai jun/juni jul/juli aug/august sep/sept/september okt/oktober"
    " nov/november des/desember",
    "pl": "sty/styczen/stycznia lut/luty/lutego mar/marzec/marca kwi/kwiecien/kwietnia maj/maja cze/czerwiec/czerwca"
    " lip/lipiec/lipca sie/sierpien/sierpnia wrz/wrzesien/wrzesnia paz/pazdziernik/pazdziernika lis/listopad/listopada"
    " gru/grudzien/grudnia",
    "pt": "jan/janeiro fev/fevereiro mar/marco abr/abril mai/maio jun/junho jul/julho ago/agosto set/setembro"
    " out/outubro nov/novembro dez/dezembro",
    "ru": "янв/январь/января фев/февр/февраль/февраля мар/март/марта апр/апрель/апреля май/мая июн/июнь/июня"
    " июл/июль/июля авг/август/августа сен/сент/сентябрь/сентября окт/октябрь/октября ноя/нояб/ноябрь/ноября"
    " дек/декабрь/декабря",
    "sv": "jan/januari feb/februari mar/mars apr/april maj jun/juni jul/juli aug/augusti sep/sept/september okt/oktober"
    " nov/november dec/december",
}


def month_of(name: str) -> int:
    """1 to 12, of a name in whatever language, in full or shortened, or of the Japanese `1月`. ValueError if none."""
    loose = _loose(name)
    number = int(loose.removesuffix(JAPANESE)) if loose.endswith(JAPANESE) else _MONTHS.get(loose, 0)
    if number not in range(1, len(ENGLISH) + 1):
        raise ValueError(name)
    return number


def month_name(number: int, *, short: bool) -> str:
    """In English, as the vendor's letters write it where no language is asked for: `Jan`, `January`."""
    return ENGLISH[number - 1][: SHORT if short else None]


def _loose(name: str) -> str:
    parts = unicodedata.normalize("NFKD", name.casefold())
    return "".join(sign for sign in parts if not unicodedata.combining(sign)).rstrip(".")


_MONTHS: Final = {
    _loose(name): number
    for written in _WRITTEN.values()
    for number, names in enumerate(written.split(), start=1)
    for name in names.split("/")
}
