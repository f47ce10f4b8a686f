"""`POST /{brand}/api/do/list`: what is planned in a window of time. A question, although it is posted."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from rest_framework.request import Request

from sync_app.api.bodies import check_json
from sync_app.api.dialects.planningpme.entity_lists import ShapedList, list_answer
from sync_app.api.dialects.planningpme.planned_requests import planned_question
from sync_app.api.dialects.planningpme.planned_shapes import PlannedShaper
from sync_app.api.dialects.planningpme.requests import query_of
from sync_app.api.dialects.planningpme.views.entities import EntityRoom
from sync_app.runs.lists.planned import DO, open_planned
from sync_app.runs.loading import setting_for


class PlannedDoor(EntityRoom):
    """In the order of the beginnings, complete."""

    def post(self, request: Request, brand: str) -> HttpResponseBase:
        self.read_type(DO)
        check_json(self.http.META)
        query_of(self.http, known=())
        with self.body(limit=self.largest_body()) as view:
            asked = planned_question(self.given(view), setting=setting_for(self.actor.brand))
        shaped = ShapedList(open_planned(actor=self.actor, asked=asked), PlannedShaper(actor=self.actor))
        return list_answer(shaped, whole=True, language=self.language)
