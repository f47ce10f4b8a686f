"""The pages of records: what is found, by whom, and that a record's history is whole."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from integration_admin.accounts.access import Actor
from integration_admin.accounts.models import Brand, Group, User
from sync_app.admin.records import list as record_list
from sync_app.admin.values import LONGEST
from sync_app.models import JournalEntry, Record, Run
from sync_app.runs.lists import browsing
from sync_app.runs.lists.columns import choose_columns
from sync_app.runs.records.editing import RecordChange, edit_records
from templates_app.brand_catalog import catalog_of
from templates_app.library.fields import add_custom_field
from tests.admin.conftest import HOSTILE, LEA, MAX, Importer, signed_in

LIST = reverse("admin:sync_app_record_changelist")


def at(record: Record, query: str = "") -> str:
    return reverse("admin:sync_app_record_change", args=[record.pk]) + query


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def listed(client: Client, query: str = "", type: str = "Customer") -> list[str]:
    """The labels a list shows, in its order."""
    answer = client.get(f"{LIST}?type={type}{query}")
    assert answer.status_code == 200
    return [line.record.label for line in answer.context["lines"]]


@pytest.fixture
def lea(imported: Importer) -> Record:
    imported(LEA)
    return Record.objects.get()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Petit", "Roy"]),
        ("&q=petit", ["Petit"]),
        ("&q=PÉTIT", []),
        ("&q=  Roy ", ["Roy"]),
        ("&q=lea.roy@example.org", ["Roy"]),
        ("&q=d-2", ["Petit"]),
        ("&q=roy+nothing", []),
        ("&q=%25", []),
        ("&q=_", []),
        ("&q=!", []),
        ("&q=%00", ["Petit", "Roy"]),
        ("&deleted=deleted", []),
        ("&deleted=all", ["Petit", "Roy"]),
        ("&deleted=nonsense", ["Petit", "Roy"]),
        ("&field=_IDDOSSIER&value=d-1", ["Roy"]),
        ("&field=_IDDOSSIER&value=D", []),
        ("&field=Email&value=not+one", []),
        ("&field=Notes&value=x", ["Petit", "Roy"]),
        ("&since=2026-11-21", ["Petit", "Roy"]),
        ("&since=2026-11-22", []),
        ("&since=2026-99-99", ["Petit", "Roy"]),
        ("&since=0001-01-01", ["Petit", "Roy"]),
        ("&sort=label", ["Petit", "Roy"]),
        ("&sort=label&order=down", ["Roy", "Petit"]),
        ("&sort=key&order=up", ["Roy", "Petit"]),
        ("&sort=Email", ["Roy", "Petit"]),
        ("&sort=Email&order=down", ["Petit", "Roy"]),
        ("&sort=Nothing", ["Petit", "Roy"]),
        ("&after=nonsense", ["Petit", "Roy"]),
        ("&ref=Parent&to=424242", []),
    ],
)
def test_records_are_searched_filtered_and_sorted(
    imported: Importer, ann_at_work: Client, query: str, found: list[str]
) -> None:
    imported(LEA)
    imported(MAX)
    imported({"Titre": "Hall"}, template="projects")
    assert listed(ann_at_work, query) == found


@pytest.mark.parametrize(
    ("query", "at_most", "said"),
    [
        ("&q=example.org", 1000, "2 found"),
        ("&q=roy", 1000, "1 found"),
        ("&q=nobody", 1000, "0 found"),
        ("&field=Email&value=not+one", 1000, "0 found"),
        ("&deleted=deleted", 1000, "0 found"),
        ("&q=example.org", 2, "2 found"),
        ("&q=example.org", 1, "more than 1 found"),
    ],
)
def test_a_search_says_how_many_it_finds_and_of_many_that_they_are_many(
    imported: Importer, ann_at_work: Client, monkeypatch: pytest.MonkeyPatch, query: str, at_most: int, said: str
) -> None:
    imported(LEA, MAX)
    for module in (browsing, record_list):
        monkeypatch.setattr(module, "COUNTED", at_most)
    assert f">{said}</strong> · 2 records" in read(ann_at_work, f"{LIST}?type=Customer{query}")
    assert "found</strong>" not in read(ann_at_work, f"{LIST}?type=Customer")


def test_columns_nobody_chose_show_what_the_records_have(imported: Importer, ann_at_work: Client, ann: Actor) -> None:
    def columns(query: str = "") -> list[str]:
        return [str(one.label) for one in ann_at_work.get(f"{LIST}?type=Customer{query}").context["headings"]]

    imported({"Nom": "Roy", "ID_DOSSIER": "D-1"})
    assert columns() == ["Label", "IDDOSSIER", "Type", "Modified", "Key"]
    assert columns("&sort=Email") == ["Label", "IDDOSSIER", "Type", "E-mail", "Modified", "Key"]
    imported(MAX)
    assert columns() == ["Label", "IDDOSSIER", "Type", "E-mail", "Modified", "Key"]
    assert columns("&q=roy") == ["Label", "IDDOSSIER", "Type", "Modified", "Key"]
    entity = catalog_of(ann.brand).types["Customer"]
    choose_columns(actor=ann, entity=entity, fields=["Parent", "Email"], at=timezone.now())
    assert columns("&q=roy") == ["Label", "Parent customer", "E-mail", "Modified", "Key"]


@pytest.mark.parametrize("query", ["?type=Nothing", "?type=Customer&brand=424242", "?type=Customer&brand=x"])
def test_a_type_or_brand_that_is_not_there_is_not_found(lea: Record, ann_at_work: Client, query: str) -> None:
    assert ann_at_work.get(f"{LIST}{query}").status_code == 404


def test_the_types_are_offered_with_how_many_there_are(imported: Importer, ann_at_work: Client) -> None:
    imported(LEA, MAX)
    imported({"Titre": "Hall"}, template="projects")
    ((brand, kept, empty),) = ann_at_work.get(LIST).context["brands"]
    assert brand.key == "acme"
    assert {line.name: line.count for line in kept} == {"Customer": 2, "Project": 1}
    assert "Task" in {line.name for line in empty}
    assert "Customer" in read(ann_at_work, LIST)


def test_an_empty_type_says_where_records_come_from(lea: Record, ann_at_work: Client) -> None:
    assert "They come with an import" in read(ann_at_work, f"{LIST}?type=Project")
    assert "No record fits" in read(ann_at_work, f"{LIST}?type=Customer&q=nobody")


@pytest.mark.parametrize("sort", ["label", "modified", "key", "_SCORE", "FirstName"])
@pytest.mark.parametrize("order", ["up", "down"])
def test_pages_show_every_record_once_in_order(
    ann_at_work: Client, ann: Actor, now: datetime, sort: str, order: str
) -> None:
    make_many(ann, now)
    seen: list[Record] = []
    query = ""
    for _page in range(9):
        context = ann_at_work.get(f"{LIST}?type=Customer&sort={sort}&order={order}{query}").context
        seen += [line.record for line in context["lines"]]
        if not context["next"]:
            break
        query = "&" + context["next"].split("?")[1]
    assert len(seen) == len({record.pk for record in seen}) == 120
    assert_sorted([value_of(record, sort) for record in seen], descending=order == "down")


def add_score(ann: Actor, now: datetime) -> None:
    add_custom_field(actor=ann, entity_type="Customer", name="_SCORE", kind="Double", at=now)


def make_many(ann: Actor, now: datetime, *, declare: bool = True) -> None:
    """Numbers that sort otherwise as texts, the same names many times, and fields that are empty."""
    if declare:
        add_score(ann, now)
    for start in range(0, 120, 40):
        changes = [
            RecordChange(
                "Customer",
                "create",
                values={
                    "LastName": f"Name {number % 7}",
                    "FirstName": f"First {number % 3}" if number % 4 else "",
                    "_SCORE": str(number * 1.5 - 20) if number % 5 else "",
                },
            )
            for number in range(start, start + 40)
        ]
        edit_records(actor=ann, changes=changes, clock=lambda: now, trigger="ui")


def value_of(record: Record, sort: str) -> Any:
    if sort == "_SCORE":
        return float(record.data["_SCORE"]) if "_SCORE" in record.data else None
    plain = {"label": record.sort_label, "modified": record.revision, "key": record.pk}
    return plain.get(sort, record.data.get(sort))


def assert_sorted(values: list[Any], *, descending: bool) -> None:
    filled = [value for value in values if value is not None]
    assert values == [*filled, *[None] * (len(values) - len(filled))]
    assert filled == sorted(filled, reverse=descending)


def test_the_queries_of_a_list_do_not_grow_with_it(ann_at_work: Client, ann: Actor, now: datetime) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            ann_at_work.get(f"{LIST}?type=Customer&sort=_SCORE")
        return len(counted)

    boss = edit_records(
        actor=ann,
        changes=[RecordChange("Customer", "create", values={"LastName": "Boss"})],
        clock=lambda: now,
        trigger="ui",
    )
    own = RecordChange("Customer", "change", boss.records[0].record, {"Parent": boss.records[0].record})
    edit_records(actor=ann, changes=[own], clock=lambda: now, trigger="ui")
    add_score(ann, now)
    choose_columns(actor=ann, entity=catalog_of(ann.brand).types["Customer"], fields=["Parent", "Email"], at=now)
    few = queries()
    make_many(ann, now, declare=False)
    parents = [
        RecordChange("Customer", "change", pk, {"Parent": boss.records[0].record})
        for pk in Record.objects.exclude(label="Boss").values_list("pk", flat=True)
    ]
    edit_records(actor=ann, changes=parents, clock=lambda: now, trigger="ui")
    assert queries() == few < 30


def test_too_many_records_are_not_sorted_by_a_field(
    imported: Importer, ann_at_work: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported(LEA, MAX)
    monkeypatch.setattr(browsing, "SORTED_AT_MOST", 1)
    page = read(ann_at_work, f"{LIST}?type=Customer&sort=Email")
    assert "There are too many records to sort by this field" in page


def test_a_deleted_record_is_found_where_it_is_asked_for(imported: Importer, lea: Record, ann_at_work: Client) -> None:
    ann_at_work.post(reverse("admin:sync_app_run_undo", args=[Run.objects.get().pk]), {"for_real": "1"})
    assert listed(ann_at_work) == []
    assert listed(ann_at_work, "&deleted=deleted") == ["Roy"]
    page = read(ann_at_work, at(lea))
    assert "Deleted" in page
    assert "→" not in page.split('id="history"')[1].split("</li>")[0]


def test_only_types_a_person_may_read_are_found(
    imported: Importer, ben_at_work: Client, readers: Group, root: User
) -> None:
    imported(LEA)
    imported({"Titre": "Hall"}, template="projects")
    hall = Record.objects.get(label="Hall")
    assert listed(ben_at_work) == ["Roy"]
    assert "Project" not in read(ben_at_work, LIST)
    assert ben_at_work.get(f"{LIST}?type=Project").status_code == 404
    assert ben_at_work.get(at(hall)).status_code == 404
    assert listed(signed_in(root), type="Project") == ["Hall"]
    readers.accesses.update(access="Write")
    assert ben_at_work.get(f"{LIST}?type=Customer").status_code == 404
    assert "may read no type" in read(ben_at_work, LIST)


def test_referrers_are_listed(imported: Importer, lea: Record, ann_at_work: Client) -> None:
    imported({"Titre": "Hall", "Client": "D-1"}, {"Titre": "Pool"}, template="projects")
    page = ann_at_work.get(at(lea))
    (referring,) = page.context["referring"]
    answer = ann_at_work.get(referring.href)
    assert [line.record.label for line in answer.context["lines"]] == ["Hall"]
    assert "Customer is Roy" in answer.content.decode()


def test_a_reference_to_what_a_person_may_not_read_tells_no_label(
    imported: Importer, ben_at_work: Client, readers: Group
) -> None:
    imported(LEA)
    imported({"Titre": "Hall", "Client": "D-1"}, template="projects")
    lea, hall = Record.objects.order_by("id")
    page = read(ben_at_work, at(lea))
    assert "Hall" not in page
    assert f"Project #{hall.pk}" in page


def test_a_stranger_finds_no_record_of_ours(lea: Record, eve_at_work: Client) -> None:
    assert listed(eve_at_work, "&deleted=all") == []
    assert eve_at_work.get(f"{LIST}?type=Customer&brand={lea.brand_id}").status_code == 404
    assert eve_at_work.get(at(lea)).status_code == 404


def test_references_are_shown_both_ways(imported: Importer, lea: Record, ann_at_work: Client) -> None:
    imported({"Titre": "Hall", "Client": "D-1"}, template="projects")
    hall = Record.objects.get(label="Hall")
    assert f'href="{at(lea)}">Roy</a>' in read(ann_at_work, at(hall))
    page = read(ann_at_work, at(lea))
    assert f'href="{at(hall)}">Hall</a>' in page
    assert "Project · Customer" in page


def test_the_history_tells_every_change_the_latest_first(imported: Importer, lea: Record, ann_at_work: Client) -> None:
    second = imported({**LEA, "Nom": "Roy-Petit"})
    imported({**LEA, "Nom": "Shown only"}, simulate=True)
    imported({**LEA, "Nom": "Roy-Petit"})
    history = ann_at_work.get(at(lea)).context["history"]
    assert [(told.change.operation, told.change.version, told.change.actor) for told in history] == [
        ("Update", 2, second.actor),
        ("Insert", 1, second.actor),
    ]
    (changed,) = history[0].fields
    assert (changed.label, changed.old[0].text, changed.new[0].text) == ("Last name", "Roy", "Roy-Petit")
    assert history[0].change.at is not None
    assert "no longer kept" not in read(ann_at_work, at(lea))


def test_a_long_history_comes_page_by_page(imported: Importer, lea: Record, ann_at_work: Client) -> None:
    imported(*({**LEA, "Nom": f"Roy {number}"} for number in range(60)))
    versions: list[int] = []
    query = ""
    for _page in range(3):
        context = ann_at_work.get(at(lea, query)).context
        versions += [told.change.version for told in context["history"]]
        query = f"?before={context['older']}"
    assert versions == list(range(61, 0, -1))


@pytest.mark.parametrize("before", ["x", "1", "1.x", "-1.2", "9" * 40 + ".1", "1.2.3", "%00"])
def test_a_place_that_is_none_shows_the_latest(lea: Record, ann_at_work: Client, before: str) -> None:
    assert len(ann_at_work.get(at(lea, f"?before={before}")).context["history"]) == 1


def test_a_history_without_its_beginning_says_so(imported: Importer, lea: Record, ann_at_work: Client) -> None:
    imported({**LEA, "Nom": "Roy-Petit"})
    JournalEntry.objects.filter(operation="Insert").delete()
    assert "What happened before is no longer kept." in read(ann_at_work, at(lea))


def test_imported_markup_is_shown_as_text(imported: Importer, ann_at_work: Client) -> None:
    imported({"Nom": HOSTILE, "ID_DOSSIER": HOSTILE})
    imported({"Titre": HOSTILE, "Client": HOSTILE}, template="projects")
    for address in (f"{LIST}?type=Customer", f"{LIST}?type=Project", *(at(record) for record in Record.objects.all())):
        page = read(ann_at_work, address)
        assert HOSTILE not in page
        assert "&lt;img src=x" in page


def test_a_long_value_is_cut(imported: Importer, ann_at_work: Client, acme: Brand) -> None:
    imported(LEA)
    record = Record.objects.get()
    record.data["Notes"] = "x" * (LONGEST + 500)
    record.save()
    assert "x" * LONGEST + "…" in read(ann_at_work, at(record))


def test_values_are_told_as_people_read_them(lea: Record, ann_at_work: Client) -> None:
    lea.data |= {"NotValid": True, "Gone": {"a": 1}}
    lea.save()
    told = {field.name: (field.label, field.new[0].text) for field in ann_at_work.get(at(lea)).context["values"]}
    assert told["NotValid"] == ("Not valid", "yes")
    assert told["Type"] == ("Type", "Individual")
    assert told["Gone"] == ("Gone", '{"a": 1}')
