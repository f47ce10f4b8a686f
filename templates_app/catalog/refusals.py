"""The refusal of a declaration: a type, a field, a key or a kind that the catalog cannot hold."""

from __future__ import annotations

from templates_app.catalog.problems import Problem


class CatalogRefused(ValueError):
    """What was declared does not fit. `code` names the reason; the sentence stands in `catalog.sentences`."""

    def __init__(self, code: str, *, type: str = "", field: str = "", **params: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.problem = Problem(code=code, params=params, type=type, field=field)
