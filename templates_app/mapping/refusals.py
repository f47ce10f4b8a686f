"""Why an edit of the mapping cannot be made."""

from __future__ import annotations

from templates_app.catalog.problems import Problem, shown


class EditRefused(ValueError):
    """A change that makes no sense, or that the language cannot express. Never raised for findings of the result.

    `problem` has a code of `mapping.sentences`, where a hint may stand beside the sentence.
    """

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code)
        told = {name: shown(value) if isinstance(value, str) else value for name, value in params.items()}
        self.problem = Problem(code, told)
