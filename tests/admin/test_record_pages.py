"""What is done about one record on its pages: made, changed, deleted, brought back, restored, erased; and by whom."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from integration_admin.accounts.access import Actor
from integration_admin.accounts.models import Group, User
from sync_app.admin.values import LONGEST, words_for
from sync_app.models import ColumnChoice, JournalEntry, Record, Run
from sync_app.runs.records.editing import RecordChange, edit_records
from templates_app.library.fields import add_custom_field
from tests.admin.conftest import HOSTILE, LEA, MAX, Importer, signed_in

LIST = reverse("admin:sync_app_record_changelist")
ADD = reverse("admin:sync_app_record_add") + "?type=Customer"
REFERENCES = reverse("admin:sync_app_record_references")
COLUMNS = reverse("admin:sync_app_record_columns") + "?type=Customer"
OF_ONE = ("change", "edit", "delete", "restore", "erase")


def at(record: Record, page: str = "change") -> str:
    return reverse(f"admin:sync_app_record_{page}", args=[record.pk])


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def said(answer: Any) -> list[str]:
    """The messages on the page that a POST led to."""
    return [str(message) for message in answer.context["messages"]]


def form_of(client: Client, address: str) -> dict[str, Any]:
    """What the form of this page sends when nothing is typed."""
    context = client.get(address).context
    sent = {field.name: field.value for field in context["inputs"]}
    sent |= {field.search: "" for field in context["inputs"] if field.target}
    return sent | ({"version": str(context["seen"])} if context["record"] else {})


def save(client: Client, record: Record, **changed: Any) -> Any:
    sent = form_of(client, at(record, "edit")) | changed
    return client.post(at(record, "edit"), sent, follow=True)


@pytest.fixture
def lea(imported: Importer) -> Record:
    imported(LEA)
    return Record.objects.get()


# --- who


@pytest.mark.parametrize("page", OF_ONE)
def test_a_stranger_finds_no_page_of_it(lea: Record, eve_at_work: Client, client: Client, page: str) -> None:
    missing = reverse(f"admin:sync_app_record_{page}", args=[424242])
    for method in ("get", "post"):
        assert getattr(eve_at_work, method)(at(lea, page)).status_code == 404
        assert getattr(eve_at_work, method)(missing).status_code == 404
        assert getattr(client, method)(at(lea, page)).status_code == 302


@pytest.mark.parametrize("page", ["edit", "delete", "restore", "erase"])
def test_a_reader_may_look_and_change_nothing(lea: Record, ben_at_work: Client, page: str) -> None:
    assert ben_at_work.get(at(lea, page)).status_code == 403
    assert ben_at_work.post(at(lea, page), {"typed": "Roy", "version": "1", "seen": "1"}).status_code == 403
    shown = read(ben_at_work, at(lea))
    assert at(lea, page) not in shown
    lea.refresh_from_db()
    assert (lea.version, lea.deleted_at) == (1, None)


def test_a_reader_makes_no_records_and_chooses_no_columns(lea: Record, ben_at_work: Client) -> None:
    assert ben_at_work.get(ADD).status_code == 403
    assert ben_at_work.post(ADD, {"LastName": "x"}).status_code == 403
    assert ben_at_work.get(COLUMNS).status_code == 403
    ben_at_work.post(COLUMNS, {"column": ["Email"]})
    assert ben_at_work.get(f"{REFERENCES}?type=Customer&field=Parent&find-Parent=roy").status_code == 403
    assert not ColumnChoice.objects.exists()
    page = read(ben_at_work, f"{LIST}?type=Customer")
    assert "add/?" not in page
    assert "columns/?" not in page


def test_another_brand_cannot_be_named(lea: Record, eve_at_work: Client) -> None:
    for address in (ADD, COLUMNS, f"{REFERENCES}?type=Customer&field=Parent"):
        assert eve_at_work.get(f"{address}&brand={lea.brand_id}").status_code == 404


def test_who_may_write_a_type_edits_without_other_rights(lea: Record, ben_at_work: Client, readers: Group) -> None:
    readers.accesses.update(access="All")
    save(ben_at_work, lea, LastName="By Ben")
    lea.refresh_from_db()
    assert lea.label == "By Ben"
    assert ben_at_work.get(at(lea, "erase")).status_code == 403


# --- making and changing


def test_a_record_is_made_by_a_form(ann: Actor, ann_at_work: Client) -> None:
    answer = ann_at_work.post(ADD, form_of(ann_at_work, ADD) | {"LastName": "New", "City": "Lyon"}, follow=True)
    record = Record.objects.get()
    assert answer.redirect_chain[-1][0] == at(record)
    assert record.data == {"LastName": "New", "City": "Lyon"}
    assert f"Run #{Run.objects.get().pk} tells of it" in said(answer)[0]


def test_only_what_was_changed_is_written(lea: Record, ann_at_work: Client) -> None:
    answer = save(ann_at_work, lea, LastName="Roy-Petit")
    lea.refresh_from_db()
    assert (lea.label, lea.version) == ("Roy-Petit", 2)
    entry = JournalEntry.objects.get(run=Run.objects.latest("pk").pk)
    assert (entry.fields, entry.row, entry.operation) == ("LastName", 0, "Update")
    assert "can be undone" in said(answer)[0]


def test_saving_without_a_change_writes_nothing(lea: Record, ann_at_work: Client) -> None:
    runs = Run.objects.count()
    assert said(save(ann_at_work, lea)) == ["Nothing differs, so nothing was written."]
    assert Run.objects.count() == runs


def test_every_kind_comes_back_from_the_form_as_it_was(ann: Actor, ann_at_work: Client, now: datetime) -> None:
    values: dict[str, tuple[str, Any, Any]] = {
        "_WHEN": ("DateTime", {}, "2026-10-25T00:30:15.123000Z"),
        "_DAY": ("Date", {}, "2026-12-31"),
        "_TIME": ("Time", {}, "18:30:00"),
        "_MEMO": ("Memo", {}, "\n two lines \n\n"),
        "_JSON": ("Json", {}, {"a": [1, "é"], "b": None}),
        "_YES": ("Check", {}, False),
        "_NUMBER": ("Double", {}, "1.5"),
        "_PICK": ("Combo", {"choices": ["Red", "Green"]}, "Green"),
        "_FRIENDS": ("ReferenceList", {"target": "Customer"}, []),
    }
    for name, (kind, options, _value) in values.items():
        add_custom_field(actor=ann, entity_type="Customer", name=name, kind=kind, options=options, at=now)
    made = edit_records(
        actor=ann,
        changes=[
            RecordChange("Customer", "create", values={"LastName": "x", **{n: v for n, (_k, _o, v) in values.items()}})
        ],
        clock=lambda: now,
        trigger="ui",
    )
    record = Record.objects.get(pk=made.records[0].record)
    own = RecordChange("Customer", "change", record.pk, {"_FRIENDS": [record.pk]})
    edit_records(actor=ann, changes=[own], clock=lambda: now, trigger="ui")
    record.refresh_from_db()
    assert said(save(ann_at_work, record)) == ["Nothing differs, so nothing was written."]
    kinds = {field.name: (field.widget, field.type) for field in ann_at_work.get(at(record, "edit")).context["inputs"]}
    assert kinds["_WHEN"] == ("text", "datetime-local")
    assert kinds["_DAY"] == ("text", "date")
    assert kinds["_MEMO"][0] == kinds["_JSON"][0] == "lines"
    assert kinds["_YES"][0] == kinds["_PICK"][0] == "select"
    assert kinds["_FRIENDS"][0] == "references"
    save(ann_at_work, record, _WHEN="2026-07-01T12:00", _YES="true", _FRIENDS=[])
    record.refresh_from_db()
    assert (record.data["_WHEN"], record.data["_YES"]) == ("2026-07-01T10:00:00Z", True)
    assert "_FRIENDS" not in record.data


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en", ["1 Jul 2026, 12:00", "1 Jul 2026, 12:00:07", "31 Dec 2026"]),
        ("de", ["01.07.2026 12:00", "01.07.2026 12:00:07", "31.12.2026"]),
        ("fi", ["1.7.2026 12.00", "1.7.2026 12.00.07", "31.12.2026"]),
        ("ja", ["2026/07/01 12:00", "2026/07/01 12:00:07", "2026/12/31"]),
    ],
)
def test_days_and_moments_are_told_as_the_reader_writes_them(
    language: str, shown: list[str], ann: Actor, now: datetime
) -> None:
    values = {"_AT": "2026-07-01T10:00:00Z", "_EXACT": "2026-07-01T10:00:07Z", "_DAY": "2026-12-31", "_ODD": "once"}
    for name in values:
        kind = "Date" if name == "_DAY" else "DateTime"
        add_custom_field(actor=ann, entity_type="Customer", name=name, kind=kind, at=now)
    words = words_for(actor=ann, changed=())
    with translation.override(language):
        told = {field.name: field.new[0].text for field in words.values("Customer", values)}
    assert [told[name] for name in values] == [*shown, "once"]


def test_each_problem_stands_at_its_field_and_what_was_typed_stays(lea: Record, ann_at_work: Client) -> None:
    answer = save(ann_at_work, lea, Email="no address", LastName="Typed")
    page = answer.content.decode()
    assert "Nothing was saved" in page
    assert "This is not an e-mail address." in page
    assert 'value="Typed"' in page
    assert 'aria-invalid="true" aria-describedby="said-Email"' in page
    lea.refresh_from_db()
    assert lea.version == 1
    assert answer.context["seen"] == 1


def test_a_change_meanwhile_is_shown_beside_ones_own(lea: Record, ann: Actor, ann_at_work: Client, now: Any) -> None:
    sent = form_of(ann_at_work, at(lea, "edit"))
    other = RecordChange("Customer", "change", lea.pk, {"LastName": "Theirs", "City": "Lyon"})
    edit_records(actor=ann, changes=[other], clock=lambda: now, trigger="ui")
    answer = ann_at_work.post(at(lea, "edit"), sent | {"LastName": "Mine"})
    fields = {field.name: field for field in answer.context["inputs"]}
    assert (fields["LastName"].value, fields["LastName"].present.new[0].text) == ("Mine", "Theirs")
    assert (fields["City"].value, fields["City"].present.new[0].text) == ("Lyon", "Lyon")
    assert fields["Email"].present is None
    assert "changed this record while you were editing" in answer.content.decode()
    lea.refresh_from_db()
    assert (lea.label, lea.version) == ("Theirs", 2)
    again = {name: field.value for name, field in fields.items()} | {"version": str(answer.context["seen"])}
    ann_at_work.post(at(lea, "edit"), again)
    lea.refresh_from_db()
    assert (lea.data["LastName"], lea.data["City"], lea.version) == ("Mine", "Lyon", 3)


@pytest.mark.parametrize("version", ["", "x", "9" * 30, "-1"])
def test_a_version_that_is_none_is_a_conflict(lea: Record, ann_at_work: Client, version: str) -> None:
    answer = save(ann_at_work, lea, LastName="Mine", version=version)
    assert answer.context["conflict"] is not None
    lea.refresh_from_db()
    assert lea.version == 1


def test_references_are_found_by_name_and_by_key(imported: Importer, lea: Record, ann_at_work: Client) -> None:
    imported(MAX)
    address = f"{REFERENCES}?type=Customer&field=Parent&find-Parent="
    assert "Petit" in read(ann_at_work, f"{address}pet")
    assert "Petit" in read(ann_at_work, f"{address}d-2")
    assert "Nothing found" in read(ann_at_work, f"{address}nobody")
    chosen = read(ann_at_work, f"{address}pet&Parent={lea.pk}")
    assert f'value="{lea.pk}" checked' in chosen
    assert "Petit" in chosen
    assert ann_at_work.get(f"{REFERENCES}?type=Customer&field=LastName").status_code == 404
    assert ann_at_work.get(f"{REFERENCES}?type=Nothing&field=Parent").status_code == 404


def test_references_are_found_without_scripts_too(imported: Importer, lea: Record, ann_at_work: Client) -> None:
    imported(MAX)
    petit = Record.objects.get(label="Petit")
    answer = save(ann_at_work, lea, **{"look": "Parent", "find-Parent": "petit", "LastName": "Kept"})
    page = answer.content.decode()
    assert f'value="{petit.pk}"' in page
    assert 'value="Kept"' in page
    save(ann_at_work, lea, Parent=str(petit.pk))
    lea.refresh_from_db()
    assert lea.data["Parent"] == petit.pk


def test_hostile_values_are_text_in_every_input(imported: Importer, ann: Actor, ann_at_work: Client, now: Any) -> None:
    imported({"Nom": HOSTILE, "ID_DOSSIER": HOSTILE})
    record = Record.objects.get()
    own = RecordChange("Customer", "change", record.pk, {"Notes": f"</textarea>{HOSTILE}", "Parent": record.pk})
    edit_records(actor=ann, changes=[own], clock=lambda: now, trigger="ui")
    for page in OF_ONE:
        shown = read(ann_at_work, at(record, page) + ("?version=1" if page == "restore" else ""))
        assert HOSTILE not in shown
        assert "</textarea><img" not in shown
    assert HOSTILE not in read(ann_at_work, f"{REFERENCES}?type=Customer&field=Parent&find-Parent=img")


# --- deleting, bringing back, restoring


def test_deleting_says_in_numbers_what_will_happen(imported: Importer, lea: Record, ann_at_work: Client) -> None:
    imported({"Titre": "Hall", "Client": "D-1"}, {"Titre": "Pool", "Client": "D-1"}, template="projects")
    assert "2 live references lead to it" in read(ann_at_work, at(lea, "delete"))
    answer = ann_at_work.post(at(lea, "delete"), {"version": "1"}, follow=True)
    lea.refresh_from_db()
    assert lea.deleted_at is not None
    assert "The record is deleted." in said(answer)[0]
    assert ann_at_work.get(at(lea, "delete")).status_code == 404
    assert ann_at_work.get(at(lea, "edit")).status_code == 404
    answer = ann_at_work.post(at(lea, "revive"), follow=True)
    assert "The record is back." in said(answer)[0]
    lea.refresh_from_db()
    assert lea.deleted_at is None
    assert ann_at_work.get(at(lea, "revive")).status_code == 405


def test_a_record_that_changed_since_is_not_deleted(lea: Record, ann_at_work: Client) -> None:
    save(ann_at_work, lea, LastName="Since")
    answer = ann_at_work.post(at(lea, "delete"), {"version": "1"}, follow=True)
    assert "Somebody has changed this record since" in said(answer)[0]
    lea.refresh_from_db()
    assert lea.deleted_at is None


def test_an_earlier_version_and_an_earlier_value_come_back(lea: Record, ann_at_work: Client) -> None:
    save(ann_at_work, lea, LastName="Second", City="Lyon")
    save(ann_at_work, lea, LastName="Third")
    page = read(ann_at_work, at(lea))
    assert f"{at(lea, 'restore')}?version=1" in page
    assert f"{at(lea, 'restore')}?version=2&amp;field=LastName" in page
    preview = ann_at_work.get(f"{at(lea, 'restore')}?version=1&field=LastName")
    assert [(f.name, f.old[0].text, f.new[0].text) for f in preview.context["fields"]] == [("LastName", "Third", "Roy")]
    ann_at_work.post(at(lea, "restore"), {"version": "1", "field": "LastName", "seen": "3"})
    lea.refresh_from_db()
    assert (lea.data["LastName"], lea.data["City"]) == ("Roy", "Lyon")
    assert "2 fields will change" not in read(ann_at_work, f"{at(lea, 'restore')}?version=1")
    assert "One field will change" in read(ann_at_work, f"{at(lea, 'restore')}?version=1")
    ann_at_work.post(at(lea, "restore"), {"version": "2", "seen": "4"})
    lea.refresh_from_db()
    assert lea.data["LastName"] == "Second"
    assert "Every field has the value it had then" in read(ann_at_work, f"{at(lea, 'restore')}?version=5")


@pytest.mark.parametrize("query", ["", "?version=0", "?version=99", "?version=x", "?version=%00"])
def test_a_version_that_is_not_kept_leads_back(lea: Record, ann_at_work: Client, query: str) -> None:
    answer = ann_at_work.get(at(lea, "restore") + query, follow=True)
    assert "is not kept any more" in said(answer)[0]


def test_an_outdated_restore_is_refused(lea: Record, ann_at_work: Client) -> None:
    save(ann_at_work, lea, LastName="Second")
    answer = ann_at_work.post(at(lea, "restore"), {"version": "1", "seen": "1"}, follow=True)
    assert "Somebody has changed this record since" in said(answer)[0]


# --- erasing


def test_erasing_asks_for_the_name_and_says_in_numbers_what_goes(lea: Record, ann_at_work: Client) -> None:
    save(ann_at_work, lea, City="Lyon")
    page = read(ann_at_work, at(lea, "erase"))
    assert "the values in 2 entries of the journal" in page
    assert "the kept file of 1 import" in page
    answer = ann_at_work.post(at(lea, "erase"), {"typed": "roy", "version": "2"})
    assert "That is not what the record is called" in answer.content.decode()
    assert Record.objects.filter(pk=lea.pk).exists()
    answer = ann_at_work.post(at(lea, "erase"), {"typed": " Roy ", "version": "2"}, follow=True)
    assert "The record is erased." in said(answer)[0]
    assert not Record.objects.filter(pk=lea.pk).exists()
    assert ann_at_work.get(at(lea)).status_code == 404


def test_the_reports_of_what_was_erased_still_open(imported: Importer, lea: Record, ann_at_work: Client) -> None:
    imported({**LEA, "Nom": ""}, MAX)
    imported({**LEA, "Nom": "Shown"}, simulate=True)
    ann_at_work.post(at(lea, "erase"), {"typed": "Roy", "version": "1"})
    assert not Record.objects.filter(pk=lea.pk).exists()
    for run in Run.objects.order_by("pk"):
        page = read(ann_at_work, reverse("admin:sync_app_run_change", args=[run.pk]))
        assert LEA["Email"] not in page
    assert "erased with the record" in read(ann_at_work, reverse("admin:sync_app_run_change", args=[run.pk]))


def test_a_record_that_is_referred_to_says_who_stands_against_it(
    imported: Importer, lea: Record, ann_at_work: Client
) -> None:
    imported({"Titre": "Hall", "Client": "D-1"}, template="projects")
    page = read(ann_at_work, at(lea, "erase"))
    assert "One record still refers to it: Project Hall" in page
    assert 'name="typed"' not in page
    answer = ann_at_work.post(at(lea, "erase"), {"typed": "Roy", "version": "1"}, follow=True)
    assert "Project Hall" in said(answer)[0]


def test_a_record_that_changed_since_is_not_erased(lea: Record, ann_at_work: Client) -> None:
    save(ann_at_work, lea, City="Lyon")
    answer = ann_at_work.post(at(lea, "erase"), {"typed": "Roy", "version": "1"}, follow=True)
    assert "Somebody has changed this record since" in said(answer)[0]
    assert Record.objects.filter(pk=lea.pk).exists()


# --- columns and histories


def test_the_brand_chooses_its_columns(lea: Record, ann_at_work: Client, ben_at_work: Client) -> None:
    chosen = {"column": ["Email", "Notes", "Nonsense"], "place-Email": "2", "place-Notes": "1"}
    answer = ann_at_work.post(COLUMNS, chosen, follow=True)
    assert [heading.label for heading in answer.context["headings"]] == ["Label", "Notes", "E-mail", "Modified", "Key"]
    seen = ben_at_work.get(f"{LIST}?type=Customer").context["headings"]
    assert [heading.label for heading in seen][1:3] == ["Notes", "E-mail"]
    history = read(ann_at_work, reverse("admin:accounts_auditentry_changelist"))
    assert "Columns of a list chosen" in history


def test_too_many_columns_are_refused(ann: Actor, ann_at_work: Client, now: datetime) -> None:
    names = [f"_F{number}" for number in range(21)]
    for name in names:
        add_custom_field(actor=ann, entity_type="Customer", name=name, at=now)
    answer = ann_at_work.post(COLUMNS, {"column": names}, follow=True)
    assert "Choose at most 20 columns" in said(answer)[0]


def test_the_history_of_a_record_is_on_its_page(lea: Record, ann_at_work: Client) -> None:
    answer = ann_at_work.get(reverse("admin:sync_app_record_history", args=[lea.pk]))
    assert answer.headers["Location"] == f"{at(lea)}#history"


def test_a_superuser_may_do_all_of_it(lea: Record, root: User) -> None:
    client = signed_in(root)
    for page in OF_ONE:
        assert client.get(at(lea, page) + "?version=1").status_code == 200


def test_very_long_values_do_not_break_the_form(imported: Importer, lea: Record, ann_at_work: Client) -> None:
    save(ann_at_work, lea, Notes="x" * (LONGEST + 10))
    assert "x" * (LONGEST + 10) in read(ann_at_work, at(lea, "edit"))


@pytest.mark.parametrize("typed", ["x" * 100_000, "a " * 50_000, "%" * 9_000, "roy\0", "\0"])
def test_a_search_for_references_takes_any_text(
    imported: Importer, lea: Record, ann_at_work: Client, typed: str
) -> None:
    address = f"{REFERENCES}?type=Customer&field=Parent"
    assert ann_at_work.get(address, {"find-Parent": typed, "type": "Customer", "field": "Parent"}).status_code == 200
    assert save(ann_at_work, lea, **{"look": "Parent", "find-Parent": typed}).status_code == 200
