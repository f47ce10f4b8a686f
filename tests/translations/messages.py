"""Every text of the product that is marked for translation, read from the code and the pages themselves.

Pages go through Django's own `templatize`, which is what `makemessages` does, and both through Babel, so that no
program outside Python is needed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.extract import extract_python
from django.utils.translation.template import templatize

PROJECT: Final = Path(__file__).resolve().parents[2]
ROOMS: Final = ("integration_admin", "templates_app", "sync_app")
# How many texts each marker takes; None is one.
MARKERS: Final[Mapping[str, tuple[int, ...] | None]] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": None,
    "pgettext_lazy": None,
}
# Before their text stands what tells it from the same text elsewhere.
WITH_CONTEXT: Final = frozenset({"pgettext", "pgettext_lazy"})


@dataclass(frozen=True, slots=True, order=True)
class Message:
    """A text, its form for several, and what tells it from the same text elsewhere (empty = it has none)."""

    text: str
    plural: str = ""
    context: str = ""


def product_messages() -> frozenset[Message]:
    """Every marked text once. One that is used with and without a plural counts with it."""
    found = {message for room in ROOMS for file in _files(PROJECT / room) for message in messages_in(file)}
    counted = {message.text for message in found if message.plural}
    return frozenset(message for message in found if message.plural or message.context or message.text not in counted)


def messages_in(file: Path) -> Iterator[Message]:
    """The marked texts of one module or page."""
    code = file.read_text(encoding="utf-8")
    if file.suffix == ".html":
        # What is left of a page is not indented as Python wants it.
        code = "\n".join(line.lstrip() for line in templatize(code, origin=str(file)).splitlines())
    for _line, name, found, _comments in extract_python(BytesIO(code.encode()), dict(MARKERS), [], {}):
        texts = _texts(found)
        if name in WITH_CONTEXT:
            yield Message(texts[1], context=texts[0])
        elif texts and texts[0]:
            yield Message(texts[0], texts[1] if MARKERS[str(name)] else "")


def _texts(found: object) -> list[str]:
    """One text, or several; what is no literal is None."""
    every = [found] if isinstance(found, str) else list(found) if isinstance(found, tuple) else []
    return [text if isinstance(text, str) else "" for text in every]


def _files(room: Path) -> Iterator[Path]:
    for file in sorted(room.rglob("*")):
        if file.suffix in {".py", ".html"} and "migrations" not in file.parts:
            yield file
