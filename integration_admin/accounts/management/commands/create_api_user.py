"""manage.py create_api_user BRAND USERNAME"""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from integration_admin.accounts.brands import find_brand
from integration_admin.accounts.logins import create_api_user
from integration_admin.accounts.models import Brand, Group
from integration_admin.commands import ScriptCommand


class Command(ScriptCommand):
    """A new API login, with its password."""

    help = "Creates an API user of a brand and prints its password. It is shown only now: only a hash is kept."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("brand", metavar="BRAND", help="key of the brand")
        parser.add_argument("username", metavar="USERNAME", help="unique in the brand, in any case")
        parser.add_argument("--password", default="", help="its password (default: one is made)")
        parser.add_argument("--group", default="", help="name of a group of the brand (default: Administrators)")

    def handle(self, *args: Any, **options: Any) -> None:
        with self.refusals():
            brand = find_brand(key=options["brand"])
            member, password = create_api_user(
                brand=brand,
                username=options["username"],
                password=options["password"],
                group=self._group(brand, options["group"]),
                at=timezone.now(),
                by="command create_api_user",
            )
        values = {"brand": brand.key, "username": member.username, "password": password}
        self.answer(values, f"{member.username}\n{password}")

    def _group(self, brand: Brand, name: str) -> Group | None:
        group = Group.objects.filter(brand=brand, name=name).first() if name else None
        if name and group is None:
            names = ", ".join(brand.groups.values_list("name", flat=True))
            self.fail("unknown_group", "This brand has no such group.", f"It has: {names}.")
        return group
