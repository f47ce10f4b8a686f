"""Whom a document is made for: what they could not use is not in it."""

from __future__ import annotations

from dataclasses import dataclass

from integration_admin.accounts.access import EVERY_SCOPE, Actor
from integration_admin.accounts.models import AppKey, Brand, Right, Scope
from templates_app.library.describing import TemplateDescription
from templates_app.models import Direction

RIGHT_OF = {Direction.IN: Right.IMPORT, Direction.OUT: Right.EXPORT}
SCOPE_OF = {Direction.IN: Scope.IMPORT, Direction.OUT: Scope.EXPORT}


@dataclass(frozen=True, slots=True)
class Audience:
    """The bearer of an application key, or somebody who is known.

    `scopes` and `templates` are those of the key (`templates` None: any of them). `actor` None: nobody knows yet on
    whose behalf the key will be used, so that what any user might do with it is shown. `appkey` None: they come
    without one.
    """

    brand: Brand
    scopes: frozenset[str] = EVERY_SCOPE
    templates: frozenset[str] | None = None
    actor: Actor | None = None
    appkey: AppKey | None = None

    def has(self, *scopes: str) -> bool:
        """Whether the key is meant for one of these."""
        return any(scope in self.scopes for scope in scopes)

    def may(self, right: str) -> bool:
        return self.actor is None or self.actor.may(right)

    def reads(self, entity_type: str) -> bool:
        return self.actor is None or self.actor.reads(entity_type)

    def writes(self, entity_type: str) -> bool:
        return self.actor is None or self.actor.writes(entity_type)

    def uses(self, template: TemplateDescription) -> bool:
        """Whether this template could be called."""
        direction = Direction(template.direction)
        named = self.templates is None or template.name in self.templates
        allowed = named and self.has(SCOPE_OF[direction]) and self.may(RIGHT_OF[direction])
        return allowed and all(map(self.reads, template.spoken_of)) and all(map(self.writes, template.written))


def of_key(key: AppKey) -> Audience:
    """Whoever has this application key."""
    return Audience(key.brand, frozenset(key.scopes), frozenset(key.allowed_templates) or None, appkey=key)


def of_actor(actor: Actor) -> Audience:
    """Somebody who is known, with the key they use, if they do."""
    return Audience(actor.brand, actor.scopes, actor.allowed_templates, actor, actor.appkey)
