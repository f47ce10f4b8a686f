"""Why a run could not be started or changed. Each carries the status an HTTP door answers, and nothing was written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from templates_app.catalog.problems import Problem
from templates_app.language.findings import Finding


class RunRefused(Exception):
    """A use case refuses what was asked. The sentence of `problem.code` stands in `runs.sentences`."""

    status: ClassVar[int] = 400

    def __init__(self, code: str, *, findings: Iterable[Finding] = (), **params: str | int) -> None:
        super().__init__(code)
        self.problem = Problem(code=code, params=params)
        self.findings = tuple(findings)


class RunNotFound(RunRefused):
    """There is no such run in this brand; a run of another brand is the same."""

    status = 404

    def __init__(self) -> None:
        super().__init__("run_not_found")


class TemplateNotFound(RunRefused):
    """There is no such template in this brand, none published, or none this application may use."""

    status = 404

    def __init__(self) -> None:
        super().__init__("template_not_found")


class WrongDirection(RunRefused):
    """An export template was asked to import, or the reverse. `allowed` are the HTTP methods that would do."""

    status = 405

    def __init__(self, direction: str) -> None:
        super().__init__("template_is_import" if direction == "in" else "template_is_export")
        self.allowed = "POST, OPTIONS" if direction == "in" else "GET, HEAD, OPTIONS"


class RunConflict(RunRefused):
    """The run's present state does not allow it: already applied, still running, nothing to retry."""

    status = 409


class RunUnprocessable(RunRefused):
    """The request is well formed and cannot be carried out as it stands: an outdated template or plan."""

    status = 422


class SourceUnfit(RunUnprocessable):
    """A source has nothing of what the template reads: brought again it would have no more."""
