"""The catalogue of each language: read, brought in step with the code, written and compiled the same way each time."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from tests.translations.messages import PROJECT, Message

FOLDER: Final = PROJECT / "integration_admin" / "locale"
UNDATED: Final = datetime(2000, 1, 1, tzinfo=UTC)
# English is what stands in the code.
LANGUAGES: Final = ("da", "de", "es", "fi", "fr", "it", "ja", "nb", "nl", "pl", "pt", "ru", "sv")


def texts_of(language: str) -> Path:
    """Where people read and change the translations of a language."""
    return FOLDER / language / "LC_MESSAGES" / "django.po"


def compiled_of(language: str) -> Path:
    """What the site reads."""
    return texts_of(language).with_suffix(".mo")


def read(language: str) -> Catalog:
    """The catalogue as it is kept; an empty one for a new language."""
    file = texts_of(language)
    if not file.exists():
        return Catalog(locale=language, fuzzy=False)
    with file.open("rb") as kept:
        return read_po(kept, locale=language)


def in_step(kept: Catalog, messages: Collection[Message]) -> Catalog:
    """The same translations for exactly these messages; what is new has an empty one, what is gone is dropped."""
    catalogue = Catalog(locale=kept.locale, fuzzy=False)
    for message in sorted(messages):
        context = message.context or None
        known = kept.get(message.text, context)
        fits = known is not None and (len(texts(known)) > 1) == bool(message.plural)
        identity = (message.text, message.plural) if message.plural else message.text
        catalogue.add(identity, known.string if known is not None and fits else None, context=context)
    return catalogue


def as_text(catalogue: Catalog) -> bytes:
    """The file of a catalogue, without the dates that would differ each time."""
    written = BytesIO()
    write_po(written, catalogue, width=0, omit_header=True)
    head = (
        'msgid ""\nmsgstr ""\n'
        f'"Language: {catalogue.locale}\\n"\n'
        '"Content-Type: text/plain; charset=UTF-8\\n"\n'
        f'"Plural-Forms: {catalogue.plural_forms}\\n"\n\n'
    )
    return head.encode() + written.getvalue()


def compiled(text: bytes) -> bytes:
    """The compiled form of the file of a catalogue."""
    written, catalogue = BytesIO(), read_po(BytesIO(text))
    # Otherwise the moment of compiling would be written into it.
    catalogue.creation_date = catalogue.revision_date = UNDATED
    write_mo(written, catalogue)
    return written.getvalue()


def write(language: str, catalogue: Catalog) -> None:
    """Both files of a language."""
    text = as_text(catalogue)
    texts_of(language).parent.mkdir(parents=True, exist_ok=True)
    texts_of(language).write_bytes(text)
    compiled_of(language).write_bytes(compiled(text))


def texts(entry: Entry) -> tuple[str, ...]:
    """The text of an entry, and its form for several if it has one."""
    return tuple(entry.id) if isinstance(entry.id, list | tuple) else (entry.id,)


def forms(entry: Entry) -> tuple[str, ...]:
    """Its translation, or one for each sort of number."""
    if isinstance(entry.string, list | tuple):
        return tuple(entry.string)
    return (entry.string or "",)


def missing(catalogue: Catalog) -> Iterator[str]:
    """The texts that have no translation, or not one for every number."""
    return (texts(entry)[0] for entry in catalogue if entry.id and not all(forms(entry)))
