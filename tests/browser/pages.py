"""Every page there is, found in the address map: whatever answers a superuser's GET with a whole page of HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from django.apps import apps
from django.db.models import Model
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from integration_admin.accounts.models import User
from sync_app.models import Record, Run, Upload
from templates_app.models import Template

ADMIN: Final = "admin/"
# Signing out would end the visit; signing in and forms for their own files are looked at elsewhere.
LEFT_OUT: Final = frozenset({"admin:logout", "admin:login", "admin:jsi18n", "admin:autocomplete", "admin:view_on_site"})
#: Of these every row is looked at, of the others the first.
EVERY_ROW: Final[tuple[type[Model], ...]] = (Run, Record)
#: Addresses that are not named for the model whose keys they take.
NAMED_FOR: Final[dict[str, type[Model]]] = {
    "auth_user_password_change": User,
    "sync_app_import_": Upload,
    "sync_app_preview": Template,
    "sync_app_declare_key": Template,
}
#: Values for the parts of an address that are no key of a row.
PARTS: Final[dict[str, tuple[object, ...]]] = {
    "number": (1, 3),
    "seq": (1,),
    "app_label": ("accounts", "templates_app", "sync_app"),
}


def _asked(name: str) -> list[str]:
    """What an address may be asked, where it shows more then: the list of a type, an earlier version."""
    of_customers = f"?brand={Record.objects.order_by('pk').values_list('brand', flat=True).first()}&type=Customer"
    return {
        "admin:sync_app_record_changelist": [of_customers, f"{of_customers}&q=nobody"],
        "admin:sync_app_record_add": [of_customers],
        "admin:sync_app_record_columns": [of_customers],
        "admin:sync_app_record_restore": ["?version=1"],
        "admin:sync_app_run_rows": ["?code=value_required&type=Customer&field=LastName&name=Nom"],
    }.get(name, [])


def pages(root: User) -> list[str]:
    """The addresses, each once: of runs and records every page, of what hangs on them the first there is.

    AssertionError for an address whose parts nobody knows how to fill.
    """
    client = Client()
    client.force_login(root)
    found: dict[str, None] = {}
    known: set[tuple[str, str]] = set()
    for name, address in _addresses():
        kind = (name, address.partition("?")[2])
        if (kind not in known or name.endswith("_change")) and address not in found and _is_page(client, address):
            found[address] = None
            known.add(kind)
    return list(found)


def _is_page(client: Client, address: str) -> bool:
    answer = client.get(address)
    assert answer.status_code < 500, f"{answer.status_code} for {address}"
    whole = not answer.streaming and b"<main" in answer.content
    return answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html") and whole


def _addresses() -> Iterator[tuple[str, str]]:
    """(name, address) of all there is."""
    for name, parts in _named(get_resolver().url_patterns, "", ""):
        if name in LEFT_OUT:
            continue
        for values in _filled(name, parts):
            try:
                address = reverse(name, kwargs=values)
            except NoReverseMatch:
                address = reverse(name, args=list(values.values()))
            yield from ((name, one) for one in (address, *(f"{address}{query}" for query in _asked(name))))


def _named(patterns: Any, route: str, space: str) -> Iterator[tuple[str, list[str]]]:
    """(name, parts) of every address under the site's pages."""
    for pattern in patterns:
        here = f"{route}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from _named(pattern.url_patterns, here, f"{space}{inner}")
        elif isinstance(pattern, URLPattern) and pattern.name and here.startswith(ADMIN):
            yield f"{space}{pattern.name}", list(pattern.pattern.regex.groupindex) or _parts(str(pattern.pattern))


def _parts(route: str) -> list[str]:
    return re.findall(r"<(?:\w+:)?(\w+)>", route)


def _filled(name: str, parts: list[str]) -> Iterator[dict[str, object]]:
    """Every way to fill the parts of an address with what is there."""
    ways: list[dict[str, object]] = [{}]
    for part in parts:
        values = PARTS.get(part) or _keys(name, part)
        ways = [{**way, part: value} for way in ways for value in values]
    yield from ways


def _keys(name: str, part: str) -> list[object]:
    model = _model(name)
    assert model is not None, f"say in PARTS what `{part}` of {name} may be"
    rows = model._default_manager.order_by("pk")
    if model not in EVERY_ROW:
        rows = rows[:1]
    return [row.pk for row in rows]


def _model(name: str) -> type[Model] | None:
    """The model that an address is named for: `admin:sync_app_run_change` -> Run."""
    plain = name.partition(":")[2] or name
    for begins, model in NAMED_FOR.items():
        if plain.startswith(begins):
            return model
    for model in apps.get_models():
        if plain.startswith(f"{model._meta.app_label}_{model._meta.model_name}_"):
            return model
    return None
