"""`/{brand}/api/integration/{template}`: GET exports, POST imports."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from rest_framework.request import Request

from integration_admin.accounts.models import Right
from sync_app.api.bodies import check_json
from sync_app.api.dialects.base import methods_answer
from sync_app.api.dialects.planningpme.exports import export_answer
from sync_app.api.dialects.planningpme.requests import ImportRequest, import_request, query_of
from sync_app.api.dialects.planningpme.views.running import RunningDoor
from sync_app.api.problems import DoorRefused
from sync_app.models import Run
from sync_app.runs.errors import RunRefused, WrongDirection
from sync_app.runs.loading import callable_version
from sync_app.runs.options import FileOptions
from sync_app.runs.verbs.exporting import open_export
from sync_app.runs.verbs.importing import begin_import
from sync_app.runs.verbs.starting import Note
from templates_app.models import Direction
from templates_app.sources.rows import SourceRefused


class ExchangeDoor(RunningDoor):
    """One template. Which of the two methods it answers depends on its direction; the other is 405."""

    takes_rows = True

    def get(self, request: Request, brand: str, template: str) -> HttpResponseBase:
        query = query_of(self.http, known=("since", "cursor"))
        if query.get("since") == "":
            raise RunRefused("since_invalid")
        if query.get("cursor") == "":
            raise RunRefused("cursor_invalid")
        if "since" in query and "cursor" in query:
            raise DoorRefused("options_exclude", first="since", second="cursor")
        export = open_export(
            actor=self.actor,
            template=template,
            since=query.get("since"),
            cursor=query.get("cursor"),
            clock=self.clock,
        )
        return export_answer(export, template=template, at=self.clock(), language=self.language)

    def post(self, request: Request, brand: str, template: str) -> HttpResponseBase:
        # Asked again by the use case; here, so that nothing of the body is read for somebody who may not.
        self.actor.require(Right.IMPORT)
        callable_version(actor=self.actor, name=template, direction=Direction.IN)
        check_json(self.http.META)
        query_of(self.http, known=())
        with self.body(limit=settings.MAX_BODY_BYTES) as view:
            asked = self.asked(view)
            wanted = import_request(view)
            return self.answer(asked=asked, start=lambda note: self._start(template, wanted, note))

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Those of the template's direction."""
        try:
            callable_version(actor=self.actor, name=kwargs["template"], direction=Direction.IN)
        except WrongDirection as export:
            return methods_answer(export.allowed)
        return methods_answer("POST, OPTIONS")

    def _start(self, template: str, wanted: ImportRequest, note: Note) -> Run:
        try:
            begun = begin_import(
                actor=self.actor,
                template=template,
                body=bytes(wanted.body.model),
                file_name="",
                kind="json",
                options=wanted.options,
                file=FileOptions(),
                trigger="api",
                clock=self.clock,
                note=note,
            )
        except SourceRefused as refused:
            raise wanted.body.placed(refused) from refused
        self.opened = begun.source
        return begun.run
