"""Setting up the demo. Each step keeps what is there, so that it can be run any number of times."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from integration_admin.accounts import credentials
from integration_admin.accounts.access import Actor, system_actor
from integration_admin.accounts.brands import create_brand
from integration_admin.accounts.logins import create_api_user, create_appkey, set_password
from integration_admin.accounts.models import AppKey, Brand, Membership, User
from integration_admin.accounts.names import folded_username
from sync_app.demo.content import TEMPLATE, template_xml
from sync_app.demo.kept_doors import DoorsFile, KeptDoors
from templates_app.library.builtin import ensure_builtin
from templates_app.library.installing import install
from templates_app.models import Template

BY: Final = "quickstart"
BRAND: Final = "demo"
EMAIL: Final = "admin@example.com"
USERNAME: Final = "demo"


@dataclass(frozen=True, slots=True)
class House:
    """The demo brand as it stands, and what opens it. `doors.password` is empty when the superuser changed it."""

    brand: Brand
    actor: Actor
    doors: KeptDoors


def set_up(*, at: datetime, doors_path: Path) -> House:
    """The demo with everything it needs. Secrets are made once and kept at `doors_path`."""
    file = DoorsFile(path=doors_path)
    doors = file.with_passwords()
    shown = replace(doors, password=_superuser(doors.password))
    brand = Brand.objects.filter(key=BRAND).first() or create_brand(
        key=BRAND, name="Demo", sandbox=True, at=at, by=BY, time_zone="Europe/Paris"
    )
    actor = system_actor(brand=brand, name=BY)
    ensure_builtin(brand=brand, at=at)
    _api_user(brand, doors.api_password, at)
    appkey = _appkey(brand, doors.appkey, at)
    if appkey != doors.appkey:
        file.write(replace(doors, appkey=appkey))
    if not Template.objects.filter(brand=brand, name=TEMPLATE).exists():
        install(actor=actor, name=TEMPLATE, xml=template_xml(), at=at, create_fields=True, description=DESCRIPTION)
    return House(brand=brand, actor=actor, doors=replace(shown, appkey=appkey))


DESCRIPTION: Final = "Customers known by the number of their file, from the list that quickstart shows."


def _superuser(password: str) -> str:
    """The password when it is the superuser's; nothing when they have changed it, which is not undone."""
    user = User.objects.filter(email=folded_username(EMAIL)).first()
    if user is None:
        user = User.objects.create_superuser(EMAIL, password)
    return password if credentials.password_fits(password=password, kept=user.password) else ""


def _api_user(brand: Brand, password: str, at: datetime) -> None:
    """The demo's API user with this password: a changed one is set again, or the printed call would not work."""
    member = Membership.objects.filter(brand=brand, username_folded=folded_username(USERNAME)).first()
    if member is None:
        create_api_user(brand=brand, username=USERNAME, password=password, at=at, by=BY)
    elif not credentials.password_fits(password=password, kept=member.password):
        set_password(membership=member, password=password, at=at, by=BY)


def _appkey(brand: Brand, kept: str, at: datetime) -> str:
    """The kept application key while it opens the brand, else a new one."""
    row = AppKey.objects.select_related("brand").filter(brand=brand, digest=_digest(kept)).first()
    if row is not None and row.is_valid(at=at):
        return kept
    _row, clear = create_appkey(brand=brand, label="Quickstart", at=at, by=BY)
    return clear


def _digest(appkey: str) -> str:
    # No row has an empty digest.
    return credentials.appkey_digest(clear=appkey) or ""
