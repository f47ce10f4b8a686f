"""Take suggestions over into a text that is being written: the fields they need are made, the text is not saved."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from integration_admin.accounts.access import Actor
from templates_app.language.reader import read
from templates_app.language.writer import write
from templates_app.library.fields import add_custom_field
from templates_app.library.permission import require_right
from templates_app.library.refusals import LibraryRefused
from templates_app.library.suggesting import suggestions_for
from templates_app.mapping.suggesting.accepting import added
from templates_app.mapping.suggesting.suggestions import NewField, Suggestion
from templates_app.models import Template
from templates_app.sources.rows import Source


@dataclass(frozen=True, slots=True)
class Accepted:
    """`xml` with what was accepted, the names of the columns mapped by that, and the fields `created` for them."""

    xml: str
    names: tuple[str, ...]
    created: tuple[str, ...]


@transaction.atomic
def accept_suggestions(
    *,
    actor: Actor,
    template: Template,
    xml: str,
    source: Source,
    names: Collection[str],
    answers: Mapping[str, str],
    targets: Mapping[str, str],
    at: datetime,
) -> Accepted:
    """The text with these suggested columns mapped; one that no field was found for gets the field offered for it.

    `targets` (column -> `Type.Field`) chooses one of a suggestion's alternatives, `answers` (column -> format) answers
    its question; a column whose question is not answered is left out. The names made up for a source without header
    are written down. Raises NotAllowed, and LibraryRefused with
    `text_not_readable` or the catalog's code where a field cannot be made.
    """
    require_right(actor, template)
    root = read(xml).root
    if root is None:
        raise LibraryRefused("text_not_readable")
    found = suggestions_for(actor=actor, source=source, template=template, root=root)
    listed = (*found.items, *found.offered)
    wanted = [_chosen(item, targets.get(item.name, "")) for item in listed if item.name in names]
    accepted = [item for item in wanted if item.question is None or answers.get(item.name)]
    created = tuple(_created(actor, item.create, at) for item in accepted if item.create is not None)
    columns = source.format.columns if source.format.kind != "json" and not source.format.header_row else ()
    tree = added(root, accepted, answers=answers, columns=columns, empty=found.empty)
    return Accepted(write(tree), tuple(item.name for item in accepted), created)


def _chosen(item: Suggestion, target: str) -> Suggestion:
    """The suggestion, led to the alternative that was chosen instead, where one was."""
    chosen = next((other for other in item.alternatives if target == f"{other.type}.{other.field}"), None)
    return item if chosen is None else item.led_to(chosen)


def _created(actor: Actor, new: NewField, at: datetime) -> str:
    field = add_custom_field(
        actor=actor, entity_type=new.type, name=new.field, kind=new.kind, label=new.label, identity=new.key, at=at
    )
    return str(field)
