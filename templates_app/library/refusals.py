"""Why a use case of the library said no. Nothing was written. Each carries what a door needs to say so."""

from __future__ import annotations

from collections.abc import Iterable

from templates_app.catalog.problems import Params, Problem
from templates_app.language.findings import Finding


class LibraryRefused(Exception):
    """A refusal with a stable code, the parameters of its sentence (see `library.sentences`) and, for a template,
    the findings that stand in the way.
    """

    def __init__(self, code: str, *, findings: Iterable[Finding] = (), **params: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.params: Params = params
        self.findings = tuple(findings)


class TemplateHasErrors(LibraryRefused):
    """The text has findings of severity error: it can be a draft, it cannot be published."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        super().__init__("template_has_errors", findings=findings)


class TemplateOutdated(LibraryRefused):
    """A published template no longer fits the catalog of today: a field it names was retired, for example."""

    def __init__(self, findings: Iterable[Finding], *, name: str) -> None:
        super().__init__("template_outdated", findings=findings, name=name)


class AdditionRefused(LibraryRefused):
    """An addition to the catalog that does not fit, or a key that the records of today do not allow."""

    def __init__(self, code: str, *, problems: Iterable[Problem] = (), **params: str | int) -> None:
        super().__init__(code, findings=(), **params)
        self.problems = tuple(problems)
