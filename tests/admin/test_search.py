"""The search of the frame: it finds what one may see, by its beginning, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Final

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from integration_admin.accounts.access import Actor
from integration_admin.accounts.brands import create_brand
from integration_admin.accounts.models import Brand, User
from sync_app.admin.records.inputs import FormFields
from sync_app.admin.values import ValueWords, words_for
from sync_app.models import Record, Run
from sync_app.runs.labelled import labelled
from sync_app.runs.lists.searching import search
from templates_app.brand_catalog import catalog_of
from templates_app.models import Template
from tests.admin.conftest import HOSTILE, LEA, MAX, Importer, signed_in
from tests.conftest import BY

SEARCH = reverse("admin:search")
LABELS: Final = {"Customer": {"new": "Roy"}}


def found(client: Client, words: str) -> list[str]:
    """The titles that a search shows, as text."""
    answer = client.get(SEARCH, {"s": words})
    assert answer.status_code == 200
    return re.findall(r'<span class="ia-cut">([^<]*)</span>', answer.content.decode())


@pytest.fixture
def records(imported: Importer) -> list[Record]:
    imported(LEA, MAX)
    return list(Record.objects.order_by("pk"))


@pytest.mark.parametrize("words", ["ROY", "roy", " ROY ", "Roy"])
def test_a_record_is_found_by_the_beginning_of_its_label(
    words: str, records: list[Record], ann_at_work: Client
) -> None:
    assert found(ann_at_work, words) == [records[0].label]


@pytest.mark.parametrize("words", ["oy", "R", "", "zzz", "%", "_o", "\0", "x" * 5000])
def test_what_begins_with_nothing_of_the_kind_is_not_found(
    words: str, records: list[Record], ann_at_work: Client
) -> None:
    assert records[0].label not in found(ann_at_work, words)


def test_a_record_is_found_by_a_whole_key(records: list[Record], ann_at_work: Client) -> None:
    assert found(ann_at_work, "d-1") == [records[0].label]
    assert found(ann_at_work, "d-") == []


def test_a_run_is_found_by_its_number(imported: Importer, ann_at_work: Client) -> None:
    run = imported(LEA)
    assert found(ann_at_work, f"#{run.pk}") == found(ann_at_work, str(run.pk)) == [f"#{run.pk}"]
    assert found(ann_at_work, "#0") == found(ann_at_work, "#" + "9" * 30) == []


def test_templates_and_pages_are_found_by_name(imported: Importer, ann_at_work: Client) -> None:
    assert "clients" in found(ann_at_work, "client")
    assert found(ann_at_work, "declared") == ["Declared keys"]
    assert found(ann_at_work, "runs") == ["Runs"]
    Template.objects.filter(name="clients").update(archived=True)
    assert "clients" not in found(ann_at_work, "client")


def test_others_find_nothing_of_a_brand(imported: Importer, records: list[Record], eve_at_work: Client) -> None:
    run = imported(LEA)
    for words in ("roy", "d-1", f"#{run.pk}", "clients"):
        assert found(eve_at_work, words) == []


def test_a_type_one_may_not_read_is_not_found(imported: Importer, ann_at_work: Client, ben_at_work: Client) -> None:
    imported(LEA)
    imported({"Titre": "Royal wedding", "Client": "D-1"}, template="projects")
    assert found(ann_at_work, "roy") == ["Roy", "Royal wedding"]
    assert found(ben_at_work, "roy") == ["Roy"]


def test_a_page_one_may_not_open_is_not_offered(ben_at_work: Client) -> None:
    assert found(ben_at_work, "groups") == []


def test_a_deleted_record_is_not_found(records: list[Record], ann_at_work: Client, now: datetime) -> None:
    Record.objects.update(deleted_at=now)
    assert found(ann_at_work, "roy") == found(ann_at_work, "d-1") == []


def test_what_is_found_is_text(imported: Importer, ann_at_work: Client) -> None:
    imported({**LEA, "Nom": HOSTILE})
    page = ann_at_work.get(SEARCH, {"s": HOSTILE}).content.decode()
    assert "<img" not in page
    assert "&lt;img src=x" in page


def test_nothing_is_kept_of_what_was_asked(records: list[Record], ann_at_work: Client) -> None:
    answer = ann_at_work.get(SEARCH, {"s": "roy"})
    assert "no-store" in answer.headers["Cache-Control"]
    Record.objects.all().delete()
    assert found(ann_at_work, "roy") == []


def test_the_chosen_brand_comes_first_and_hides_nothing(
    imported: Importer, records: list[Record], root: User, other: Brand
) -> None:
    client = signed_in(root)
    for chosen in ("", str(other.pk)):
        client.post(reverse("choose_brand"), {"brand": chosen})
        assert found(client, "roy") == [records[0].label]


def test_it_is_read_only_and_asks_who_is_there(client: Client, ann_at_work: Client, db: None) -> None:
    assert client.get(SEARCH, {"s": "roy"}).status_code == 302
    assert ann_at_work.post(SEARCH, {"s": "roy"}).status_code == 405


def test_it_asks_as_much_for_many_records_as_for_few(
    imported: Importer, records: list[Record], ann_at_work: Client
) -> None:
    with CaptureQueriesContext(connection) as few:
        found(ann_at_work, "ro")
    imported(*({"Nom": f"Row {number}", "ID_DOSSIER": f"E-{number}"} for number in range(60)))
    with CaptureQueriesContext(connection) as many:
        assert len(found(ann_at_work, "ro")) == 1 + 6
    assert len(few) == len(many)


def test_labels_are_read_from_the_index(imported: Importer, records: list[Record], acme: Brand) -> None:
    with CaptureQueriesContext(connection) as asked:
        search(brands=[acme], readable={acme.pk: None}, words="roy")
    by_label = next(query["sql"] for query in asked if "sort_label" in query["sql"] and "ORDER BY" in query["sql"])
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {by_label}")
            plan = " ".join(str(row) for row in cursor.fetchall())
        assert "record_by_label" in plan
        assert "TEMP B-TREE" not in plan


def test_a_record_of_a_key_is_not_looked_for_among_all(
    imported: Importer, records: list[Record], acme: Brand, ann: Actor
) -> None:
    """Neither here nor where a page names the many records that its values refer to."""
    catalog = catalog_of(acme)
    many = range(records[0].pk, records[0].pk + 200)
    refers = [("Project", {"Customer": {"new": number}}) for number in many]
    items = [{"type": name, "changes": changes} for name, changes in refers]
    run = Run.objects.get()
    inputs = FormFields(ann, catalog.types["Do"], ValueWords(catalog, ann))
    asking: list[tuple[Callable[[], object], object]] = [
        (lambda: [hit.pk for hit in search(brands=[acme], readable={acme.pk: None}, words="d-1")], [records[0].pk]),
        (lambda: words_for(actor=ann, changed=refers).labels[records[0].pk].text, "Roy"),
        (lambda: labelled(actor=ann, run=run, items=items)[0]["changes"], LABELS),
        (lambda: inputs._labels({"Customers": list(map(str, many))})[records[0].pk], "Roy"),
    ]
    for ask, told in asking:
        with CaptureQueriesContext(connection) as asked:
            assert ask() == told
        [by_id] = [
            one["sql"] for one in asked if "sync_app_record" in one["sql"] and 'sort_label" >=' not in one["sql"]
        ]
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN QUERY PLAN {by_id}")
                plan = " ".join(str(row) for row in cursor.fetchall())
            assert "sync_app_record USING INTEGER PRIMARY KEY (rowid=?)" in plan


def test_however_many_brands_there_are_it_stays_bounded(root: User, acme: Brand, now: datetime) -> None:
    brands = [create_brand(key=f"brand{number}", name="B", sandbox=False, at=now, by=BY) for number in range(12)]
    with CaptureQueriesContext(connection) as asked:
        search(brands=brands, readable=dict.fromkeys(brand.pk for brand in brands), words="roy")
    assert len(asked) < 50
