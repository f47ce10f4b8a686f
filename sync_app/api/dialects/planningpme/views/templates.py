"""`GET /{brand}/api/integration/templates`: what can be imported and exported here, and in which form."""

from __future__ import annotations

from django.http import HttpResponse
from rest_framework.request import Request

from integration_admin.accounts.access import Actor
from integration_admin.accounts.models import Scope
from sync_app.api.dialects.planningpme.descriptions import template_shape
from sync_app.api.dialects.planningpme.requests import query_of
from sync_app.api.dialects.planningpme.responses import json_answer
from sync_app.api.dialects.planningpme.views.door import PlanningpmeDoor
from templates_app.brand_catalog import catalog_of
from templates_app.library.describing import describe
from templates_app.library.versions import installed_templates
from templates_app.models import Direction, Template

SCOPE_OF = {Direction.IN: Scope.IMPORT, Direction.OUT: Scope.EXPORT}


class TemplatesDoor(PlanningpmeDoor):
    """The installed templates that the caller's application key may be used with, and whose types they may read."""

    def get(self, request: Request, brand: str) -> HttpResponse:
        query_of(self.http, known=())
        catalog = catalog_of(self.actor.brand)
        versions = [one for one in installed_templates(self.actor.brand) if _is_for(self.actor, one.template)]
        described = (describe(version=one, catalog=catalog) for one in versions)
        items = [template_shape(one) for one in described if all(map(self.actor.reads, one.spoken_of))]
        return json_answer({"totalItems": len(items), "items": items})


def _is_for(actor: Actor, template: Template) -> bool:
    meant = actor.has_scope(SCOPE_OF[Direction(template.direction)]) or actor.has_scope(Scope.TEMPLATES)
    return meant and actor.may_use_template(template.name)
