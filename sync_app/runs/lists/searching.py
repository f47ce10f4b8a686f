"""Finding anything by a few words: records by the beginning of their label or by a key, runs by number, templates."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from integration_admin.accounts.models import Brand
from integration_admin.whole_numbers import whole_number
from sync_app.models import LIVE, BrandClock, Identity, Record, Run, Sync
from templates_app.brand_catalog import catalog_of
from templates_app.catalog.folding import fold
from templates_app.models import Template

#: Brand -> the entity types whose values may be shown; None means every type.
Readable = Mapping[int, frozenset[str] | None]

FEWEST_LETTERS: Final = 2
LONGEST: Final = 200
SHOWN_OF_A_KIND: Final = 6
# Bounds on one search, whatever there is: how many lists of labels are looked into, and the keys of how many brands.
LABEL_LISTS: Final = 60
KEYED_BRANDS: Final = 8


class FoundKind(StrEnum):
    """What was found."""

    RUN = "run"
    TEMPLATE = "template"
    RECORD = "record"
    SYNC = "sync"


@dataclass(frozen=True, slots=True)
class Found:
    """One hit. `title` is its name, `type` the entity type of a record or the stored kind of a run."""

    kind: FoundKind
    pk: int
    title: str
    brand: Brand
    type: str = ""
    simulate: bool = False


def search(
    *, brands: Sequence[Brand], readable: Readable, words: str, syncs_in: Collection[int] = frozenset()
) -> list[Found]:
    """The few best hits in these brands, those of the first brands first. Records of types in `readable` only, syncs
    of the brands in `syncs_in` only.
    """
    text = fold(words[:LONGEST])
    found = [*_runs(brands, text)]
    if len(text) >= FEWEST_LETTERS:
        found += [*_templates(brands, text), *_syncs(syncs_in, words), *_records(brands, readable, text)]
    return found


def _runs(brands: Sequence[Brand], text: str) -> Iterator[Found]:
    number = whole_number(text.removeprefix("#"))
    if number is None:
        return
    for run in Run.objects.filter(pk=number, brand__in=brands).select_related("brand"):
        yield Found(FoundKind.RUN, run.pk, f"#{run.pk}", run.brand, run.kind, run.simulate)


def _templates(brands: Sequence[Brand], text: str) -> Iterator[Found]:
    own = Template.objects.filter(brand__in=brands, archived=False, name__contains=text.replace(" ", "-"))
    for template in own.select_related("brand").order_by("name", "pk")[:SHOWN_OF_A_KIND]:
        yield Found(FoundKind.TEMPLATE, template.pk, template.name, template.brand)


def _syncs(brands: Collection[int], words: str) -> Iterator[Found]:
    """Syncs with these words in their names."""
    own = (
        Sync.objects.filter(brand__in=brands, name__icontains=words.strip()[:LONGEST])
        if brands
        else Sync.objects.none()
    )
    for sync in own.select_related("brand").order_by("name", "pk")[:SHOWN_OF_A_KIND]:
        yield Found(FoundKind.SYNC, sync.pk, sync.name, sync.brand)


def _records(brands: Sequence[Brand], readable: Readable, text: str) -> list[Found]:
    by_id = {brand.pk: brand for brand in brands if brand.pk in readable}
    found: dict[int, Record] = {}
    for record in (*_by_key(list(by_id.values()), readable, text), *_by_label(by_id, readable, text)):
        found.setdefault(record.pk, record)
        if len(found) >= SHOWN_OF_A_KIND:
            break
    return [
        Found(FoundKind.RECORD, record.pk, record.label or f"#{record.pk}", by_id[record.brand_id], record.entity_type)
        for record in found.values()
    ]


def _by_key(brands: Sequence[Brand], readable: Readable, text: str) -> Iterator[Record]:
    """Records of which the text is a whole key, such as a number or an e-mail address."""
    for brand in brands[:KEYED_BRANDS]:
        allowed = readable[brand.pk]
        entities = catalog_of(brand).types.values()
        spaces = {
            key.space
            for entity in entities
            for key in entity.keys
            if len(key.fields) == 1 and (allowed is None or entity.name in allowed)
        }
        same = Identity.objects.filter(brand=brand, space__in=spaces, value=text[:255], record__deleted_at=None)
        for found in same.select_related("record").defer("record__data", "record__search")[:SHOWN_OF_A_KIND]:
            if allowed is None or found.record.entity_type in allowed:
                yield found.record


def _by_label(brands: Mapping[int, Brand], readable: Readable, text: str) -> Iterator[Record]:
    """Records whose label begins so: each list of labels is entered by its index, where such labels begin."""
    for brand, entity_type in _lists(brands, readable)[:LABEL_LISTS]:
        rows = Record.objects.filter(LIVE, brand=brand, entity_type=entity_type, sort_label__gte=text)
        for row in rows.defer("data", "search").order_by("sort_label", "id")[:SHOWN_OF_A_KIND]:
            if not row.sort_label.startswith(text):
                break
            yield row


def _lists(brands: Mapping[int, Brand], readable: Readable) -> list[tuple[int, str]]:
    """(brand, type) of which there are live records, in the order of the brands and then the largest first."""
    order = {brand: place for place, brand in enumerate(brands)}
    lists: list[tuple[int, int, int, str]] = []
    for brand, counts in BrandClock.objects.filter(brand__in=brands).values_list("brand_id", "counts"):
        allowed = readable[brand]
        known = [(name, count) for name, count in counts.items() if count and (allowed is None or name in allowed)]
        lists += [(order[brand], -count, brand, name) for name, count in known]
    return [(brand, name) for _place, _count, brand, name in sorted(lists)]
