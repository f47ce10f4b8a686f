"""The pages of runs: what they show, to whom, and what their buttons do."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_q.models import OrmQ
from pytest_django import Settings

from integration_admin.accounts.models import Group, User
from sync_app.models import Record, Run, RunKind, RunStatus
from templates_app.models import Template
from tests.admin.conftest import HOSTILE, LEA, MAX, NAMELESS, Importer, signed_in
from tests.conftest import Login

VERBS = ["apply", "undo", "retry", "cancel"]
GIVEN_UP = {"code": "attempts_exhausted", "params": {"attempts": 3}}
LIST = "admin:sync_app_run_changelist"


def at(run: Run, screen: str = "change") -> str:
    return reverse(f"admin:sync_app_run_{screen}", args=[run.pk])


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def newest() -> Run:
    return Run.objects.latest("pk")


def test_the_list_tells_kind_template_status_and_result(imported: Importer, ann_at_work: Client, root: User) -> None:
    imported(LEA, MAX, simulate=True)
    imported(LEA, NAMELESS)
    for client in (ann_at_work, signed_in(root)):
        page = read(client, reverse(LIST)).replace("\N{NO-BREAK SPACE}", " ")
        for shown in ("Simulated import", "clients · 1", "2 to insert", "1 inserted, 1 failed", "With failures"):
            assert shown in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=clients", 2),
        ("q=nothing", 0),
        ("simulate__exact=1", 1),
        ("status__exact=succeeded", 1),
        ("kind__exact=undo", 0),
        ("created_at__gte=2020-01-01T00:00:00Z&created_at__lt=2100-01-01T00:00:00Z", 2),
        ("created_at__gte=2100-01-01T00:00:00Z", 0),
        ("template=x", 0),
    ],
)
def test_the_list_is_searched_and_filtered(imported: Importer, ann_at_work: Client, query: str, found: int) -> None:
    imported(LEA, simulate=True)
    imported(NAMELESS)
    answer = ann_at_work.get(f"{reverse(LIST)}?{query}")
    assert len(answer.context["cl"].result_list) == found


def test_the_list_is_filtered_by_template(
    imported: Importer, ann_at_work: Client, eve_at_work: Client, root: User
) -> None:
    imported(LEA)
    imported({"Titre": "Hall"}, template="projects")
    template = Template.objects.get(name="projects")
    for client in (ann_at_work, signed_in(root)):
        answer = client.get(f"{reverse(LIST)}?template={template.pk}")
        assert [run.template_version.template for run in answer.context["cl"].result_list] == [template]
        assert "projects" in answer.content.decode()
    assert "projects" not in read(eve_at_work, f"{reverse(LIST)}?template={template.pk}")


def test_the_page_shows_each_operation_with_its_changes(imported: Importer, ann_at_work: Client) -> None:
    imported(LEA)
    page = read(ann_at_work, at(imported({**LEA, "Nom": "Roy-Petit"}, MAX, simulate=True)))
    changed = r"<del><span[^>]*>Roy</span></del>.*?<ins><span[^>]*>Roy<mark>-Petit</mark></span></ins>"
    assert re.search(changed, page, re.DOTALL)
    for shown in ("max.petit@example.org", "To insert", "rows.json"):
        assert shown in page


def test_a_reference_is_told_by_the_label_of_its_record(imported: Importer, ann_at_work: Client) -> None:
    imported(LEA)
    page = read(ann_at_work, at(imported({"Titre": "Hall", "Client": "D-1"}, template="projects")))
    lea = Record.objects.get(entity_type="Customer")
    assert f'href="{reverse("admin:sync_app_record_change", args=[lea.pk])}">{lea.label}<' in page


def test_errors_name_row_source_name_and_reason(imported: Importer, ann_at_work: Client) -> None:
    page = read(ann_at_work, at(imported(LEA, NAMELESS)))
    assert "A value is required here." in page
    assert "Nom → Customer · Last name" in page
    assert "value_required" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 3),
        ("outcome=Insert", 2),
        ("outcome=Error", 1),
        ("outcome=nonsense", 3),
        ("type=Customer", 3),
        ("type=Do", 0),
        ("text=D-2", 1),
        ("text=%00", 3),
        ("field=Email", 2),
        ("after=1", 2),
        ("after=x", 3),
        ("after=99999999999999999999999", 0),
        ("outcome=Insert&after=1", 1),
    ],
)
def test_operations_are_filtered_and_paged(imported: Importer, ann_at_work: Client, query: str, found: int) -> None:
    run = imported(LEA, MAX, NAMELESS, simulate=True)
    assert len(ann_at_work.get(f"{at(run)}?{query}").context["operations"]) == found


def test_many_operations_come_page_by_page(imported: Importer, ann_at_work: Client) -> None:
    rows = [{"Nom": f"N{number}", "ID_DOSSIER": f"D-{number}"} for number in range(120)]
    address = at(imported(*rows, simulate=True))
    keys: list[str] = []
    query = ""
    for _page in range(3):
        context = ann_at_work.get(f"{address}{query}").context
        keys += [told.item["key"] for told in context["operations"]]
        query = context["next"]
    assert (len(keys), len(set(keys)), query) == (120, 120, "")


def test_imported_markup_is_shown_as_text(imported: Importer, ann_at_work: Client) -> None:
    row = {"Nom": HOSTILE, "Email": HOSTILE, "ID_DOSSIER": HOSTILE}
    page = read(ann_at_work, at(imported({**row, "Email": "a@example.org"}, row, simulate=True)))
    assert HOSTILE not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page


def test_who_may_not_read_a_type_sees_counts_and_no_values(
    imported: Importer, ben_at_work: Client, readers: Group
) -> None:
    run = imported(LEA, {**MAX, "Email": "broken"})
    assert "lea.roy@example.org" in read(ben_at_work, at(run))
    readers.accesses.all().delete()
    page = read(ben_at_work, at(run))
    for hidden in ("lea.roy", "Roy", "D-1", "broken"):
        assert hidden not in page
    assert "2 rows: 1 fine, 1 failed" in page


@pytest.mark.parametrize("screen", ["change", *VERBS, "failed"])
def test_a_stranger_finds_no_run_of_ours(imported: Importer, eve_at_work: Client, screen: str) -> None:
    run = imported(LEA, NAMELESS, simulate=True)
    answer = eve_at_work.post(at(run, screen)) if screen in VERBS else eve_at_work.get(at(run, screen))
    assert answer.status_code == 404
    assert "clients" not in read(eve_at_work, reverse(LIST))
    assert Run.objects.count() == 1


@pytest.mark.parametrize("verb", VERBS)
def test_what_writes_asks_for_a_post_with_the_token_of_the_form(imported: Importer, owner: Login, verb: str) -> None:
    run = imported(LEA, NAMELESS, simulate=True)
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner.user)
    assert client.get(at(run, verb)).status_code == (200 if verb == "apply" else 405)
    assert client.post(at(run, verb)).status_code == 403
    assert Run.objects.count() == 1


@pytest.mark.parametrize("verb", VERBS)
def test_a_teammate_without_the_right_is_told_so(imported: Importer, ben_at_work: Client, verb: str) -> None:
    run = imported(LEA, NAMELESS)
    page = ben_at_work.post(at(run, verb), follow=True).content.decode()
    assert "Your group does not have the right" in page
    assert at(run, verb) not in read(ben_at_work, at(run))
    assert Run.objects.count() == 1


def test_nothing_is_added_changed_or_deleted_here(imported: Importer, ann_at_work: Client, root: User) -> None:
    run = imported(LEA)
    for client in (ann_at_work, signed_in(root)):
        assert client.get(reverse("admin:sync_app_run_add")).status_code == 403
        assert client.post(at(run, "delete"), {"post": "yes"}).status_code == 403
    assert Run.objects.count() == 1


def test_applying_a_simulation_writes_what_it_showed(imported: Importer, ann_at_work: Client) -> None:
    plan = imported(LEA, MAX, simulate=True)
    assert at(plan, "apply") in read(ann_at_work, at(plan))
    answer = ann_at_work.post(at(plan, "apply"))
    run = newest()
    assert answer["Location"] == at(run)
    assert (run.kind, run.parent, run.status, run.trigger) == (RunKind.APPLY, plan, RunStatus.SUCCEEDED, "ui")
    assert Record.objects.count() == 2
    page = read(ann_at_work, at(plan))
    assert at(plan, "apply") not in page
    assert at(run) in page


def test_a_simulation_is_applied_once(imported: Importer, ann_at_work: Client) -> None:
    plan = imported(LEA, simulate=True)
    ann_at_work.post(at(plan, "apply"))
    page = ann_at_work.post(at(plan, "apply"), follow=True).content.decode()
    assert f"This simulation was applied already, by run {newest().pk}." in page


def test_stale_refuse_writes_nothing_when_anything_changed(imported: Importer, ann_at_work: Client) -> None:
    imported(LEA)
    plan = imported({**LEA, "Nom": "Planned"}, MAX, simulate=True)
    imported({**LEA, "Nom": "Meanwhile"})
    page = ann_at_work.post(at(plan, "apply"), {"stale": "refuse"}, follow=True).content.decode()
    assert newest().status == RunStatus.FAILED
    assert "The data has changed since this was planned" in page
    assert Record.objects.get().data["LastName"] == "Meanwhile"


def test_undoing_is_shown_before_it_is_done(imported: Importer, ann_at_work: Client) -> None:
    done = imported(LEA, MAX)
    ann_at_work.post(at(done, "undo"))
    shown = newest()
    assert (shown.kind, shown.simulate, Record.objects.filter(deleted_at=None).count()) == (RunKind.UNDO, True, 2)
    page = read(ann_at_work, at(shown))
    assert f"Undo run #{done.pk}" in page
    assert at(done, "undo") in page
    ann_at_work.post(at(done, "undo"), {"for_real": "1"})
    assert (newest().simulate, Record.objects.filter(deleted_at=None).count()) == (False, 0)
    assert at(done, "undo") not in read(ann_at_work, at(shown))


def test_what_was_edited_since_is_kept_and_its_editor_named(imported: Importer, ann_at_work: Client) -> None:
    done = imported(LEA)
    later = imported({**LEA, "Nom": "Later"})
    ann_at_work.post(at(done, "undo"))
    page = read(ann_at_work, at(newest()))
    assert f"in run {later.pk}, and kept." in page


def test_failed_rows_are_retried(imported: Importer, ann_at_work: Client) -> None:
    run = imported(LEA, NAMELESS)
    ann_at_work.post(at(run, "retry"), {"simulate": "on", "version": "now"})
    again = newest()
    assert (again.parent, again.simulate, again.counts["rows"]) == (run, True, 1)


@pytest.mark.parametrize(("version", "sent"), [("now", """-d '{"version": "now"}'"""), ("then", "-d '{}'")])
def test_the_call_that_does_the_same_retries_with_the_same_template(
    version: str, sent: str, imported: Importer, ann_at_work: Client
) -> None:
    ann_at_work.post(at(imported(LEA, NAMELESS), "retry"), {"version": version})
    assert sent in ann_at_work.get(at(newest())).context["call"]


def test_failed_rows_are_downloaded_as_they_came(imported: Importer, ann_at_work: Client) -> None:
    run = imported(LEA, NAMELESS)
    answer = ann_at_work.get(at(run, "failed"))
    assert answer["Content-Disposition"] == f'attachment; filename="run-{run.pk}-failed.json"'
    (row,) = answer.json()
    assert row["Email"] == NAMELESS["Email"]


def test_who_may_not_read_them_gets_no_failed_rows(imported: Importer, ben_at_work: Client, readers: Group) -> None:
    run = imported(NAMELESS)
    readers.accesses.all().delete()
    page = ben_at_work.get(at(run, "failed"), follow=True).content.decode()
    assert "You may not read Customer." in page
    assert "nobody@example.org" not in page


def test_a_large_run_is_left_to_the_worker(imported: Importer, ann_at_work: Client, settings: Settings) -> None:
    plan = imported(LEA, MAX, simulate=True)
    settings.ASYNC_ROWS = 1
    page = ann_at_work.post(at(plan, "apply"), follow=True).content.decode()
    assert (newest().status, OrmQ.objects.count()) == (RunStatus.QUEUED, 1)
    assert "waiting for the worker" in page
    assert at(newest(), "cancel") in page
    ann_at_work.post(at(newest(), "cancel"))
    assert newest().status == RunStatus.CANCELLED


def test_a_run_that_could_not_be_done_says_why(imported: Importer, ann_at_work: Client) -> None:
    run = imported(LEA)
    Run.objects.filter(pk=run.pk).update(status="failed", error=GIVEN_UP)
    assert "The run was interrupted 3 times and was given up." in read(ann_at_work, at(run))


def test_a_page_asks_the_same_number_of_queries_for_few_and_many_operations(
    imported: Importer, ann_at_work: Client
) -> None:
    few, many = imported(LEA, simulate=True), imported(*(_row(number) for number in range(40)), simulate=True)
    counted = []
    for run in (few, many):
        with CaptureQueriesContext(connection) as queries:
            ann_at_work.get(at(run))
        counted.append(len(queries))
    assert counted[0] == counted[1]


def _row(number: int) -> dict[str, str]:
    return {"Nom": f"N{number}", "ID_DOSSIER": f"D-{number}"}


@pytest.mark.parametrize(
    "template", ["9" * 5000, "9" * 19, "\N{SUPERSCRIPT TWO}", "\N{ARABIC-INDIC DIGIT ONE}", "-1", "x"]
)
def test_runs_of_a_template_that_is_none_are_none(imported: Importer, ann_at_work: Client, template: str) -> None:
    imported(LEA)
    answer = ann_at_work.get(reverse("admin:sync_app_run_changelist"), {"template": template})
    assert answer.status_code == 200
    assert list(answer.context["cl"].result_list) == []
