"""The forms that stand on a page, as a browser without scripts would send them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urljoin, urlsplit

#: Inputs that send something only when pressed.
PRESSED: Final = frozenset({"submit", "image"})
NEVER_SENT: Final = frozenset({"reset", "button"})


@dataclass
class Form:
    """Where it goes and what it sends.

    `buttons`: what each of its buttons adds, if anything. `files`: names of its file inputs.
    """

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str] | None] = field(default_factory=list)
    files: list[str] = field(default_factory=list)

    def sent(self, button: tuple[str, str] | None = None) -> dict[str, list[str]]:
        """Name -> values, with one button pressed."""
        given: dict[str, list[str]] = {}
        for name, value in (*self.fields, *((button,) if button else ())):
            given.setdefault(name, []).append(value)
        return given


class _Reader(HTMLParser):
    """Collects forms, and what belongs to one by its place or by its `form` attribute."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self._page = page
        self.forms: list[Form] = []
        self._by_id: dict[str, Form] = {}
        self._inside: Form | None = None
        self._loose: list[tuple[str, str, dict[str, str]]] = []
        self._select: tuple[str, str, list[tuple[str, bool]]] | None = None
        self._text: tuple[str, str, list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._begin(given)
        elif tag in {"input", "button"}:
            self._loose_or_own(tag, given)
        elif tag == "select" and given.get("name") and "disabled" not in given:
            self._select = (given["name"], given.get("form", ""), [])
        elif tag == "option" and self._select is not None:
            self._select[2].append((given.get("value", ""), "selected" in given))
        elif tag == "textarea" and given.get("name"):
            self._text = (given["name"], given.get("form", ""), [])

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text[2].append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = None
        elif tag == "select" and self._select is not None:
            name, owner, options = self._select
            chosen = [value for value, selected in options if selected] or [value for value, _ in options[:1]]
            for value in chosen:
                self._loose_or_own("input", {"name": name, "value": value, **({"form": owner} if owner else {})})
            self._select = None
        elif tag == "textarea" and self._text is not None:
            name, owner, parts = self._text
            text = "".join(parts).removeprefix("\n")
            self._loose_or_own("input", {"name": name, "value": text, **({"form": owner} if owner else {})})
            self._text = None

    def finish(self) -> list[Form]:
        """The forms, with what lay outside them."""
        self.close()
        for tag, owner, given in self._loose:
            if owner in self._by_id:
                _add(self._by_id[owner], tag, given)
        return self.forms

    def _begin(self, given: dict[str, str]) -> None:
        action = urlsplit(urljoin(self._page, given.get("action") or self._page))
        address = f"{action.path}{'?' * bool(action.query)}{action.query}"
        self._inside = Form(address, given.get("method", "get").lower())
        self.forms.append(self._inside)
        if "id" in given:
            self._by_id[given["id"]] = self._inside

    def _loose_or_own(self, tag: str, given: dict[str, str]) -> None:
        if "disabled" in given:
            return
        if given.get("form"):
            self._loose.append((tag, given["form"], given))
        elif self._inside is not None:
            _add(self._inside, tag, given)


def forms_of(page: str, html: str) -> list[Form]:
    """Every form of the page at this address."""
    reader = _Reader(page)
    reader.feed(html)
    return reader.finish()


def _add(form: Form, tag: str, given: dict[str, str]) -> None:
    kind = given.get("type", "submit" if tag == "button" else "text").lower()
    name, value = given.get("name", ""), given.get("value", "")
    if kind in PRESSED:
        form.buttons.append((name, value) if name else None)
    elif kind in NEVER_SENT or not name:
        return
    elif kind == "file":
        form.files.append(name)
    elif kind in {"checkbox", "radio"}:
        if "checked" in given:
            form.fields.append((name, value or "on"))
    else:
        form.fields.append((name, value))
