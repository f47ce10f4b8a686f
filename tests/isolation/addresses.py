"""Every address of the pages, from the address map, filled with what a house has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

from django.apps import apps
from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver

from integration_admin.accounts.models import Brand, User
from sync_app.models import FailedRow, JournalEntry, Run, Upload
from templates_app.models import Template

#: Addresses that are not named for the model whose keys they take.
NAMED_FOR: Final[dict[str, type[Model]]] = {
    "auth_user_password_change": User,
    "sync_app_import_again": Run,
    "sync_app_import_": Upload,
    "sync_app_preview": Template,
    "sync_app_declare_key": Template,
}
#: Where the key of a brand is found from a row of a model, where it is not `brand`.
BRAND_OF: Final[dict[str, str]] = {
    "Brand": "pk",
    "User": "memberships__brand",
    "AccountToken": "membership__brand",
    "AccessToken": "membership__brand",
    "KeyUse": "appkey__brand",
}


@dataclass(frozen=True)
class Place:
    """An address with the keys of a brand's rows in it, and the same with keys that no row has."""

    name: str
    address: str
    missing: str


#: A part of a route that is filled in.
PART: Final = re.compile(r"\(\?P<\w+>[^)]*\)|<(?:\w+:)?\w+>")
#: What no row has for a key.
NONE: Final = "987654321"
#: What the addresses of lists are asked, where they show more then.
ASKED: Final[dict[str, tuple[str, ...]]] = {
    "sync_app_record_changelist": ("?type=Customer", "?type=Customer&q=4"),
    "sync_app_record_add": ("?type=Customer",),
    "sync_app_record_columns": ("?type=Customer",),
    "sync_app_record_references": ("?type=Customer&field=Parent&find-Parent=4",),
    "sync_app_record_restore": ("?version=1",),
    "sync_app_run_file": ("?kind=csv", "?kind=json"),
    "sync_app_connection_add": ("?connector=http_json", "?connector=file_drop"),
    "sync_app_sync_times": ("?when=every&every=1&unit=days&at=02:00",),
    "templates_app_template_compare": ("?old=1&new=2",),
    "search": ("?s=in-", "?s=4"),
}


def every_place(brand: Brand) -> Iterator[Place]:
    """Every address of the pages, as far as they take keys with those of this brand."""
    for name, route in _routes(get_resolver().url_patterns, "", ""):
        for values in product(*(_values(name, route, part, brand) for part in _parts(route))):
            nowhere = [NONE if isinstance(value, int) else value for value in values]
            address, missing = ("/" + _filled(route, [str(value) for value in filled]) for filled in (values, nowhere))
            for query in ("", *ASKED.get(name, ())):
                # An address that names a type means the brand beside it.
                of = f"&brand={brand.pk}" if query else ""
                yield Place(name, f"{address}{query}{of}", f"{missing}{query}{of.replace(str(brand.pk), NONE)}")


def _routes(patterns: Any, route: str, space: str) -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        here = f"{route}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns, here, f"{space}{pattern.namespace or ''}")
        elif isinstance(pattern, URLPattern) and here.startswith("admin/") and "(?P<url>" not in here:
            yield pattern.name or "", here


def _parts(route: str) -> list[str]:
    return re.findall(r"<(?:\w+:)?(\w+)>", route)


def _filled(route: str, values: list[str]) -> str:
    plain = route.replace("^", "").replace("$", "")
    for value in values:
        plain = PART.sub(value, plain, count=1)
    return plain


def _values(name: str, route: str, part: str, brand: Brand) -> list[object]:
    if part in {"pk", "object_id", "id"} and not route.startswith("admin/r/"):
        return _keys(name, route, brand)
    if part == "number":
        found = FailedRow.objects.filter(run__brand=brand) if "rows" in route else None
        return [found.latest("pk").row] if found is not None else [1, 2]
    if part == "seq":
        return [JournalEntry.objects.filter(run__brand=brand).earliest("seq").seq]
    return ["accounts", "templates_app", "sync_app"] if part == "app_label" else [1]


def _keys(name: str, route: str, brand: Brand) -> list[object]:
    model = _model(name) or _of_route(route)
    rows = model._default_manager.filter(**{BRAND_OF.get(model.__name__, "brand"): brand.pk}).order_by("-pk")
    assert rows, f"{model.__name__} has no row of {brand}"
    return [row.pk for row in (rows if model is Run else rows[:1])]


def _model(name: str) -> type[Model] | None:
    return next((model for begins, model in NAMED_FOR.items() if name.startswith(begins)), None)


def _of_route(route: str) -> type[Model]:
    """`admin/sync_app/run/<path:object_id>/` -> Run."""
    _admin, label, model, *_rest = route.split("/")
    return apps.get_model(label, model)
