"""Builds the tree of a template from expat's events, because expat alone says where an element begins.

Nothing here opens a file or a socket: no handler for external entities is set, a DOCTYPE stops the parser, and what has
no place in a template (processing instructions, CDATA sections, namespaces) is a finding.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from xml.parsers import expat

from templates_app.catalog.problems import Params, gettext_noop, shown
from templates_app.language.findings import Finding, Severity
from templates_app.language.nodes import Comment, Element

MAX_DEPTH: Final = 8
MAX_ELEMENTS: Final = 2000
MAX_ATTRIBUTES: Final = 50

#: What expat calls the mistakes people make, in words; any other keeps the general one.
REASONS: Final[dict[int, str]] = {
    2: gettext_noop("a character stands where it may not, such as a lone < or &"),
    3: gettext_noop("there is no element"),
    4: gettext_noop("a character stands where it may not, such as a lone < or &"),
    5: gettext_noop("the text ends inside an element or a comment"),
    7: gettext_noop("an end tag does not fit the element that is open"),
    8: gettext_noop("an attribute is written twice"),
    9: gettext_noop("something follows after the end of the template"),
    11: gettext_noop("a name between & and ; is not known; write &amp; for an ampersand"),
    14: gettext_noop("a number between &# and ; is no character"),
}
OTHER_REASON: Final = gettext_noop("the text is not well-formed XML")


class _Stopped(Exception):
    """Raised by a handler that has added the last finding worth reading."""


class TreeBuilder:
    """One use: `build(data)`, then `root` and `findings`."""

    def __init__(self) -> None:
        self.root: Element | None = None
        self.findings: list[Finding] = []
        self._open: list[Element] = []
        self._before: list[Comment] = []
        self._count = 0
        self._line_ends = 0
        self._text_reported = False
        self._parser = self._new_parser()

    def build(self, data: bytes) -> None:
        """Parses UTF-8 bytes. On a fatal finding `root` is None and `findings` says why."""
        try:
            self._parser.Parse(data, True)
        except _Stopped:
            self.root = None
        except expat.ExpatError as error:
            self._add("xml_malformed", {"reason": _reason(error.code)}, at=(error.lineno, error.offset + 1))
            self.root = None

    def _new_parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate("utf-8")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.CommentHandler = self._comment
        parser.XmlDeclHandler = self._declaration
        parser.StartDoctypeDeclHandler = self._stopping("doctype_forbidden")
        parser.ProcessingInstructionHandler = self._reporting("xml_instruction")
        parser.StartCdataSectionHandler = self._reporting("xml_cdata")
        return parser

    def _add(self, code: str, params: Params, *, at: tuple[int, int] | None = None) -> None:
        """An error at the given line and column, by default where the present event begins."""
        self.findings.append(Finding(Severity.ERROR, code, params, *(at or self._here())))

    def _here(self) -> tuple[int, int]:
        return self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1

    def _stop(self, code: str, **params: str | int) -> None:
        self._add(code, params)
        raise _Stopped

    def _stopping(self, code: str) -> Callable[..., None]:
        return lambda *_: self._stop(code)

    def _reporting(self, code: str) -> Callable[..., None]:
        return lambda *_: self._add(code, {})

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in ("utf-8", "utf8"):
            self._stop("xml_encoding", encoding=shown(encoding))

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._count += 1
        self._text_reported = False
        if self._count > MAX_ELEMENTS:
            self._stop("xml_too_many_elements", limit=MAX_ELEMENTS)
        if len(self._open) >= MAX_DEPTH:
            self._stop("xml_too_deep", limit=MAX_DEPTH)
        if len(attributes) > MAX_ATTRIBUTES:
            self._stop("xml_too_many_attributes", limit=MAX_ATTRIBUTES, tag=shown(tag))
        self._refuse_namespaces(tag, attributes)
        element = Element(tag, attributes, [], *self._here(), self._spaced())
        self._place(element)
        self._open.append(element)

    def _spaced(self) -> bool:
        """Whether a blank line stands before what begins here."""
        spaced, self._line_ends = self._line_ends > 1, 0
        return spaced

    def _place(self, element: Element) -> None:
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
            element.children.extend(self._before)

    def _refuse_namespaces(self, tag: str, attributes: dict[str, str]) -> None:
        for name in (tag, *attributes):
            if ":" in name or name == "xmlns":
                self._add("xml_namespace", {"name": shown(name)})

    def _end(self, _tag: str) -> None:
        self._text_reported = False
        self._line_ends = 0
        self._open.pop()

    def _text(self, text: str) -> None:
        self._line_ends += text.count("\n")
        stripped = text.lstrip()
        if not stripped or self._text_reported or not self._open:
            return
        self._text_reported = True
        line, column = self._here()
        at = line, column + len(text) - len(stripped)
        self._add("text_not_allowed", {"text": shown(stripped.rstrip()), "tag": shown(self._open[-1].tag)}, at=at)

    def _comment(self, text: str) -> None:
        """Comments around the root become its first and last children: a tree has no room outside its root."""
        comment = Comment(text, *self._here(), self._spaced())
        holder = self._open[-1] if self._open else self.root
        siblings: list[Any] = holder.children if holder else self._before
        siblings.append(comment)


def _reason(code: int) -> str:
    return REASONS.get(code, OTHER_REASON)
