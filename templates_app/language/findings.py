"""A finding of the checker: severity, stable code, sentence, hint and place. Collected, never raised."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from templates_app.catalog.problems import Params


class Severity(StrEnum):
    """error: cannot be published. warning: may not be what was meant. hint: could be better."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


@dataclass(frozen=True, slots=True)
class Finding:
    """`line` and `column` count from 1 and are where the element begins. `fix` is a machine-readable offer:

    `("create_field", "Customer", "_X")`, `("rename", "Customr", "Customer")`, `("declare_key", "Customer", "_X")`.
    The sentence and hint of a code stand in `language.sentences`; doors translate them and fill in `params`.
    """

    severity: Severity
    code: str
    params: Params = field(default_factory=dict)
    line: int = 0
    column: int = 0
    fix: tuple[str, ...] = ()


def has_errors(findings: Iterable[Finding]) -> bool:
    return any(finding.severity is Severity.ERROR for finding in findings)
