"""Use cases of brands."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from integration_admin.accounts import audit
from integration_admin.accounts.models import Brand, Group
from integration_admin.accounts.names import brand_key

ADMINISTRATORS: Final = "Administrators"
EVERYTHING: Final[dict[str, Any]] = {
    "may_import": True,
    "may_export": True,
    "may_undo": True,
    "may_edit_templates": True,
    "may_administer": True,
    "every_type": True,
}


@transaction.atomic
def create_brand(*, key: str, name: str, sandbox: bool, at: datetime, by: str, **fields: Any) -> Brand:
    """A new brand with all that every brand begins with. Raises ValidationError for a bad, reserved or taken key.

    `fields` are further columns of Brand, such as `time_zone`.
    """
    brand = Brand(key=brand_key(key) or key, name=name or key, sandbox=sandbox, created_at=at, **fields)
    brand.full_clean()
    brand.save()
    equip_brand(brand=brand, at=at)
    after = {"name": brand.name, "sandbox": sandbox}
    audit.record(brand=brand, by=by, action="create_brand", target=brand.key, at=at, after=after)
    return brand


def equip_brand(*, brand: Brand, at: datetime) -> None:
    """Gives a new brand what every brand begins with, once: its administrators, and what each floor adds.

    `BRAND_SETUP` names the functions of the floors above, called with `brand` and `at`.
    """
    administrators_of(brand=brand)
    for name in settings.BRAND_SETUP:
        import_string(name)(brand=brand, at=at)


def follow_zone(*, brand: Brand, at: datetime) -> None:
    """Lets the floors above follow a brand into another time zone: `ZONE_FOLLOWED` names their functions."""
    for name in settings.ZONE_FOLLOWED:
        import_string(name)(brand=brand, at=at)


def administrators_of(*, brand: Brand) -> Group:
    """The group of the brand that may do everything; made when it is not there."""
    group, _created = Group.objects.get_or_create(brand=brand, name=ADMINISTRATORS, defaults=EVERYTHING)
    return group


def find_brand(*, key: str) -> Brand:
    """The brand of this key, in any case. Raises ValidationError `unknown_brand`."""
    wanted = brand_key(key)
    brand = Brand.objects.filter(key=wanted).first() if wanted else None
    if brand is None:
        raise ValidationError(_("There is no brand with this key."), code="unknown_brand")
    return brand
