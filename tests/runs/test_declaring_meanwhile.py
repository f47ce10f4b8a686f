"""Whoever waits for the lock while a key is declared writes by the key once the lock is theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from sync_app.models import Identity, JournalEntry, Record, Run, RunStatus
from sync_app.runs.records import editing
from sync_app.runs.records.editing import EditRefused, RecordChange, edit_records
from sync_app.runs.upkeep.verifying import verify
from sync_app.runs.verbs.declaring import declare_key
from sync_app.runs.work import job
from templates_app.library.fields import add_custom_field
from templates_app.library.installing import install
from tests.runs.conftest import House

pytestmark = pytest.mark.django_db

BADGES = """<In>
  <Type Name="Customer" ShouldInsert="true" ShouldUpdate="true" Match="_CODE" />
  <Property Name="code" Type="Customer" Field="_CODE" />
  <Property Name="badge" Type="Customer" Field="_BADGE" />
</In>"""


@pytest.fixture
def badges(house: House) -> House:
    """Customers with a badge that nothing is found by yet."""
    add_custom_field(actor=house.actor, entity_type="Customer", name="_BADGE", at=house.clock())
    install(actor=house.actor, name="badges", xml=BADGES, at=house.clock())
    house.template = "badges"
    return house


@pytest.fixture
def waiting(badges: House, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Run]]:
    """Makes the nth who asks for the lock wait until somebody has declared the badge a key."""

    def arrange(module: Any = job, *, nth: int = 1) -> list[Run]:
        original, asked, declared = module.write_transaction, [0], []

        @contextmanager
        def late(**brand: Any) -> Iterator[Any]:
            asked[0] += 1
            if asked[0] == nth:
                declared.append(
                    declare_key(
                        actor=badges.actor, entity_type="Customer", fields=("_BADGE",), unique=True, clock=badges.clock
                    )
                )
            with original(**brand) as held:
                yield held

        monkeypatch.setattr(module, "write_transaction", late)
        return declared

    return arrange


def badge(code: str, worn: str) -> dict[str, str]:
    return {"code": code, "badge": worn}


def worn() -> list[str]:
    return sorted(Identity.objects.filter(space__contains="_BADGE").values_list("value", flat=True))


def create(house: House, **values: str) -> None:
    change = RecordChange("Customer", "create", 0, values)
    edit_records(actor=house.actor, changes=[change], clock=house.clock, trigger="ui")


@pytest.mark.usefixtures("small_chunks")
def test_an_import_takes_up_a_key_between_its_chunks_and_counts_each_row_once(
    badges: House, waiting: Callable[..., list[Run]]
) -> None:
    declared = waiting(nth=2)
    run = badges.send(*(badge(str(number), f"b{number % 5}") for number in range(7)))
    assert [key.status for key in declared] == [RunStatus.SUCCEEDED]
    assert run.status == RunStatus.WITH_FAILURES
    assert (run.counts["rows"], run.counts["rowsOk"], run.counts["rowsFailed"]) == (7, 5, 2)
    assert set(JournalEntry.objects.filter(run=run).exclude(code="").values_list("code", flat=True)) == {
        "identity_taken"
    }
    assert worn() == [f"b{number}" for number in range(5)]
    assert verify() == []


@pytest.mark.parametrize("on_error", ["continue", "atomic"])
def test_an_import_of_one_chunk_keeps_to_a_key_it_waited_for(
    badges: House, waiting: Callable[..., list[Run]], on_error: str
) -> None:
    waiting()
    run = badges.send(badge("A", "1"), badge("B", "1"), on_error=on_error)
    assert run.counts["rowsFailed"] == 1
    assert worn() == ([] if on_error == "atomic" else ["1"])
    assert verify() == []


@pytest.mark.parametrize("stale", ["skip", "refuse"])
def test_a_plan_is_applied_by_a_key_declared_meanwhile(
    badges: House, waiting: Callable[..., list[Run]], stale: str
) -> None:
    plan = badges.simulate(badge("A", "1"), badge("B", "1"))
    waiting()
    applied = badges.apply(plan, stale=stale)
    assert applied.status == (RunStatus.FAILED if stale == "refuse" else RunStatus.WITH_FAILURES)
    assert Record.objects.count() == len(worn()) == (0 if stale == "refuse" else 1)
    assert verify() == []


def test_an_undo_gives_back_the_identity_of_a_key_declared_meanwhile(
    badges: House, waiting: Callable[..., list[Run]]
) -> None:
    badges.send(badge("A", "1"))
    run = badges.send(badge("A", "2"))
    waiting()
    assert badges.undo(run).status == RunStatus.SUCCEEDED
    assert worn() == ["1"]
    assert verify() == []


def test_a_form_that_waited_for_a_key_writes_its_identity(badges: House, waiting: Callable[..., list[Run]]) -> None:
    waiting(editing)
    create(badges, _CODE="A", _BADGE="1")
    with pytest.raises(EditRefused):
        create(badges, _CODE="B", _BADGE="1")
    assert worn() == ["1"]
    assert verify() == []
