"""manage.py create_account_token BRAND USERNAME"""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from integration_admin.accounts.brands import find_brand
from integration_admin.accounts.logins import create_account_token, find_membership
from integration_admin.commands import ScriptCommand


class Command(ScriptCommand):
    """A new account token, printed once."""

    help = "Creates an account token of an API user and prints it: the `assertion` that is exchanged for access tokens."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("brand", metavar="BRAND", help="key of the brand")
        parser.add_argument("username", metavar="USERNAME", help="the API user it stands for")
        parser.add_argument("--label", default="", help="what it is for, as lists show it")

    def handle(self, *args: Any, **options: Any) -> None:
        with self.refusals():
            brand = find_brand(key=options["brand"])
            member = find_membership(brand=brand, username=options["username"])
            token, clear = create_account_token(
                membership=member, label=options["label"], at=timezone.now(), by="command create_account_token"
            )
        values = {"brand": brand.key, "username": member.username, "label": token.label, "account_token": clear}
        self.answer(values, clear)
