"""manage.py add_custom_field BRAND ENTITY _NAME"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from integration_admin.accounts.access import system_actor
from integration_admin.accounts.brands import find_brand
from integration_admin.commands import ScriptCommand
from templates_app.catalog.kinds.registry import kind_names
from templates_app.library import LibraryRefused, add_custom_field, refusal_in_words


class Command(ScriptCommand):
    """A new custom field."""

    help = "Adds a field of the brand's own, _NAME, to an entity type."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("brand", metavar="BRAND", help="key of the brand")
        parser.add_argument("entity", metavar="ENTITY", help="entity type, such as Customer")
        parser.add_argument("name", metavar="_NAME", help="an underscore, then letters, digits or underscores")
        parser.add_argument("--kind", default="Text", help=f"one of {', '.join(kind_names())} (default: Text)")
        parser.add_argument("--label", default="", help="what people call it (default: the name)")
        parser.add_argument(
            "--option",
            action="append",
            default=[],
            metavar="NAME=VALUE",
            help="of the kind: target=Customer; repeatable",
        )
        parser.add_argument("--match", action="store_true", help="records may be found by it")
        parser.add_argument("--identity", action="store_true", help="records are found by it, and no two share a value")

    def handle(self, *args: Any, **options: Any) -> None:
        with self.refusals():
            brand = find_brand(key=options["brand"])
        try:
            field = add_custom_field(
                actor=system_actor(brand=brand, name="command add_custom_field"),
                entity_type=options["entity"],
                name=options["name"],
                kind=options["kind"],
                options=kind_options(options["option"]),
                label=options["label"],
                match=options["match"],
                identity=options["identity"],
                at=timezone.now(),
            )
        except LibraryRefused as refused:
            self.fail(refused.code, refusal_in_words(refused))
        key = "identity" if options["identity"] else "match" if options["match"] else None
        values = {"brand": brand.key, "type": field.entity_type, "field": field.name, "kind": field.kind, "key": key}
        self.answer(values, f"Field {field} ({field.kind}) added.")


def kind_options(given: Iterable[str]) -> dict[str, Any]:
    """`target=Customer` and `max_length=50` as a kind takes them: JSON where it is some, else text."""
    return {name: _value(text) for name, _, text in (option.partition("=") for option in given)}


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
