"""manage.py create_appkey BRAND --label L"""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from integration_admin.accounts.brands import find_brand
from integration_admin.accounts.logins import create_appkey
from integration_admin.commands import ScriptCommand


class Command(ScriptCommand):
    """A new application key, printed once."""

    help = "Creates an application key (X-APPKEY) and prints it. It is shown only now: only a digest is kept."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("brand", metavar="BRAND", help="key of the brand")
        parser.add_argument("--label", required=True, help="what it is for, as lists show it")
        parser.add_argument("--partner", default="", help="who will use it")
        parser.add_argument(
            "--scope", action="append", help="import, export, records, templates or runs; repeatable (default: all)"
        )
        parser.add_argument(
            "--template", action="append", help="a template it may be used with; repeatable (default: all)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with self.refusals():
            key, clear = create_appkey(
                brand=find_brand(key=options["brand"]),
                label=options["label"],
                partner=options["partner"],
                scopes=options["scope"],
                allowed_templates=options["template"],
                at=timezone.now(),
                by="command create_appkey",
            )
        self.answer({"brand": key.brand.key, "label": key.label, "appkey": clear}, clear)
