"""Why something asked of a connection or a sync cannot be done. The sentences stand in `syncs.sentences`."""

from __future__ import annotations

from collections.abc import Mapping

from sync_app.runs.errors import RunRefused
from templates_app.catalog.problems import Problem


class SyncRefused(RunRefused):
    """A use case of syncs refuses what was asked; nothing was written."""


class SyncNotFound(SyncRefused):
    """There is no such sync, or turn of it, in this brand; one of another brand is the same."""

    status = 404

    def __init__(self) -> None:
        super().__init__("sync_not_found")


class ConnectionNotFound(SyncRefused):
    """There is no such connection in this brand; one of another brand is the same."""

    status = 404

    def __init__(self) -> None:
        super().__init__("connection_not_found")


class SyncConflict(SyncRefused):
    """Its present state does not allow it: still at work, held, used elsewhere."""

    status = 409


class FormRefused(SyncRefused):
    """What was entered cannot stand. `problems`: name of the field -> what is wrong with it."""

    status = 422

    def __init__(self, problems: Mapping[str, Problem]) -> None:
        super().__init__("form_refused", count=len(problems))
        self.problems = dict(problems)
