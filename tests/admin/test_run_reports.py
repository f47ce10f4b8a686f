"""The pages beside a report: what would be applied, why an operation is as it is, failed rows, files, the call."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from integration_admin.accounts.access import Actor
from integration_admin.accounts.models import Group
from sync_app.admin import values
from sync_app.models import FailedRow, Record, Run, RunStatus
from sync_app.runs.reports import refused_groups
from sync_app.runs.reports.report import report_of
from sync_app.runs.verbs import repairing
from sync_app.runs.verbs.importing import start_import
from sync_app.runs.verbs.sending import end_sending, new_sending
from sync_app.runs.work.perform import perform
from sync_app.storage import journal
from templates_app.library.installing import install
from tests.admin.conftest import HOSTILE, LEA, MAX, NAMELESS, Importer
from tests.admin.test_runs import at, newest, read

TASKS: Final = """<In>
  <Type Name="Do" ShouldInsert="true" />
  <Property Name="l" Type="Do" Field="Label" />
  <Property Name="s" Type="Do" Field="Start" />
  <Property Name="e" Type="Do" Field="End" />
</In>"""
LINES: Final = """<In>
  <Type Name="Customer" ShouldInsert="true" />
  <Property Name="Nom" Type="Customer" Field="LastName" Required="true" />
  <Property Name="E&#10;mail" Type="Customer" Field="Email" />
</In>"""
OUT: Final = """<Out>
  <Type Name="Customer" />
  <Property Name="name" Type="Customer" Field="LastName" />
</Out>"""
BROKEN: Final = {**MAX, "Email": "broken"}
GROUP: Final = {"code": "email_invalid", "type": "Customer", "field": "Email", "name": "Email"}


def why(run: Run, seq: int = 1) -> str:
    return reverse("admin:sync_app_run_why", args=[run.pk, seq])


def rows(run: Run) -> str:
    return reverse("admin:sync_app_run_rows", args=[run.pk])


def row(run: Run, number: int) -> str:
    return reverse("admin:sync_app_run_row", args=[run.pk, number])


def file(run: Run, kind: str = "csv") -> str:
    return f"{reverse('admin:sync_app_run_file', args=[run.pk])}?kind={kind}"


def cells(client: Client, address: str) -> dict[str, list[str]]:
    """The form of a row as it stands."""
    context = client.get(address).context
    shown = [*context["first"], *context["rest"]]
    return {
        "name": [cell.name for cell, _text, _wrong in shown],
        "cell": [text for _cell, text, _wrong in shown],
        "seen": [context["repair"].seen],
    }


def sent_back(form: dict[str, list[str]]) -> dict[str, list[str]]:
    """As a browser sends it: every line end of a form is CR LF."""
    return {name: [re.sub(r"\r\n|\r|\n", "\r\n", text) for text in texts] for name, texts in form.items()}


def whole(answer: Any) -> bytes:
    """What a streamed answer comes to."""
    content: bytes = answer.getvalue()
    return content


# --- the head


def test_figures_lead_to_the_operations_they_count(imported: Importer, ann_at_work: Client) -> None:
    imported(LEA)
    run = imported({**LEA, "Nom": "New"}, MAX, NAMELESS, simulate=True)
    context = ann_at_work.get(at(run)).context
    for figure in context["figures"]:
        if figure.href:
            assert len(ann_at_work.get(at(run) + figure.href).context["operations"]) == figure.count
    assert [figure.count for figure in context["figures"]] == [1, 1, 0, 0, 0, 1]
    assert [bool(figure.href) for figure in context["figures"]] == [True, True, False, False, False, True]


def test_what_changes_is_told_by_field_and_each_is_a_filter(imported: Importer, ann_at_work: Client) -> None:
    imported(LEA, MAX)
    run = imported({**LEA, "Nom": "New"}, {**MAX, "Nom": "New", "Email": "new@example.org"}, simulate=True)
    page = ann_at_work.get(at(run))
    assert [(str(one.word.text), one.count) for one in page.context["changed"]] == [("Last name", 2), ("E-mail", 1)]
    found = ann_at_work.get(at(run) + page.context["changed"][1].href).context["operations"]
    assert [told.item["key"] for told in found] == ["D-2"]


def test_unchanged_records_of_a_real_run_are_counted_and_lead_nowhere(imported: Importer, ann_at_work: Client) -> None:
    imported(LEA)
    page = ann_at_work.get(at(imported(LEA)))
    (unchanged,) = [one for one in page.context["figures"] if one.count]
    assert (str(unchanged.word.text), unchanged.href) == ("Unchanged", "")


@pytest.mark.parametrize(
    ("simulate", "sentence"), [(True, "Simulated: nothing was written"), (False, "Written to the records")]
)
def test_whether_anything_was_written_is_unmistakable(
    imported: Importer, ann_at_work: Client, simulate: bool, sentence: str
) -> None:
    assert sentence in read(ann_at_work, at(imported(LEA, simulate=simulate)))


def test_an_undo_says_what_goes_back_and_what_stays(imported: Importer, ann_at_work: Client) -> None:
    done = imported(LEA, MAX)
    imported({**LEA, "Nom": "Later"})
    ann_at_work.post(at(done, "undo"))
    page = read(ann_at_work, at(newest()))
    assert "Undoing it for real puts back 1 record." in page
    assert "1 stays as it is, because it was changed since." in page
    told = ann_at_work.get(at(newest())).context["operations"]
    assert {str(one.operation.text) for one in told} == {"To take away", "To stay"}


def test_the_family_is_told_both_ways(imported: Importer, ann_at_work: Client) -> None:
    plan = imported(LEA, BROKEN, simulate=True)
    ann_at_work.post(at(plan, "apply"))
    applied = newest()
    ann_at_work.post(at(applied, "retry"), {"simulate": "on"})
    assert "Applied by" in read(ann_at_work, at(plan))
    page = read(ann_at_work, at(applied))
    assert "Applies the simulation" in page
    assert "Retry rehearsed by" in page
    assert "Retries the failed rows of" in read(ann_at_work, at(newest()))


def test_the_call_of_the_api_names_template_and_options_and_no_key(imported: Importer, ann_at_work: Client) -> None:
    call = ann_at_work.get(at(imported(LEA, simulate=True))).context["call"]
    assert "http://testserver/acme/api/integration/clients" in call
    assert '"simulate": true' in call
    assert "X-APPKEY: $APPKEY" in call
    plan = imported(MAX, simulate=True)
    ann_at_work.post(at(plan, "apply"))
    assert f"/api/integration/runs/{plan.pk}/apply" in ann_at_work.get(at(newest())).context["call"]


# --- applying


def test_what_would_be_applied_is_said_in_numbers_first(imported: Importer, ann_at_work: Client) -> None:
    imported(LEA)
    plan = imported({**LEA, "Nom": "Planned"}, MAX, simulate=True)
    page = read(ann_at_work, at(plan, "apply"))
    assert "Write 2 changes" in page
    assert "Nothing it builds on has changed since." in page
    later = imported({**LEA, "Nom": "Meanwhile"})
    page = read(ann_at_work, at(plan, "apply"))
    assert "1 row has gone stale since" in page
    assert "Write 1 change" in page
    assert f"#{later.pk}" in page
    assert Record.objects.count() == 1


# --- why


@pytest.mark.parametrize("htmx", [True, False])
def test_an_operation_opens_to_its_row_and_its_rules(imported: Importer, ann_at_work: Client, htmx: bool) -> None:
    run = imported(LEA, simulate=True)
    answer = ann_at_work.get(why(run), headers={"HX-Request": "true"} if htmx else {})
    page = answer.content.decode()
    for shown in (
        "No record had IDDOSSIER “D-1”.",
        "A new record takes it.",
        "Row 1 as it came",
        "lea.roy@example.org",
    ):
        assert shown in page
    assert ("<html" in page) is not htmx


def test_hostile_rows_are_shown_as_text(imported: Importer, ann_at_work: Client) -> None:
    run = imported({"Nom": HOSTILE, HOSTILE: HOSTILE, "ID_DOSSIER": HOSTILE, "Email": HOSTILE})
    for address in (why(run), rows(run), row(run, 1), at(run)):
        page = read(ann_at_work, address)
        assert HOSTILE not in page
        assert "&lt;img src=x onerror=alert(1)&gt;" in page


def test_what_nobody_finds_is_not_there(imported: Importer, ann_at_work: Client) -> None:
    run = imported(LEA, NAMELESS)
    for address in (why(run, 99), row(run, 1), row(run, 99), file(run, "exe"), file(run, "")):
        assert ann_at_work.get(address).status_code == 404


def test_a_record_that_comes_or_goes_is_shown_in_little_room(
    imported: Importer, ann_at_work: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(values, "LONG_VALUE", 20)
    run = imported({**LEA, "Nom": HOSTILE})
    page = read(ann_at_work, at(run))
    assert page.count('<dl class="ia-whole">') == 1
    assert "more fields" not in page
    assert '<details class="ia-folded"><summary>&lt;img' in page
    monkeypatch.setattr(values, "FIELDS_SHOWN", 1)
    monkeypatch.setattr(values, "FIELDS_AT_MOST", 2)
    assert "3 more fields" in read(ann_at_work, at(run))
    ann_at_work.post(at(run, "undo"), {"for_real": "1"})
    gone = read(ann_at_work, at(newest()))
    assert "<del>" in gone
    assert "3 more fields" in gone
    history = read(ann_at_work, reverse("admin:sync_app_record_change", args=[Record.objects.get().pk]))
    assert history.count("3 more fields") == 2
    assert HOSTILE not in page + gone + history


def test_a_plan_that_went_stale_says_how_much_of_it_will_be_written(imported: Importer, ann_at_work: Client) -> None:
    imported(LEA)
    plan = imported({**LEA, "Nom": "New"}, MAX, simulate=True)
    imported({**LEA, "Nom": "Later"})
    page = read(ann_at_work, at(plan, "apply"))
    for sentence in (
        "1 of 2 changes will be written.",
        "1 has gone stale and is left out.",
        "As it was simulated",
        "Write 1 change",
    ):
        assert sentence in page


def test_counts_are_grouped_as_the_reader_writes_them(imported: Importer, ann_at_work: Client) -> None:
    run = imported(LEA)
    counts = {**run.counts, "inserted": 12345, "rows": 12345}
    Run.objects.filter(pk=run.pk).update(counts=counts, by_type={"Customer": counts, "Project": counts})
    page = read(ann_at_work, at(run))
    assert "12345" not in page
    assert page.count("12,345") >= 5
    assert "12,345" in read(ann_at_work, reverse("admin:sync_app_run_changelist"))


def test_moments_in_a_refusal_are_told_in_the_zone_of_the_brand(
    imported: Importer, ann_at_work: Client, ann: Actor, now: datetime
) -> None:
    install(actor=ann, name="tasks", xml=TASKS, at=now)
    run = imported({"l": "Late", "s": "2026-07-02T10:00", "e": "2026-07-01T10:00"}, template="tasks")
    (error,) = report_of(actor=ann, run=run)["errors"]
    assert (error["code"], error["value"]) == ("end_before_start", "2026-07-01T08:00:00Z")
    assert "2026-07-01T08:00:00Z" in error["message"]
    page = read(ann_at_work, at(run))
    assert "The end (2026-07-01 10:00) lies before the start (2026-07-02 10:00)." in page
    assert "<q>2026-07-01 10:00</q>" in page
    assert "2026-07-01T08" not in page


def test_a_row_of_many_cells_begins_with_what_is_wrong_and_folds_the_rest(
    imported: Importer, ann_at_work: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = {f"column {number}": f"text {number}" for number in range(30)}
    run = imported({**many, **BROKEN, "nothing": ""})
    context = ann_at_work.get(row(run, 1)).context
    assert [cell.name for cell, _text, _wrong in context["first"]] == ["Email"]
    assert len(context["rest"]) == 33
    form = cells(ann_at_work, row(run, 1))
    form["cell"][0] = "max@example.org"
    ann_at_work.post(row(run, 1), form)
    assert json.loads(FailedRow.objects.get(run=run).edited) == {
        **many,
        **MAX,
        "Email": "max@example.org",
        "nothing": "",
    }
    listed = ann_at_work.get(rows(run)).context["listed"][0].cells
    assert (listed.shown[0][0], len(listed.shown), len(listed.folded), listed.empty) == ("Email", 8, 25, ["nothing"])
    assert "Empty: nothing" in read(ann_at_work, why(run))


# --- failed rows


def test_a_group_is_fixed_at_once_and_retried(imported: Importer, ann_at_work: Client) -> None:
    run = imported(LEA, BROKEN, {**NAMELESS, "Nom": "Z", "Email": "broken"}, NAMELESS)
    (group, other) = ann_at_work.get(at(run)).context["groups"]
    assert (group.counted.rows, other.counted.rows) == (2, 1)
    page = ann_at_work.get(group.rows)
    assert page.context["values"] == [("broken", 2)]
    ann_at_work.post(group.rows, {"old": ["broken"], "new": ["max@example.org"]})
    ann_at_work.post(at(run, "retry"), GROUP)
    assert (newest().status, newest().counts["inserted"]) == (RunStatus.SUCCEEDED, 2)
    assert Record.objects.count() == 3


def test_a_group_leads_to_its_own_operations_and_to_no_others(imported: Importer, ann_at_work: Client) -> None:
    long = f"{'x' * 400}@example.org"
    run = imported(BROKEN, {**MAX, "Email": long}, {**NAMELESS, "Email": "broken"})
    groups = ann_at_work.get(at(run)).context["groups"]
    assert len({group.counted.group.code for group in groups if group.counted.group.field == "Email"}) == 2
    for group in groups:
        found = ann_at_work.get(at(run) + group.operations).context["operations"]
        assert len(found) == group.counted.operations


def test_a_row_is_edited_and_retried(imported: Importer, ann_at_work: Client) -> None:
    run = imported(LEA, NAMELESS)
    form = cells(ann_at_work, row(run, 2))
    assert form["name"] == ["Email", "ID_DOSSIER", "Nom"]
    form["cell"][2] = "Nobody"
    ann_at_work.post(row(run, 2), form)
    assert json.loads(FailedRow.objects.get(run=run).edited) == {**NAMELESS, "Nom": "Nobody"}
    assert "1 of them edited" in read(ann_at_work, at(run))
    ann_at_work.post(at(run, "retry"), {"row": "2"})
    assert (newest().status, newest().options["only"]) == (RunStatus.SUCCEEDED, {"row": 2})
    ann_at_work.post(row(run, 2), {**cells(ann_at_work, row(run, 2)), "as_it_came": "1"})
    assert FailedRow.objects.get(run=run).edited == ""


def test_what_was_entered_beside_the_button_that_retries_is_kept_and_retried(
    imported: Importer, ann_at_work: Client
) -> None:
    run = imported(BROKEN, NAMELESS)
    form = cells(ann_at_work, row(run, 2))
    form["cell"][form["name"].index("Nom")] = "Nobody"
    retried = {"retry": "1", "row": "2", "once": "1"}
    first = ann_at_work.post(row(run, 2), {**form, **retried})
    assert (newest().counts["inserted"], newest().options["only"]) == (1, {"row": 2})
    assert json.loads(FailedRow.objects.get(run=run, row=2).edited)["Nom"] == "Nobody"
    last = newest()
    assert ann_at_work.post(row(run, 2), {**form, **retried}).headers["Location"] == first.headers["Location"]
    assert newest() == last
    (group,) = [one for one in ann_at_work.get(at(run)).context["groups"] if one.counted.group.name == "Email"]
    ann_at_work.post(group.rows, {**GROUP, "old": ["broken"], "new": ["max@example.org"], "retry": "1"})
    assert (newest().status, newest().options["only"]["name"]) == (RunStatus.SUCCEEDED, "Email")
    assert Record.objects.count() == 2


def test_a_row_that_nobody_edited_is_retried_as_it_is(lined: Run, ann_at_work: Client) -> None:
    form = sent_back(cells(ann_at_work, row(lined, 2)))
    ann_at_work.post(row(lined, 2), {**form, "retry": "1", "row": "2", "simulate": "on"})
    assert (newest().parent, newest().simulate) == (lined, True)
    assert FailedRow.objects.get(run=lined, row=2).edited == ""
    form["cell"] = ["typed" for _cell in form["cell"]]
    page = ann_at_work.post(row(lined, 2), {**form, "seen": "other", "retry": "1", "row": "2"}, follow=True)
    assert "Somebody else has edited row 2 since you opened it." in page.content.decode()
    assert Run.objects.filter(parent=lined).count() == 1


@pytest.mark.parametrize(
    "wanted", ["x", "-1", "0", "9" * 40, "2.0", "\N{SUPERSCRIPT TWO}", "\N{ARABIC-INDIC DIGIT TWO}"]
)
def test_a_row_that_is_none_is_not_every_row(imported: Importer, ann_at_work: Client, wanted: str) -> None:
    run = imported(LEA, NAMELESS)
    ann_at_work.post(at(run, "retry"), {"row": wanted})
    assert newest() == run


def test_few_rows_of_a_large_run_are_retried_while_one_waits(
    imported: Importer, ann_at_work: Client, settings: Settings
) -> None:
    run = imported(LEA, MAX, {**NAMELESS, "ID_DOSSIER": "D-4"}, NAMELESS)
    settings.ASYNC_ROWS = 1
    ann_at_work.post(at(run, "retry"), {"row": "4"})
    assert newest().status == RunStatus.WITH_FAILURES
    ann_at_work.post(at(run, "retry"))
    assert newest().status == RunStatus.QUEUED


def test_what_is_nested_is_edited_as_json_and_a_slip_is_given_back(imported: Importer, ann_at_work: Client) -> None:
    run = imported({**NAMELESS, "tags": ["a", {"b": 1}]})
    form = cells(ann_at_work, row(run, 1))
    form["cell"][2] = "[oops"
    page = ann_at_work.post(row(run, 1), form).content.decode()
    assert "What stands in tags is not valid JSON." in page
    assert "[oops" in page
    form["cell"][2] = '["c"]'
    ann_at_work.post(row(run, 1), form)
    assert json.loads(FailedRow.objects.get(run=run).edited)["tags"] == ["c"]


def test_who_opened_a_row_before_it_was_edited_is_told(imported: Importer, ann_at_work: Client) -> None:
    run = imported(NAMELESS)
    mine, theirs = cells(ann_at_work, row(run, 1)), cells(ann_at_work, row(run, 1))
    ann_at_work.post(row(run, 1), {**theirs, "cell": ["x@example.org", "D-3", "Theirs"]})
    page = ann_at_work.post(row(run, 1), {**mine, "cell": ["x@example.org", "D-3", "Mine"]}, follow=True)
    assert "Somebody else has edited row 1 since you opened it." in page.content.decode()
    assert json.loads(FailedRow.objects.get(run=run).edited)["Nom"] == "Theirs"


def test_a_colleague_who_may_only_read_looks_and_changes_nothing(imported: Importer, ben_at_work: Client) -> None:
    run = imported(NAMELESS, BROKEN)
    assert "Keep this row" not in read(ben_at_work, row(run, 1))
    assert "Retry" not in read(ben_at_work, rows(run))
    form = cells(ben_at_work, row(run, 1))
    page = ben_at_work.post(row(run, 1), form, follow=True).content.decode()
    assert "Your group does not have the right" in page
    group = {"old": ["broken"], "new": ["a@example.org"]}
    ben_at_work.post(f"{rows(run)}?code=email_invalid&type=Customer&field=Email&name=Email", group)
    assert not FailedRow.objects.exclude(edited="").exists()


def test_who_reads_projects_but_no_customers_does_not_learn_whose_they_are(
    imported: Importer, ben_at_work: Client, readers: Group
) -> None:
    imported(LEA)
    run = imported({"Titre": "Roof", "Client": "D-1"}, {"Titre": "Wall", "Client": "D-77"}, template="projects")
    readers.accesses.all().delete()
    readers.accesses.create(entity_type="Project", access="Read")
    page = read(ben_at_work, at(run)) + read(ben_at_work, why(run)) + read(ben_at_work, why(run, 2))
    assert "D-1" not in page
    assert "D-77" not in page
    assert "Not shown: Customer, and the row as it came." in page
    assert "Fix and retry" not in page
    for address in (rows(run), row(run, 2), at(run, "failed")):
        assert "D-77" not in ben_at_work.get(address, follow=True).content.decode()


def test_who_may_not_read_the_type_gets_none_of_it(imported: Importer, ben_at_work: Client, readers: Group) -> None:
    run = imported(LEA, {**NAMELESS, "Email": "secret@example.org"})
    readers.accesses.all().delete()
    assert ben_at_work.get(why(run)).status_code == 403
    for address in (rows(run), row(run, 2), at(run)):
        assert "secret@example.org" not in ben_at_work.get(address, follow=True).content.decode()
    assert b"lea.roy" not in whole(ben_at_work.get(file(run)))


def test_a_stranger_finds_none_of_these_pages(imported: Importer, eve_at_work: Client) -> None:
    run = imported(LEA, NAMELESS)
    for address in (why(run), rows(run), row(run, 2), file(run)):
        assert eve_at_work.get(address).status_code == 404
    for address in (rows(run), row(run, 2)):
        assert eve_at_work.post(address, {"old": "a", "new": "b"}).status_code == 404
    assert Client().get(rows(run)).status_code == 302


@pytest.mark.parametrize("screen", ["rows", "row"])
def test_changing_rows_asks_for_the_token_of_the_form(imported: Importer, ann: Actor, screen: str) -> None:
    run = imported(NAMELESS)
    client = Client(enforce_csrf_checks=True)
    assert ann.user is not None
    client.force_login(ann.user)
    address = rows(run) if screen == "rows" else row(run, 1)
    assert client.post(address, {"old": "a", "new": "b"}).status_code == 403


@pytest.fixture
def lined(imported: Importer, ann: Actor, now: datetime) -> Run:
    """Rows that failed at a column whose heading has a line end, two of them with a value that has one."""
    install(actor=ann, name="lines", xml=LINES, at=now)
    rows = [{"Nom": "A", "E\nmail": "bro\nken"}, {"Nom": "B", "E\nmail": "bro\r\nken"}, {"Nom": "C", "E\nmail": "off"}]
    return imported(*rows, template="lines")


def test_a_cell_whose_heading_has_a_line_end_is_repaired(lined: Run, ann_at_work: Client) -> None:
    form = sent_back(cells(ann_at_work, row(lined, 3)))
    form["cell"][form["name"].index("E\r\nmail")] = "fixed@b.de"
    ann_at_work.post(row(lined, 3), form)
    assert json.loads(FailedRow.objects.get(run=lined, row=3).edited) == {"Nom": "C", "E\nmail": "fixed@b.de"}


def test_all_rows_of_a_column_with_a_line_end_are_replaced_and_retried(lined: Run, ann_at_work: Client) -> None:
    (group,) = ann_at_work.get(at(lined)).context["groups"]
    page = ann_at_work.get(group.rows).context
    assert page["values"] == [("bro\nken", 2), ("off", 1)]
    ann_at_work.post(group.rows, sent_back({"old": ["bro\nken", "off"], "new": ["a@b.de", ""]}))
    ann_at_work.post(at(lined, "retry"), sent_back({name: [text] for name, text in page["place"].items()}))
    assert (newest().counts["inserted"], newest().options["only"]["name"]) == (2, "E\nmail")


def test_a_name_that_the_row_has_not_is_refused_and_nothing_is_kept(lined: Run, ann_at_work: Client) -> None:
    form = cells(ann_at_work, row(lined, 3))
    for names in (["Nom", "Other"], ["Nom", "Nom"]):
        page = ann_at_work.post(row(lined, 3), {**form, "name": names}, follow=True).content.decode()
        assert "Look at it again." in page
    assert FailedRow.objects.get(run=lined, row=3).edited == ""


def test_a_slip_beside_a_heading_with_a_line_end_loses_nothing(imported: Importer, ann_at_work: Client) -> None:
    run = imported({**NAMELESS, "tags": [1], "a\nb": "1"})
    form = sent_back(cells(ann_at_work, row(run, 1)))
    form["cell"] = ["[oops" if name == "tags" else "typed" for name in form["name"]]
    context = ann_at_work.post(row(run, 1), form).context
    assert {cell.name: text for cell, text, _wrong in context["first"]}["a\nb"] == "typed"


def test_a_page_of_a_group_reads_no_more_than_it_shows(
    imported: Importer, ann_at_work: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = imported(*({"Nom": "N", "ID_DOSSIER": f"D-{number}", "Email": "broken"} for number in range(9)))
    decoded: list[str] = []

    def counting(text: str) -> Any:
        decoded.append(text)
        return journal.decode_problems(text)

    monkeypatch.setattr(repairing, "PAGE", 2)
    monkeypatch.setattr(refused_groups, "decoded", counting)
    first = ann_at_work.get(f"{rows(run)}?{urlencode(GROUP)}")
    assert (first.context["count"], first.context["values"]) == (9, [("broken", 9)])
    decoded.clear()
    second = ann_at_work.get(rows(run) + first.context["next"])
    assert [told.repair.row for told in second.context["listed"]] == [3, 4]
    assert (second.context["count"], second.context["values"], len(decoded)) == (9, [], 3)


# --- files


@pytest.mark.parametrize(
    ("kind", "begins"), [("csv", b"\xef\xbb\xbfseq;row;item;operation"), ("json", b"[\n{"), ("xlsx", b"PK")]
)
def test_operations_are_downloaded(imported: Importer, ann_at_work: Client, kind: str, begins: bytes) -> None:
    run = imported(LEA, MAX, simulate=True)
    answer = ann_at_work.get(file(run, kind))
    assert answer["Content-Disposition"] == f'attachment; filename="run-{run.pk}-operations.{kind}"'
    assert whole(answer).startswith(begins)


def test_only_what_is_filtered_is_downloaded(imported: Importer, ann_at_work: Client) -> None:
    run = imported(LEA, MAX, simulate=True)
    page = ann_at_work.get(f"{at(run)}?text=D-2")
    address = dict(page.context["downloads"])["JSON"]
    found: list[Any] = json.loads(whole(ann_at_work.get(address)))
    assert [item["key"] for item in found] == ["D-2"]


# --- how much it asks the database


@pytest.mark.parametrize("page", ["rows", "group"])
def test_lists_of_failed_rows_ask_the_same_for_few_and_many(imported: Importer, ann_at_work: Client, page: str) -> None:
    counted = []
    query = "" if page == "rows" else f"?code={GROUP['code']}&type=Customer&field=Email&name=Email"
    for many in (1, 40):
        run = imported(*({"Nom": "N", "ID_DOSSIER": f"D-{number}", "Email": "broken"} for number in range(many)))
        with CaptureQueriesContext(connection) as queries:
            ann_at_work.get(rows(run) + query)
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_that_nothing_of_a_failed_row_is_written_is_said_once(imported: Importer, ann_at_work: Client) -> None:
    run = imported(NAMELESS)
    page = ann_at_work.get(why(run)).content.decode()
    assert page.count("Nothing of this is written.") == 1


def test_a_plan_that_would_write_nothing_offers_nothing_to_apply(imported: Importer, ann_at_work: Client) -> None:
    empty, full = imported(NAMELESS, simulate=True), imported(LEA, simulate=True)
    offered = [at(run, "apply") in read(ann_at_work, at(run)) for run in (empty, full)]
    assert offered == [False, True]


def test_what_was_found_about_a_file_is_told_once(ann: Actor, ann_at_work: Client, now: datetime) -> None:
    run = start_import(
        actor=ann, template="clients", body=b"Nom;ID_DOSSIER\nRoy;D-1\n", file_name="rows.csv", clock=lambda: now
    )
    page = read(ann_at_work, at(perform(run=run.pk, holder="tests", clock=lambda: now)))
    assert page.count("semicolon (;)") == 1


def test_an_export_says_what_was_sent(ann: Actor, ann_at_work: Client, now: datetime) -> None:
    version = install(actor=ann, name="out", xml=OUT, at=now).version
    run = new_sending(actor=ann, trigger="ui", version=version, at=now, rows=3, body=b"[]")
    progress = {"rows": 3, "delivered": 3, "refused": 0, "type": "Customer"}
    end_sending(run=run, status=RunStatus.SUCCEEDED, at=now, progress=progress, error={})
    page = read(ann_at_work, at(run))
    assert "Sent to the other system" in page
    assert re.search(r"<strong>3</strong>\s*Sent", page)
    for said in ("Nothing was written", "Inserted", "No operation is kept", "<h2>Source</h2>"):
        assert said not in page
    assert "3 sent" in ann_at_work.get(reverse("admin:sync_app_run_changelist")).content.decode().replace("\xa0", " ")
