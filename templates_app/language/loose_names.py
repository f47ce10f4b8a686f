"""Names compared by their letters and digits only: no case, accents, width, blanks or punctuation."""

from __future__ import annotations

import unicodedata


def loose_name(name: str) -> str:
    """`Téléphone mobile`, `telephone_mobile` and `TELEPHONE MOBILE` give the same. "" when there is nothing to compare.

    Only Latin letters lose their marks: in other scripts a mark makes another letter.
    """
    if name.isascii():
        return "".join(filter(str.isalnum, name)).lower()
    bare: list[str] = []
    for sign in unicodedata.normalize("NFD", unicodedata.normalize("NFKC", name).casefold()):
        if unicodedata.combining(sign) and bare and bare[-1].isascii():
            continue
        bare.append(sign)
    kept = unicodedata.normalize("NFC", "".join(bare))
    return "".join(sign for sign in kept if sign.isalnum() or unicodedata.category(sign) in ("Mn", "Mc"))
