"""Who may do what in which brand. Every door makes an Actor, every use case asks it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import QuerySet

from integration_admin.accounts.models import Access, AppKey, Brand, Membership, Right, Scope, User

EVERY_RIGHT: Final = frozenset(Right.values)
EVERY_SCOPE: Final = frozenset(Scope.values)
# What a key must be meant for before its user's right counts. Nobody administers a brand with an application key.
SCOPE_OF_RIGHT: Final[Mapping[str, Scope | None]] = {
    Right.IMPORT: Scope.IMPORT,
    Right.EXPORT: Scope.EXPORT,
    Right.UNDO: Scope.IMPORT,
    Right.TEMPLATES: Scope.TEMPLATES,
    Right.ADMINISTRATION: None,
}


class NotAuthenticated(Exception):
    """The caller is not who they say. `code` may be shown; `reason` is for the log only."""

    def __init__(self, code: str, *, reason: str) -> None:
        super().__init__(code)
        self.code = code
        self.reason = reason


class NotAllowed(Exception):
    """The caller is known and may not do this. `params` fill the sentence of the code."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody acting in one brand, with what they may do there at this moment.

    `access` maps an entity type to All, Read or Write; `every_type` means All on every type, named there or not.
    `scopes` are those of the application key, all of them where none is used; `allowed_templates` None means any.
    """

    brand: Brand
    name: str
    user: User | None = None
    membership: Membership | None = None
    appkey: AppKey | None = None
    company: str = ""
    rights: frozenset[str] = frozenset()
    scopes: frozenset[str] = EVERY_SCOPE
    every_type: bool = False
    access: Mapping[str, str] = field(default_factory=dict)
    allowed_templates: frozenset[str] | None = None

    def may(self, right: str) -> bool:
        """Whether the group gives this right and, for a caller with an application key, the key's scopes allow it."""
        if right not in self.rights:
            return False
        scope = SCOPE_OF_RIGHT[right]
        return self.appkey is None or (scope is not None and scope in self.scopes)

    def has_scope(self, scope: str) -> bool:
        """Whether the application key is meant for this; true where no key is used."""
        return scope in self.scopes

    def reads(self, entity_type: str) -> bool:
        """Whether values of such records may be shown."""
        return self.every_type or self.access.get(entity_type) in {Access.ALL, Access.READ}

    def writes(self, entity_type: str) -> bool:
        """Whether such records may be written."""
        return self.every_type or self.access.get(entity_type) in {Access.ALL, Access.WRITE}

    def may_use_template(self, name: str) -> bool:
        """Whether the application key may be used with this template."""
        return self.allowed_templates is None or name in self.allowed_templates

    def require(self, right: str) -> None:
        """Raises NotAllowed `right_missing` or `scope_missing`."""
        if right not in self.rights:
            raise NotAllowed("right_missing", right=str(right))
        if not self.may(right):
            raise NotAllowed("scope_missing", scope=str(SCOPE_OF_RIGHT[right] or right))

    def require_scope(self, scope: str) -> None:
        """Raises NotAllowed `scope_missing`."""
        if not self.has_scope(scope):
            raise NotAllowed("scope_missing", scope=str(scope))

    def require_template(self, name: str) -> None:
        """Raises NotAllowed `template_not_allowed`."""
        if not self.may_use_template(name):
            raise NotAllowed("template_not_allowed", template=name)

    def require_reading(self, entity_types: Collection[str]) -> None:
        """Raises NotAllowed `type_not_readable`, naming the first such type in order of name."""
        for entity_type in sorted(entity_types):
            if not self.reads(entity_type):
                raise NotAllowed("type_not_readable", type=entity_type)

    def require_import(self, *, writes: Collection[str], looks_up: Collection[str]) -> None:
        """The import right, All on every type written (a report shows what was there), Read on every type looked up."""
        self.require(Right.IMPORT)
        for entity_type in sorted(writes):
            if not (self.reads(entity_type) and self.writes(entity_type)):
                raise NotAllowed("type_not_writable", type=entity_type)
        self.require_reading(looks_up)


def system_actor(*, brand: Brand, name: str) -> Actor:
    """The site itself, or whoever has its shell: every right in this brand. `name` says which command or service."""
    return Actor(brand=brand, name=name, rights=EVERY_RIGHT, every_type=True)


def brands_of(*, user: User, right: str | None = None) -> QuerySet[Brand]:
    """The brands whose pages a site user may open: all for superusers, else the active ones they are a member of.

    With `right`, only those where their group gives it.
    """
    if not user.is_active:
        return Brand.objects.none()
    if user.is_superuser:
        return Brand.objects.all()
    members = Membership.objects.filter(user=user, status=Membership.Status.ACTIVE).select_related("group")
    given = [member.brand_id for member in members if member.group and (not right or right in member.group.rights())]
    return Brand.objects.filter(pk__in=given, active=True)


def site_actor(*, user: User, brand: Brand) -> Actor:
    """A signed-in site user in a brand: everything for superusers, else what the membership linked to the user gives.

    Raises NotAllowed `not_in_brand` when there is none that counts.
    """
    if user.is_active and user.is_superuser:
        return Actor(brand=brand, name=user.get_full_name(), user=user, rights=EVERY_RIGHT, every_type=True)
    member = Membership.objects.select_related("brand", "group").filter(brand=brand, user=user).first()
    if member is None or not (user.is_active and member.is_active and member.group and member.brand.active):
        raise NotAllowed("not_in_brand")
    return Actor(user=user, name=user.get_full_name(), **_of_membership(member))


def api_actor(*, membership: Membership, appkey: AppKey | None) -> Actor:
    """An API login, with the application key it calls with. Raises NotAllowed `not_in_brand` for one without group."""
    if membership.group is None:
        raise NotAllowed("not_in_brand")
    own = _of_membership(membership)
    name = membership.full_name or membership.username
    if appkey is None:
        return Actor(user=membership.user, name=name, **own)
    return Actor(
        user=membership.user,
        name=name,
        appkey=appkey,
        scopes=frozenset(appkey.scopes),
        allowed_templates=frozenset(appkey.allowed_templates) or None,
        **own,
    )


def _of_membership(member: Membership) -> dict[str, Any]:
    group = member.group
    access = {} if group is None or group.every_type else dict(group.accesses.values_list("entity_type", "access"))
    return {
        "brand": member.brand,
        "membership": member,
        "company": member.company,
        "rights": group.rights() if group else frozenset(),
        "every_type": bool(group and group.every_type),
        "access": access,
    }
