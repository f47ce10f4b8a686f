"""Failed rows are repaired in place: by hand, or all of a kind at once, by those who may, and nobody's work is lost."""

from __future__ import annotations

from typing import Any, Final

import pytest

from integration_admin.accounts.access import Actor, NotAllowed, site_actor
from integration_admin.accounts.models import Brand, Group
from sync_app.models import FailedRow, JournalEntry, Run, RunStatus, RunSummary
from sync_app.runs.errors import RunConflict, RunNotFound
from sync_app.runs.reports.refused_groups import (
    CountedGroup,
    RefusedGroup,
    count_of_group,
    counted_groups,
    rows_of_group,
)
from sync_app.runs.reports.summing import summary_for
from sync_app.runs.row_text import row_text
from sync_app.runs.verbs import repairing
from sync_app.runs.verbs.repairing import RowNotFailed, edit_row, failed_page, failed_row, replace_values, values_of
from sync_app.runs.verbs.retrying import start_retry
from tests.conftest import Login
from tests.runs.conftest import House, customer

SCORES: Final = RefusedGroup("number_invalid", "Customer", "_SCORE", "score")
MAILS: Final = RefusedGroup("email_invalid", "Customer", "Email", "mail")
ROWS: Final = (
    customer("A"),
    customer("B", score="many"),
    customer("C", mail="broken"),
    customer("D", score="many", mail="broken"),
    customer("E", score="few"),
)


@pytest.fixture
def run(house: House) -> Run:
    return house.send(*ROWS)


@pytest.fixture
def reader(teammate: Login, acme: Brand) -> Actor:
    """May read customers, and import nothing."""
    return site_actor(user=teammate.user, brand=acme)


def groups(house: House, run: Run) -> list[CountedGroup]:
    return counted_groups(actor=house.actor, run=run, summary=summary_for(run))


def seen(house: House, run: Run, row: int) -> str:
    return failed_row(actor=house.actor, run=run, row=row).seen


def edit(house: House, run: Run, row: int, data: Any, **other: Any) -> None:
    given = {"actor": house.actor, "seen": seen(house, run, row), **other}
    edit_row(run=run.pk, row=row, data=data, **given)


def pages(house: House, run: Run, **asked: Any) -> list[list[int]]:
    """The numbers of the rows on every page."""
    found: list[list[int]] = []
    after: int | None = -1
    while after is not None:
        listed, after = failed_page(actor=house.actor, run=run, after=after, **asked)
        found.append([repair.row for repair in listed])
    return found


def test_refusals_are_grouped_with_their_rows_and_one_example(house: House, run: Run) -> None:
    first, second = groups(house, run)
    assert (first.group, first.rows, second.group, second.rows) == (SCORES, 3, MAILS, 2)
    assert first.example is not None
    assert (first.example["row"], first.example["value"]) == (2, "many")
    assert rows_of_group(run=run, group=SCORES) == {2, 4, 5}
    assert rows_of_group(run=run, group=MAILS) == {3, 4}
    assert rows_of_group(run=run, group=RefusedGroup("number_invalid", "Customer", "Email")) == set()


def test_an_example_shows_no_value_to_who_may_not_read_its_type(
    house: House, run: Run, reader: Actor, readers: Group
) -> None:
    readers.accesses.all().delete()
    blind = site_actor(user=reader.user, brand=house.brand) if reader.user else reader
    for group in counted_groups(actor=blind, run=run, summary=summary_for(run)):
        assert group.example is not None
        assert group.example["value"] == ""


@pytest.mark.parametrize(("only", "tried"), [(SCORES, {2, 4, 5}), (MAILS, {3, 4}), (5, {5})])
def test_a_retry_takes_only_the_rows_it_was_asked_for(house: House, run: Run, only: Any, tried: set[int]) -> None:
    retry = house.perform(start_retry(actor=house.actor, run=run.pk, only=only, clock=house.clock))
    assert retry.counts["rows"] == len(tried)
    assert set(FailedRow.objects.filter(run=retry).values_list("row", flat=True)) == tried


@pytest.mark.parametrize("only", [RefusedGroup("nothing"), 1, 99])
def test_there_is_nothing_to_retry_where_no_row_failed_like_that(house: House, run: Run, only: Any) -> None:
    with pytest.raises(RunConflict) as refused:
        start_retry(actor=house.actor, run=run.pk, only=only, clock=house.clock)
    assert refused.value.problem.code == "nothing_to_retry"


def test_one_row_is_repaired_and_retried(house: House, run: Run) -> None:
    edit(house, run, 2, customer("B", score="7.50"))
    retry = house.perform(start_retry(actor=house.actor, run=run.pk, only=2, clock=house.clock))
    assert (retry.status, retry.counts["inserted"]) == (RunStatus.SUCCEEDED, 1)
    assert house.live()["B"]["_SCORE"] == "7.5"


def test_a_row_put_back_as_it_came_counts_as_not_edited(house: House, run: Run) -> None:
    edit(house, run, 2, customer("B", "Other"))
    assert failed_row(actor=house.actor, run=run, row=2).edited
    edit(house, run, 2, ROWS[1])
    assert not failed_row(actor=house.actor, run=run, row=2).edited


def test_what_somebody_else_edited_meanwhile_is_not_overwritten(house: House, run: Run) -> None:
    before = seen(house, run, 2)
    edit(house, run, 2, customer("B", "Theirs"))
    with pytest.raises(RunConflict) as refused:
        edit(house, run, 2, customer("B", "Mine"), seen=before)
    assert refused.value.problem.code == "row_edited_since"
    assert failed_row(actor=house.actor, run=run, row=2).data["name"] == "Theirs"


def test_of_two_who_save_at_once_one_is_told(house: House, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    before = seen(house, run, 2)

    def other_first(data: object) -> str:
        FailedRow.objects.filter(run=run, row=2).update(edited='{"code":"B","name":"Theirs"}')
        return row_text(data)

    monkeypatch.setattr("sync_app.runs.verbs.repairing.row_text", other_first)
    with pytest.raises(RunConflict):
        edit(house, run, 2, customer("B", "Mine"), seen=before)
    assert FailedRow.objects.get(run=run, row=2).edited == '{"code":"B","name":"Theirs"}'


def test_values_of_a_group_are_counted_and_replaced_at_once(house: House, run: Run) -> None:
    assert values_of(actor=house.actor, run=run, group=SCORES) == [("many", 2), ("few", 1)]
    assert replace_values(actor=house.actor, run=run.pk, group=SCORES, values={"many": "100", "none": "0"}) == 2
    assert values_of(actor=house.actor, run=run, group=SCORES) == [("100", 2), ("few", 1)]
    retry = house.perform(start_retry(actor=house.actor, run=run.pk, only=SCORES, clock=house.clock))
    assert (retry.counts["inserted"], retry.counts["rowsFailed"]) == (1, 2)
    assert house.live()["B"]["_SCORE"] == "100"


def test_a_value_inside_others_is_replaced_where_it_stands(house: House) -> None:
    run = house.send({"code": "A", "name": "A"}, {"code": "B", "address": {"name": "x"}})
    group = RefusedGroup("value_required", "Customer", "LastName", "name")
    assert repairing.value_at({"address": {"name": "x"}}, "address/name") == "x"
    assert values_of(actor=house.actor, run=run, group=group) == [("", 1)]
    assert replace_values(actor=house.actor, run=run.pk, group=group, values={"": "Bee"}) == 1
    assert failed_row(actor=house.actor, run=run, row=2).data == {
        "code": "B",
        "address": {"name": "x"},
        "name": "Bee",
    }


def test_failed_rows_come_page_by_page(house: House, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repairing, "PAGE", 2)
    assert pages(house, run) == [[2, 3], [4, 5]]
    assert pages(house, run, group=SCORES) == [[2, 4], [5]]
    assert pages(house, run, group=MAILS) == [[3, 4]]
    assert pages(house, run, group=RefusedGroup("nothing", "Customer")) == [[]]


def test_a_row_that_fails_twice_alike_is_listed_once(house: House, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repairing, "PAGE", 1)
    twice = JournalEntry.objects.get(run=run, row=2)
    JournalEntry.objects.filter(run=run, row=3).update(row=2, problems=twice.problems)
    assert pages(house, run, group=SCORES) == [[2], [4], [5]]


def test_rows_of_a_group_are_counted_also_where_no_summary_knows_it(house: House, run: Run) -> None:
    assert count_of_group(run=run, group=SCORES) == 3
    RunSummary.objects.filter(run=run).update(groups=[])
    assert count_of_group(run=run, group=SCORES) == 3
    assert count_of_group(run=run, group=RefusedGroup("nothing", "Customer")) == 0


def test_who_may_not_import_repairs_nothing(house: House, run: Run, reader: Actor) -> None:
    before = seen(house, run, 2)
    with pytest.raises(NotAllowed):
        edit(house, run, 2, {}, actor=reader, seen=before)
    with pytest.raises(NotAllowed):
        replace_values(actor=reader, run=run.pk, group=SCORES, values={"many": "1"})
    assert not FailedRow.objects.exclude(edited="").exists()


def test_a_stranger_finds_no_run_to_repair(house: House, run: Run, outsider: Actor) -> None:
    with pytest.raises(RunNotFound):
        edit(house, run, 2, {}, actor=outsider)
    with pytest.raises(RunNotFound):
        replace_values(actor=outsider, run=run.pk, group=SCORES, values={})


def test_a_row_that_did_not_fail_is_not_repaired(house: House, run: Run) -> None:
    with pytest.raises(RowNotFailed):
        failed_row(actor=house.actor, run=run, row=1)


def test_nothing_is_repaired_in_a_run_under_way(house: House, run: Run) -> None:
    Run.objects.filter(pk=run.pk).update(status=RunStatus.RUNNING)
    with pytest.raises(RunConflict):
        edit(house, run, 2, {})
