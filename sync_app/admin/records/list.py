"""The list of records: the brands with their types, and of one type its records in the columns the brand chose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from integration_admin.accounts.access import Actor
from integration_admin.accounts.brand_choice import chosen_brand, visible_brands
from integration_admin.accounts.models import Brand, Right
from integration_admin.figures import figure
from integration_admin.scoped_admin import LONGEST_SEARCH, BrandScopedAdmin
from integration_admin.whole_numbers import whole_number
from sync_app.admin.pages import REFUSALS, page, tell
from sync_app.admin.records.edit import CLASSES, list_address
from sync_app.admin.values import Part, ValueWords, as_changes, record_address, words_for
from sync_app.models import Record
from sync_app.runs.errors import RunRefused
from sync_app.runs.lists.browsing import COLUMNS, COUNTED, Question, RecordPage, browse, key_fields, live_counts
from sync_app.runs.lists.columns import choose_columns, columns_for, columns_of
from sync_app.storage.browsing import Place
from templates_app.admin.pages import actor_in
from templates_app.brand_catalog import catalog_of
from templates_app.catalog.types import EntityType
from templates_app.library.wording import type_in_words

DELETED: Final = {"": False, "deleted": True, "all": None}
DESCENDING_FIRST: Final = frozenset(("modified", "key"))


@dataclass(frozen=True, slots=True)
class TypeLine:
    """A type of a brand, and how many live records it has."""

    name: str
    title: object
    count: int
    href: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A column: where its order leads, and the order it is in now: ascending, descending or none."""

    label: str
    href: str
    order: str
    number: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A record of the list."""

    record: Record
    href: str
    cells: list[tuple[str, tuple[Part, ...], bool]]


def scope_of(request: HttpRequest) -> tuple[Actor, EntityType] | None:
    """The brand and type that an address names; None where it names no type. Http404 for what this person sees not."""
    name = request.GET.get("type", "")
    if not name:
        return None
    actor = actor_in(request, _brand(request))
    entity = catalog_of(actor.brand).get(name)
    if entity is None or not actor.reads(name):
        raise Http404
    return actor, entity


def _brand(request: HttpRequest) -> Brand:
    asked = request.GET.get("brand", "")
    if not asked:
        brand = chosen_brand(request)
    else:
        brand = next((brand for brand in visible_brands(request) if str(brand.pk) == asked), None)
    if brand is None:
        raise Http404
    return brand


def show(screen: BrandScopedAdmin, request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    return _overview(screen, request) if scope is None else _list(screen, request, *scope)


def _overview(screen: BrandScopedAdmin, request: HttpRequest) -> HttpResponse:
    chosen = chosen_brand(request)
    shown = [chosen] if chosen is not None else visible_brands(request)
    brands = []
    for brand in shown:
        actor = actor_in(request, brand)
        catalog = catalog_of(brand)
        lines = [
            TypeLine(name, type_in_words(catalog.types[name]), count, list_address(actor, name))
            for name, count in live_counts(actor=actor, catalog=catalog).items()
        ]
        brands.append((brand, [line for line in lines if line.count], [line for line in lines if not line.count]))
    return page(screen, request, "records.html", title=_("Records"), brands=brands)


def _list(screen: BrandScopedAdmin, request: HttpRequest, actor: Actor, entity: EntityType) -> HttpResponse:
    asked = _question(request, entity)
    try:
        found = browse(actor=actor, entity=entity, asked=asked)
    except RunRefused as refused:
        tell(request, refused)
        return HttpResponseRedirect(list_address(actor, entity.name))
    catalog = catalog_of(actor.brand)
    counts = live_counts(actor=actor, catalog=catalog)
    names = columns_for(brand=actor.brand, entity=entity, records=found.records, sort=asked.sort)
    words = _words(actor, entity, found, names)
    return page(
        screen,
        request,
        "record_list.html",
        title=type_in_words(entity),
        brand=actor.brand,
        entity=entity,
        types=[(name, type_in_words(catalog.types[name])) for name in counts],
        total=counts.get(entity.name, 0),
        lines=[_line(record, entity, names, words) for record in found.records],
        headings=_headings(request, entity, names, words, asked),
        page_of=found,
        next=_address(request, after=f"{found.next.record}.{found.next.value}") if found.next else "",
        first=_address(request, after="") if asked.after else "",
        asked=asked,
        since=request.GET.get("since", ""),
        deleted=request.GET.get("deleted", ""),
        keys=[(name, words.label(entity.name, name)) for name in key_fields(entity)],
        reference=_reference(actor, words, entity, asked),
        without_reference=_address(request, ref="", to="", after=""),
        filtered=asked.filtered,
        found=_found(found.found),
        unfiltered=list_address(actor, entity.name),
        columns_href=_address(request, path=reverse("admin:sync_app_record_columns")),
        may_choose=actor.may(Right.ADMINISTRATION),
        add_href=_address(request, path=reverse("admin:sync_app_record_add")) if actor.writes(entity.name) else "",
        **CLASSES,
    )


def _found(count: int | None) -> str:
    """How many records a filter finds; of many, that they are many."""
    if count is None:
        return ""
    if count > COUNTED:
        return _("more than %(count)s found") % {"count": figure(COUNTED)}
    return ngettext("%(count)s found", "%(count)s found", count) % {"count": figure(count)}


def _question(request: HttpRequest, entity: EntityType) -> Question:
    """What the address asks; what it does not offer is as if it was not asked."""
    get = request.GET
    sort = get.get("sort", "modified")
    if sort not in COLUMNS and sort not in entity.fields:
        sort = "modified"
    order = get.get("order", "")
    field = get.get("field", "")
    value = _plain(get.get("value", ""))
    return Question(
        text=_plain(get.get("q", ""))[:LONGEST_SEARCH],
        deleted=DELETED.get(get.get("deleted", ""), False),
        since=_moment(get.get("since", "")),
        field=field if field in key_fields(entity) and value else "",
        value=value,
        refers=_refers(get.get("ref", ""), get.get("to", "")),
        sort=sort,
        descending=order == "down" if order in {"up", "down"} else sort in DESCENDING_FIRST,
        after=_place(get.get("after", "")),
    )


def _words(actor: Actor, entity: EntityType, found: RecordPage, names: list[str]) -> ValueWords:
    """Words for a page, with the labels of all it refers to in one query."""
    shown = [as_changes({name: record.data.get(name) for name in names}) for record in found.records]
    return words_for(actor=actor, changed=[(entity.name, changes) for changes in shown])


def _line(record: Record, entity: EntityType, names: list[str], words: ValueWords) -> Line:
    worded = {field.name: field for field in words.values(entity.name, {n: record.data.get(n) for n in names})}
    cells = [(worded[name].label, worded[name].new, _is_number(entity, name)) for name in names]
    return Line(record, record_address(record.pk), cells)


def _is_number(entity: EntityType, name: str) -> bool:
    kind = entity.fields[name].kind
    return kind.numeric and not kind.refers


def _headings(
    request: HttpRequest, entity: EntityType, names: list[str], words: ValueWords, asked: Question
) -> list[Heading]:
    plain = [("label", _("Label")), ("key", _("Key")), ("modified", _("Modified"))]
    fields = [(name, words.label(entity.name, name)) for name in names]
    listed = [plain[0], *fields, plain[2], plain[1]]
    return [_heading(request, entity, name, label, asked) for name, label in listed]


def _heading(request: HttpRequest, entity: EntityType, name: str, label: str, asked: Question) -> Heading:
    current = asked.sort == name
    down = not asked.descending if current else name in DESCENDING_FIRST
    order = ("descending" if asked.descending else "ascending") if current else ""
    number = name == "key" or (name in entity.fields and _is_number(entity, name))
    return Heading(label, _address(request, sort=name, order="down" if down else "up", after=""), order, number)


def _reference(actor: Actor, words: ValueWords, entity: EntityType, asked: Question) -> tuple[str, str] | None:
    """(field, label) of the record whose referrers are listed."""
    if asked.refers is None:
        return None
    field, number = asked.refers
    target = Record.objects.filter(brand=actor.brand, pk=number).only("entity_type", "label").first()
    readable = target is not None and actor.reads(target.entity_type)
    return words.label(entity.name, field), (target.label if target and readable else "") or f"#{number}"


def columns(screen: BrandScopedAdmin, request: HttpRequest) -> HttpResponse:
    """GET: the fields of a type to choose from, for who administers the brand. POST: keeps the choice for all in it."""
    scope = scope_of(request)
    if scope is None:
        raise Http404
    actor, entity = scope
    back = _address(request, path=reverse("admin:sync_app_record_changelist"))
    if request.method == "POST":
        try:
            choose_columns(actor=actor, entity=entity, fields=_chosen(request, entity), at=timezone.now())
        except REFUSALS as refused:
            tell(request, refused)
        else:
            messages.success(request, _("Everybody in this brand sees these columns from now on."))
        return HttpResponseRedirect(back)
    if not actor.may(Right.ADMINISTRATION):
        raise PermissionDenied
    chosen = columns_of(brand=actor.brand, entity=entity)
    words = words_for(actor=actor, changed=[])
    rest = [name for name, field in entity.fields.items() if name not in chosen and not field.retired]
    fields = [(name, words.label(entity.name, name), name in chosen, at) for at, name in enumerate([*chosen, *rest], 1)]
    return page(
        screen,
        request,
        "record_columns.html",
        title=_("Columns of %(type)s") % {"type": type_in_words(entity)},
        brand=actor.brand,
        fields=fields,
        back=back,
        **CLASSES,
    )


def _chosen(request: HttpRequest, entity: EntityType) -> list[str]:
    """The ticked fields in the order of their numbers."""
    ticked = [name for name in request.POST.getlist("column") if name in entity.fields]
    place = {name: _whole(request.POST.get(f"place-{name}", "")) for name in ticked}
    return sorted(ticked, key=lambda name: (place[name], ticked.index(name)))


def _address(request: HttpRequest, *, path: str = "", **changed: str) -> str:
    query = request.GET.copy()
    for name, value in changed.items():
        if value:
            query[name] = value
        else:
            query.pop(name, None)
    return f"{path}?{query.urlencode()}"


def _moment(text: str) -> datetime | None:
    """A day or a moment, in the zone the page shows."""
    try:
        moment = parse_datetime(text)
        day = parse_date(text) if moment is None else None
    except ValueError:
        return None
    if day is not None:
        moment = datetime(day.year, day.month, day.day)
    if moment is None:
        return None
    try:
        return timezone.make_aware(moment) if timezone.is_naive(moment) else moment
    except (OverflowError, ValueError):
        return None


def _refers(field: str, target: str) -> tuple[str, int] | None:
    return (_plain(field)[:64], _whole(target)) if field and _whole(target) else None


def _place(text: str) -> Place | None:
    number, point, value = text.partition(".")
    return Place(_plain(value), _whole(number)) if point and _whole(number) else None


def _whole(text: str) -> int:
    return whole_number(text) or 0


def _plain(text: str) -> str:
    return text.replace("\0", "").strip()
