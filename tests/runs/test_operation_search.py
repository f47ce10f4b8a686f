"""Finding operations of a large run reads a bounded number of entries, whatever is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from integration_admin.accounts.models import Group
from sync_app.models import JournalEntry, Run, RunSummary
from sync_app.runs.reports import operation_search
from sync_app.runs.reports.operation_search import Asked, find
from sync_app.runs.reports.report import operations_page
from sync_app.runs.reports.summing import BLOCK, summary_of
from tests.runs.conftest import House, customer

BAD: Final = customer("Z", score="many")
LOOKED_BLOCKS: Final = 8
LARGE: Final = (LOOKED_BLOCKS + 5) * BLOCK
RARE: Final = {3: "_RARE", LARGE // 2: "_RARE", LARGE - 2: "_RARE"}


def written(run: Run, **values: Any) -> JournalEntry:
    entry = {
        "row": values["seq"],
        "entity_type": "Customer",
        "operation": "Update",
        "applied": False,
        "fields": "Phone",
        "before": '{"Phone":"1"}',
        "after": '{"Phone":"2"}',
    }
    return JournalEntry(run=run, **(entry | values))


@pytest.fixture
def large(house: House, monkeypatch: pytest.MonkeyPatch) -> Run:
    """More entries than are looked through at once: a rare field thrice, one insert at the end, one known text."""
    monkeypatch.setattr(operation_search, "LOOKED_BLOCKS", LOOKED_BLOCKS)
    run = house.simulate(customer("A"))
    JournalEntry.objects.filter(run=run).delete()
    entries = [written(run, seq=seq, fields=RARE.get(seq, "Phone"), key=f"K-{seq}") for seq in range(1, LARGE - 1)]
    entries.append(written(run, seq=LARGE - 1, operation="Insert", after='{"LastName":"Zoë \\"Z\\" Last"}', key="new"))
    JournalEntry.objects.bulk_create(entries, batch_size=500)
    summary_of(run).save()
    return run


def seqs(run: Run, **asked: Any) -> list[int]:
    return find(run=run, asked=Asked(**asked), beyond=0, limit=50).seqs


@pytest.mark.parametrize("summed", [True, False])
def test_a_code_and_a_field_find_what_was_refused_so_among_other_things(house: House, summed: bool) -> None:
    run = house.send(BAD, customer("Y", mail="broken"), customer("X", score="many", mail="broken"))
    one = JournalEntry.objects.get(run=run, row=2)
    other = one.problems.replace("email_invalid", "text_too_long")
    written(run, seq=90, row=4, operation="Error", problems=other, code="text_too_long", fields="").save()
    RunSummary.objects.filter(run=run).delete()
    if summed:
        summary_of(run).save()

    def found(**by: Any) -> list[int]:
        rows = JournalEntry.objects.filter(run=run, seq__in=seqs(run, **by))
        return sorted(rows.values_list("row", flat=True))

    assert found(code="email_invalid", field="Email") == [2, 3]
    assert found(code="number_invalid", field="_SCORE") == [1, 3]
    assert found(code="text_too_long", field="Email") == [4]
    assert found(code="text_too_long", field="_SCORE") == []
    assert found(field="Email") == [2, 3, 4]


@pytest.mark.django_db
class TestALargeRun:
    def test_what_is_rare_is_found_wherever_it_stands(self, large: Run) -> None:
        assert seqs(large, field="_RARE") == list(RARE)
        assert seqs(large, outcome="Insert") == [LARGE - 1]
        assert seqs(large, outcome="Insert", field="Phone") == [LARGE - 1]
        assert seqs(large, outcome="Delete") == []
        assert seqs(large, code="nothing") == []

    @pytest.mark.parametrize(
        "asked",
        [
            Asked(),
            Asked(field="_RARE"),
            Asked(outcome="Insert"),
            Asked(type="Customer"),
            Asked(text="K-7"),
            Asked(code="none"),
        ],
    )
    def test_a_page_reads_a_bounded_number_of_entries(self, large: Run, asked: Asked) -> None:
        with CaptureQueriesContext(connection) as queries:
            find(run=large, asked=asked, beyond=0, limit=50)
        spans = [span for query in queries for span in spans_of(query["sql"])]
        assert sum(high - low + 1 for low, high in spans) <= LOOKED_BLOCKS * BLOCK or "LIMIT 51" in queries[-1]["sql"]
        assert len(queries) <= 3
        assert all("SCAN" not in line for query in queries for line in plan_of(query["sql"]))

    def test_a_search_for_text_says_how_far_it_looked_and_goes_on(self, large: Run, house: House) -> None:
        page = operations_page(actor=house.actor, run=large, text="zoë")
        assert (page.items, page.looked) == ([], LOOKED_BLOCKS * BLOCK - 1)
        assert page.next is not None
        rest = operations_page(actor=house.actor, run=large, text="ZOË", after=page.next)
        assert [item["key"] for item in rest.items] == ["new"]
        assert (rest.next, rest.looked) == (None, None)

    @pytest.mark.parametrize(
        ("text", "found"), [('"z" l', 1), ("LastName", 0), ("k-3001", 1), ("K-", 50), ("%", 0), ("a'--", 0)]
    )
    def test_text_is_that_of_keys_and_values_never_of_names(self, large: Run, text: str, found: int) -> None:
        assert len(find(run=large, asked=Asked(text=text), beyond=2_000, limit=50).seqs) == found

    def test_pages_lead_there_and_back_again(self, large: Run, house: House) -> None:
        first = operations_page(actor=house.actor, run=large, limit=40)
        second = operations_page(actor=house.actor, run=large, limit=40, after=first.next or 0)
        back = operations_page(actor=house.actor, run=large, limit=40, before=second.previous)
        assert numbers(back.items) == numbers(first.items) == list(range(1, 41))
        assert (first.previous, back.previous, back.next) == (None, None, 40)
        assert numbers(second.items) == list(range(41, 81))

    def test_pages_of_what_is_rare_lead_there_and_back(self, large: Run, house: House) -> None:
        first = operations_page(actor=house.actor, run=large, limit=2, field="_RARE")
        last = operations_page(actor=house.actor, run=large, limit=2, field="_RARE", after=first.next or 0)
        back = operations_page(actor=house.actor, run=large, limit=2, field="_RARE", before=last.previous)
        assert (numbers(first.items), numbers(last.items)) == ([3, LARGE // 2], [LARGE - 2])
        assert numbers(back.items) == numbers(first.items)
        assert last.next is None

    def test_without_a_summary_the_same_is_found(self, large: Run) -> None:
        RunSummary.objects.all().delete()
        assert seqs(large, field="_RARE") == list(RARE)
        assert seqs(large, outcome="Insert") == [LARGE - 1]


def test_a_summary_counts_changes_by_field_and_refusals_by_code(house: House) -> None:
    house.send(customer("A"), customer("B"))
    run = house.send(
        customer("A", "New"), customer("B", "New", mail="b@example.org"), BAD, {**BAD, "mail": "no"}, {"code": "Y"}
    )
    kept = RunSummary.objects.get(run=run)
    assert kept.changed == [["Update", "Customer", "Email", 1], ["Update", "Customer", "LastName", 2]]
    groups = [(group["code"], group["field"], group["name"], group["rows"]) for group in kept.groups]
    assert groups == [
        ("number_invalid", "_SCORE", "score", 2),
        ("email_invalid", "Email", "mail", 1),
        ("value_required", "LastName", "name", 1),
    ]


def test_a_summary_holds_no_values(house: House) -> None:
    run = house.send(customer("A", "Secret name", mail="secret mail"))
    kept = RunSummary.objects.get(run=run)
    assert "ecret" not in f"{kept.changed}{kept.groups}{kept.places}"


def test_what_an_undo_keeps_is_counted_by_who_changed_it_since(house: House) -> None:
    run = house.send(customer("A"), customer("B"))
    later = house.send(customer("A", "Later"), customer("B", "Later"))
    (group,) = RunSummary.objects.get(run=house.undo(run, simulate=True)).groups
    assert (group["code"], group["rows"], group["by"]) == ("kept_edited", 2, later.actor)


def test_what_is_found_by_its_values_is_found_only_by_who_may_read_them(house: House, readers: Group) -> None:
    run = house.simulate(customer("A", "Secret"))
    assert seqs(run, text="secret") == [1]
    assert seqs(run, text="secret", types=["Project"]) == []
    assert seqs(run, field="LastName", types=["Project"]) == []


def spans_of(sql: str) -> Iterator[tuple[int, int]]:
    """The ranges of numbers a statement reads."""
    words = sql.replace("(", " ").replace(")", " ").split()
    lows = [
        int(words[place + 2]) for place, word in enumerate(words) if word.endswith('"seq"') and words[place + 1] == ">="
    ]
    highs = [
        int(words[place + 2]) for place, word in enumerate(words) if word.endswith('"seq"') and words[place + 1] == "<="
    ]
    yield from zip(lows, highs, strict=True)


def plan_of(sql: str) -> list[str]:
    """How the database goes about it, where it says so in words of SCAN and SEARCH."""
    if connection.vendor != "sqlite":
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return [row[3] for row in cursor.fetchall() if "CONSTANT ROW" not in row[3]]


def numbers(items: list[dict[str, Any]]) -> list[int]:
    return [item["seq"] for item in items]
