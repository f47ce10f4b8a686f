"""Reads the XML of a template: safely, with true positions, and with every finding at once.

Refused before any parser sees the text: what is not UTF-8, what is too large, and a DOCTYPE anywhere (so that neither
entities nor external files can be named at all).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from templates_app.language.findings import Finding, Severity
from templates_app.language.nodes import Element
from templates_app.language.tree_builder import TreeBuilder
from templates_app.language.validation import validate

MAX_BYTES: Final = 256 * 1024
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class ReadResult:
    """`root` is None when there is no tree; beside findings of form it may still be there, for the checks to go on."""

    root: Element | None
    findings: tuple[Finding, ...] = ()


def read(source: str | bytes) -> ReadResult:
    """The tree of a template and every finding of its form, in the order of the text.

    Never raises. Comments outside the root element become its first and last children.
    """
    try:
        data = source.encode() if isinstance(source, str) else source
        data.decode()
    except UnicodeError:
        return _refused("xml_not_utf8")
    data = data.removeprefix(BYTE_ORDER_MARK)
    refusal = _refusal(data)
    return refusal or _built(data)


def _refusal(data: bytes) -> ReadResult | None:
    if len(data) > MAX_BYTES:
        return _refused("xml_too_large", limit=MAX_BYTES // 1024)
    if b"\0" in data:
        return _refused("xml_not_utf8", *_place(data, data.index(b"\0")))
    if not data.strip():
        return _refused("xml_empty")
    declared = data.upper().find(b"<!DOCTYPE")
    return _refused("doctype_forbidden", *_place(data, declared)) if declared >= 0 else None


def _place(data: bytes, offset: int) -> tuple[int, int]:
    """Line and column, from 1, of a byte offset."""
    before = data[:offset].decode(errors="replace")
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def _refused(code: str, line: int = 1, column: int = 1, **params: str | int) -> ReadResult:
    return ReadResult(None, (Finding(Severity.ERROR, code, params, line, column),))


def _built(data: bytes) -> ReadResult:
    builder = TreeBuilder()
    builder.build(data)
    findings = builder.findings
    if builder.root is not None:
        findings = [*findings, *validate(builder.root)]
    return ReadResult(builder.root, tuple(sorted(findings, key=lambda finding: (finding.line, finding.column))))
