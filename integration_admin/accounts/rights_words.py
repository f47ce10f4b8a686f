"""What a group allows, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _

from integration_admin.accounts.models import Access, Group, Right

RIGHTS: Final[Mapping[str, object]] = {
    Right.IMPORT: _("Import: simulate, and write what was simulated"),
    Right.EXPORT: _("Export"),
    Right.UNDO: _("Undo runs"),
    Right.TEMPLATES: _("Write and publish templates"),
    Right.ADMINISTRATION: _("Administer the brand: users, groups, keys, erasing records"),
}
ACCESSES: Final[Mapping[str, object]] = {
    Access.ALL: _("read and write"),
    Access.READ: _("read"),
    Access.WRITE: _("write without reading"),
}


def rights_words(group: Group) -> list[object]:
    """The rights of a group, in the order in which they are always told."""
    given = group.rights()
    return [words for right, words in RIGHTS.items() if right in given]


def access_words(group: Group) -> list[tuple[str, object]]:
    """(entity type, what may be done with it); empty for a group with access to every type. Reads `accesses`."""
    if group.every_type:
        return []
    return [(access.entity_type, ACCESSES[access.access]) for access in group.accesses.all()]
