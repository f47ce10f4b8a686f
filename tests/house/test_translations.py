"""Every text of the product stands in every language, whole and with the same places to fill in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import unfold
from babel.messages.catalog import Catalog
from django.conf import settings
from django.utils import translation

from integration_admin.theme_words import THEME_WORDS
from tests.translations import messages as marked
from tests.translations.catalogues import (
    LANGUAGES,
    as_text,
    compiled,
    compiled_of,
    forms,
    in_step,
    missing,
    read,
    texts,
    texts_of,
)

PLACE = re.compile(r"%\(\w+\)[a-z]|%[sd%]|\{\w[\w.:!]*\}")
TAG = re.compile(r"</?[a-z][^>]*>")


@pytest.fixture(scope="module")
def messages() -> frozenset[marked.Message]:
    return marked.product_messages()


@pytest.fixture(params=LANGUAGES)
def catalogue(request: pytest.FixtureRequest) -> Catalog:
    return read(request.param)


def test_every_offered_language_has_a_catalogue() -> None:
    assert sorted(LANGUAGES) == sorted(code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE)


def test_the_texts_are_found_in_code_and_pages(messages: frozenset[marked.Message]) -> None:
    assert len(messages) > 2000
    assert marked.Message("History") in messages
    assert any(message.plural for message in messages)


def test_no_marker_goes_by_another_name_under_which_its_texts_are_not_found() -> None:
    modules = (file for room in marked.ROOMS for file in (marked.PROJECT / room).rglob("*.py"))
    renamed = [
        file.name for file in modules if re.search(r"gettext\w* as (?!_$)", file.read_text("utf-8"), re.MULTILINE)
    ]
    assert renamed == []


def test_the_words_of_the_theme_are_among_them(messages: frozenset[marked.Message]) -> None:
    theirs, ours = Path(unfold.__file__).parent / "templates", marked.PROJECT / "integration_admin" / "templates"
    # Where we have a page of the same name, theirs is never shown. The search of the theme is off: ours finds records.
    shown = (page for page in theirs.rglob("*.html") if not (ours / page.relative_to(theirs)).exists())
    said = {message.text for page in shown if "command" not in page.name for message in marked.messages_in(page)}
    with translation.override("de"):
        untold = {text for text in said if translation.gettext(text) == text}
    assert untold <= {message.text for message in messages}
    assert {*THEME_WORDS} <= {message.text for message in messages}


def test_the_catalogue_holds_exactly_the_texts_of_the_product(
    catalogue: Catalog, messages: frozenset[marked.Message]
) -> None:
    held = {
        marked.Message(texts(entry)[0], "".join(texts(entry)[1:]), entry.context or "")
        for entry in catalogue
        if entry.id
    }
    hint = "python -m tests.translations brings the catalogues in step"
    assert held == messages, hint


def test_every_text_is_translated(catalogue: Catalog) -> None:
    assert list(missing(catalogue)) == []
    assert [entry.id for entry in catalogue if entry.fuzzy and entry.id] == []


def test_every_translation_has_the_places_and_tags_of_its_text(catalogue: Catalog) -> None:
    wrong = [(text, form) for text, form in _pairs(catalogue) if not _same(text, form)]
    assert wrong == []


def test_every_number_has_its_form(catalogue: Catalog) -> None:
    counted = [entry for entry in catalogue if len(texts(entry)) > 1]
    assert counted
    assert {len(forms(entry)) for entry in counted} == {catalogue.num_plurals}


def test_the_compiled_catalogue_is_the_one_people_read(catalogue: Catalog) -> None:
    language = str(catalogue.locale)
    text = texts_of(language).read_bytes()
    assert text == as_text(catalogue)
    assert compiled_of(language).read_bytes() == compiled(text)


def test_a_changed_text_loses_its_translation_and_an_unchanged_one_keeps_it() -> None:
    kept = Catalog(locale="de", fuzzy=False)
    kept.add("Row", "Zeile")
    kept.add("Row", "Rudern", context="verb")
    kept.add("Gone", "Fort")
    step = in_step(kept, [marked.Message("Row"), marked.Message("New"), marked.Message("Row", context="verb")])
    told = {(entry.id, entry.context): forms(entry) for entry in step if entry.id}
    assert told == {("New", None): ("",), ("Row", None): ("Zeile",), ("Row", "verb"): ("Rudern",)}
    assert list(missing(step)) == ["New"]


@pytest.mark.parametrize(
    ("text", "form", "same"),
    [
        ("{count} rows", "{count} Zeilen", True),
        ("{count} rows", "{number} Zeilen", False),
        ("%(n)s of %(m)s", "%(m)s, davon %(n)s", True),
        ("100 %% of", "100 % von", False),
        ("<b>now</b>", "<b>jetzt</b>", True),
        ("<b>now</b>", "jetzt", False),
    ],
)
def test_places_and_tags_are_compared(text: str, form: str, same: bool) -> None:
    assert _same(text, form) is same


def _same(text: str, form: str) -> bool:
    places = sorted(set(PLACE.findall(text))) == sorted(set(PLACE.findall(form)))
    return places and sorted(TAG.findall(text)) == sorted(TAG.findall(form))


def _pairs(catalogue: Catalog) -> Iterator[tuple[str, str]]:
    """Each text with its translation; of several forms the last: only the singular may leave the number out."""
    return ((texts(entry)[-1], forms(entry)[-1]) for entry in catalogue if entry.id)
