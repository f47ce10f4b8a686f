"""manage.py create_brand KEY"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.utils import timezone

from integration_admin.accounts.brands import create_brand
from integration_admin.commands import ScriptCommand

LANGUAGES = ", ".join(code for code, _name in settings.LANGUAGES)


class Command(ScriptCommand):
    """A new brand."""

    help = "Creates a brand: one organisation's room, with a group of administrators."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "key",
            metavar="KEY",
            help="first part of its addresses: 2 to 40 of a-z, 0-9 and hyphen, no hyphen first or last",
        )
        parser.add_argument("--name", default="", help="what people call it (default: the key)")
        parser.add_argument("--sandbox", action="store_true", help="for rehearsal: its data may be reset")
        parser.add_argument("--time-zone", default="UTC", help="zone of times without a zone, such as Europe/Paris")
        parser.add_argument("--language", default="en", help=f"language of its messages: {LANGUAGES} (default: en)")
        parser.add_argument("--api-version", default="4.7", help="4.1 or 4.7: how enums are written (default: 4.7)")

    def handle(self, *args: Any, **options: Any) -> None:
        with self.refusals():
            brand = create_brand(
                key=options["key"],
                name=options["name"],
                sandbox=options["sandbox"],
                at=timezone.now(),
                by="command create_brand",
                time_zone=options["time_zone"],
                language=options["language"],
                api_version=options["api_version"],
            )
        values = {"brand": brand.key, "name": brand.name, "sandbox": brand.sandbox}
        self.answer(values, f"Brand {brand.key} created.")
