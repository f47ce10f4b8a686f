"""manage.py create_appkey BRAND --label L"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from integration_admin.accounts.brands import find_brand
from integration_admin.accounts.logins import create_appkey
from integration_admin.accounts.models import Brand
from integration_admin.commands import ScriptCommand
from templates_app.language.nearest import nearest
from templates_app.library.names import template_names


class Command(ScriptCommand):
    """A new application key, printed once."""

    help = (
        "Creates an application key (X-APPKEY) and prints it. It is shown only now: only a digest is kept. --template "
        "binds it to templates and their runs; whether it reaches records is up to its scopes."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("brand", metavar="BRAND", help="key of the brand")
        parser.add_argument("--label", required=True, help="what it is for, as lists show it")
        parser.add_argument("--partner", default="", help="who will use it")
        parser.add_argument(
            "--scope", action="append", help="import, export, records, templates or runs; repeatable (default: all)"
        )
        parser.add_argument(
            "--template",
            action="append",
            help="a template it may be used with; repeatable (default: all)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with self.refusals():
            brand = find_brand(key=options["brand"])
            self._require_templates(brand, options["template"] or ())
            key, clear = create_appkey(
                brand=brand,
                label=options["label"],
                partner=options["partner"],
                scopes=options["scope"],
                allowed_templates=options["template"],
                at=timezone.now(),
                by="command create_appkey",
            )
        self.answer({"brand": key.brand.key, "label": key.label, "appkey": clear}, clear)

    def _require_templates(self, brand: Brand, names: Sequence[str]) -> None:
        """A key that is bound to a mistyped name could be used with nothing, and would say so only when it is used."""
        known = template_names(brand=brand)
        for name in names:
            if name not in known:
                meant = nearest(name, known)
                hint = f"Did you mean “{meant}”?" if meant else f"It has: {', '.join(known) or 'none'}."
                self.fail("template_not_found", f"This brand has no template “{name}”.", hint)
