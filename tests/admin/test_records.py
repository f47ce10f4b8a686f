"""The pages of records: what is found, by whom, and that a record's history is whole."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from integration_admin.accounts.models import Brand, Group, User
from sync_app.admin.values import LONGEST
from sync_app.models import JournalEntry, Record, Run
from tests.admin.conftest import HOSTILE, LEA, MAX, Importer, signed_in

LIST = reverse("admin:sync_app_record_changelist")


def at(record: Record, query: str = "") -> str:
    return reverse("admin:sync_app_record_change", args=[record.pk]) + query


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def listed(client: Client, query: str = "") -> set[str]:
    return {record.label for record in client.get(f"{LIST}{query}").context["cl"].result_list}


@pytest.fixture
def lea(imported: Importer) -> Record:
    imported(LEA)
    return Record.objects.get()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"Roy", "Petit", "Hall"}),
        ("?q=petit", {"Petit"}),
        ("?q=PÉTIT", set()),
        ("?q=  Roy ", {"Roy"}),
        ("?q=lea.roy@example.org", {"Roy"}),
        ("?q=d-2", {"Petit"}),
        ("?q=roy+nothing", set()),
        ("?q=%25", set()),
        ("?type=Project", {"Hall"}),
        ("?type=Nothing", set()),
        ("?deleted=deleted", set()),
        ("?deleted=all", {"Roy", "Petit", "Hall"}),
        ("?type=Customer&q=roy", {"Roy"}),
    ],
)
def test_records_are_searched_and_filtered(
    imported: Importer, ann_at_work: Client, query: str, found: set[str]
) -> None:
    imported(LEA, MAX)
    imported({"Titre": "Hall"}, template="projects")
    assert listed(ann_at_work, query) == found


@pytest.mark.parametrize("query", ["?data__LastName=Roy", "?search__startswith=r", "?brand__appkeys__label=x"])
def test_no_other_column_can_be_guessed_at(lea: Record, ann_at_work: Client, query: str) -> None:
    answer = ann_at_work.get(f"{LIST}{query}")
    assert answer.status_code in {302, 400}


def test_the_types_are_offered_with_how_many_there_are(imported: Importer, ann_at_work: Client) -> None:
    imported(LEA, MAX)
    imported({"Titre": "Hall"}, template="projects")
    page = read(ann_at_work, LIST)
    assert "Customer (2)" in page
    assert "Project (1)" in page


def test_a_deleted_record_is_found_where_it_is_asked_for(imported: Importer, lea: Record, ann_at_work: Client) -> None:
    ann_at_work.post(reverse("admin:sync_app_run_undo", args=[Run.objects.get().pk]), {"for_real": "1"})
    assert listed(ann_at_work) == set()
    assert listed(ann_at_work, "?deleted=deleted") == {"Roy"}
    page = read(ann_at_work, at(lea))
    assert "Deleted" in page
    assert "→" not in page.split('id="history"')[1].split("</li>")[0]


def test_only_types_a_person_may_read_are_found(
    imported: Importer, ben_at_work: Client, readers: Group, root: User
) -> None:
    imported(LEA)
    imported({"Titre": "Hall"}, template="projects")
    hall = Record.objects.get(label="Hall")
    assert listed(ben_at_work) == {"Roy"}
    assert "Project" not in read(ben_at_work, LIST)
    assert ben_at_work.get(at(hall)).status_code == 404
    assert listed(signed_in(root)) == {"Roy", "Hall"}
    readers.accesses.update(access="Write")
    assert listed(ben_at_work) == set()


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
    assert listed(eve_at_work, "?deleted=all") == set()
    assert eve_at_work.get(at(lea)).status_code == 404


def test_records_are_not_changed_here(lea: Record, ann_at_work: Client, root: User) -> None:
    for client in (ann_at_work, signed_in(root)):
        assert client.get(reverse("admin:sync_app_record_add")).status_code == 403
        assert client.post(reverse("admin:sync_app_record_delete", args=[lea.pk]), {"post": "yes"}).status_code == 403
        client.post(at(lea), {"label": "Changed", "data": "{}"})
    lea.refresh_from_db()
    assert (lea.label, lea.version) == ("Roy", 1)


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
    for address in (LIST, *(at(record) for record in Record.objects.all())):
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
    assert told["Gone"] == ("Gone", "{'a': 1}")
