"""What a browser sends of a form that nobody touched: the values as HTML's sanitisation and submission make them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import time
from html.parser import HTMLParser

DAY = re.compile(r"\d{4}-\d\d-\d\d")
TIME = re.compile(r"\d\d:\d\d(:\d\d(\.\d{1,3})?)?")
LOCAL = re.compile(rf"({DAY.pattern})[T ]({TIME.pattern})")
ONE_OF_SEVERAL = ("radio", "checkbox")
LINE_ENDS = re.compile("\r\n|\r|\n")

Attributes = dict[str, str | None]


def untouched(page: str, form_class: str = "ia-record-form") -> dict[str, list[str]]:
    """name -> the values that the form with this class sends."""
    form = _Form(form_class)
    form.feed(LINE_ENDS.sub("\n", page))
    form.close()
    # Of every text the ends of lines are sent as CRLF.
    return {name: [LINE_ENDS.sub("\r\n", value) for value in values] for name, values in form.sent.items()}


@dataclass
class _Select:
    name: str
    options: list[tuple[str, bool]] = field(default_factory=list)

    @property
    def value(self) -> str:
        return next((value for value, selected in self.options if selected), self.options[0][0])


class _Form(HTMLParser):
    def __init__(self, form_class: str) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self._class = form_class
        self._inside = False
        self._select: _Select | None = None
        self._area: tuple[str, list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self._inside = self._class in (given.get("class") or "").split()
        elif not self._inside:
            return
        elif tag == "input":
            self._input(given)
        elif tag == "select":
            self._select = _Select(given["name"] or "")
        elif tag == "option" and self._select:
            self._select.options.append((given.get("value") or "", "selected" in given))
        elif tag == "textarea":
            self._area = (given["name"] or "", [])

    def handle_data(self, data: str) -> None:
        if self._area:
            self._area[1].append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "select" and self._select:
            self._add(self._select.name, self._select.value)
            self._select = None
        elif tag == "textarea" and self._area:
            name, told = self._area
            self._add(name, "".join(told).removeprefix("\n"))
            self._area = None

    def _input(self, given: Attributes) -> None:
        name, sort, value = given.get("name"), given.get("type") or "text", given.get("value") or ""
        if name and (sort not in ONE_OF_SEVERAL or "checked" in given):
            self._add(name, sanitised(sort, value))

    def _add(self, name: str, value: str) -> None:
        self.sent.setdefault(name, []).append(value)


def sanitised(sort: str, value: str) -> str:
    """The value of an input of this type, once a browser has read it from the page."""
    if sort == "date":
        return value if DAY.fullmatch(value) else ""
    if sort == "time":
        return value if TIME.fullmatch(value) else ""
    if sort == "datetime-local":
        found = LOCAL.fullmatch(value)
        return f"{found[1]}T{shortest(found[2])}" if found else ""
    return value if sort == "hidden" else LINE_ENDS.sub("", value)


def shortest(clock: str) -> str:
    told = time.fromisoformat(clock)
    if told.microsecond:
        return told.isoformat("milliseconds").rstrip("0")
    return told.isoformat("seconds" if told.second else "minutes")
