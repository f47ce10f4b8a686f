"""A reader of projects who may not read customers learns from no report which customer a row named."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any, Final

import pytest

from integration_admin.accounts.access import Actor, NotAllowed, system_actor
from sync_app.models import Run, RunStatus
from sync_app.runs.labelled import labelled
from sync_app.runs.readable import Readable
from sync_app.runs.reports.file import report_file
from sync_app.runs.reports.refused_groups import RefusedGroup, counted_groups
from sync_app.runs.reports.report import failed_rows, operations_page, report_of
from sync_app.runs.reports.summing import summary_for
from sync_app.runs.rows.explaining import explain
from sync_app.runs.rows.failed_file import failed_file
from sync_app.runs.verbs.repairing import edit_row, failed_page, failed_row, replace_values, values_of
from templates_app.library.fields import retire_field
from templates_app.library.installing import install
from templates_app.library.keys import declare_key
from tests.runs.conftest import House, customer
from tests.runs.test_rights import PROJECTS

SECRET: Final = "SECRET"
GROUP: Final = RefusedGroup("reference_missing", "Project", "Customer", "client")


@pytest.fixture
def run(house: House) -> Run:
    """One project of a customer that exists, one of a customer that does not."""
    install(actor=house.actor, name="projects", xml=PROJECTS, at=house.clock())
    house.send(customer(SECRET, "Secret name"))
    house.template = "projects"
    rows = ({"label": "Open", "client": SECRET}, {"label": "Broken", "client": f"{SECRET}-2"})
    return house.simulate(*rows, {"label": "", "client": f"{SECRET}-3"})


def reader(house: House, **access: str) -> Actor:
    return Actor(brand=house.brand, name="reader", rights=frozenset({"import"}), access=access)


@pytest.fixture
def halfblind(house: House) -> Actor:
    return reader(house, Project="All")


def shown_of(actor: Actor, run: Run) -> str:
    """All that a report says to this reader, through whichever door."""
    page = operations_page(actor=actor, run=run)
    parts: list[Any] = [report_of(actor=actor, run=run), page, labelled(actor=actor, run=run, items=page.items)]
    parts += [counted_groups(actor=actor, run=run, summary=summary_for(run))]
    parts += [b"".join(report_file(actor=actor, run=run, kind=kind)).decode() for kind in ("csv", "json")]
    parts += [explain(actor=actor, run=run, seq=item["seq"]) for item in page.items]
    return "\n".join(map(repr, parts))


def test_no_part_of_a_report_names_a_record_of_a_type_that_is_not_read(run: Run, halfblind: Actor) -> None:
    shown = shown_of(halfblind, run)
    assert SECRET not in shown
    assert "Secret name" not in shown
    assert "Broken" in shown


def test_whoever_reads_both_types_sees_all_of_it(house: House, run: Run) -> None:
    for actor in (house.actor, reader(house, Project="Read", Customer="Read")):
        shown = shown_of(actor, run)
        assert f"{SECRET}-2" in shown
        assert f"{SECRET}-3" in shown


def test_an_explanation_names_the_fields_it_does_not_tell(run: Run, halfblind: Actor, house: House) -> None:
    told = explain(actor=halfblind, run=run, seq=1)
    assert (told.hidden, told.data) == (("Customer",), None)
    assert [reason.trace.field for reason in told.reasons] == ["Label"]
    assert [rule.code for rule in told.rules] == ["why_not_found", "why_may_insert"]
    assert explain(actor=house.actor, run=run, seq=1).hidden == ()


@pytest.mark.parametrize(
    "use",
    [
        lambda actor, run: failed_row(actor=actor, run=run, row=2),
        lambda actor, run: failed_page(actor=actor, run=run),
        lambda actor, run: values_of(actor=actor, run=run, group=GROUP),
        lambda actor, run: replace_values(actor=actor, run=run.pk, group=GROUP, values={"a": "b"}),
        lambda actor, run: edit_row(actor=actor, run=run.pk, row=2, data={}, seen=""),
        lambda actor, run: list(failed_rows(actor=actor, run=run)),
        lambda actor, run: failed_file(actor=actor, run=run, out=BytesIO()),
    ],
    ids=["row", "page", "values", "replace", "edit", "rows", "file"],
)
def test_source_rows_are_for_who_reads_every_type_they_speak_of(
    use: Callable[[Actor, Run], Any], run: Run, halfblind: Actor
) -> None:
    with pytest.raises(NotAllowed) as refused:
        use(halfblind, run)
    assert refused.value.params == {"type": "Customer"}


@pytest.mark.parametrize("status", [RunStatus.RUNNING, RunStatus.FAILED])
def test_a_run_that_has_counted_nothing_yet_shows_no_row_either(run: Run, halfblind: Actor, status: str) -> None:
    Run.objects.filter(pk=run.pk).update(by_type={}, status=status)
    run.refresh_from_db()
    assert not Readable(actor=halfblind, run=run).rows
    with pytest.raises(NotAllowed):
        failed_page(actor=halfblind, run=run)


@pytest.mark.parametrize("text", [SECRET, "ret-2", "secret"])
def test_what_was_refused_is_not_found_by_its_text(run: Run, halfblind: Actor, house: House, text: str) -> None:
    assert operations_page(actor=halfblind, run=run, text=text).items == []
    assert operations_page(actor=house.actor, run=run, text=text).items != []
    assert [item["key"] for item in operations_page(actor=halfblind, run=run, text="brok").items] == ["Broken"]


def test_a_template_that_no_longer_fits_shows_its_rows_only_to_who_reads_everything(house: House) -> None:
    run = house.send(customer("A", score="many"))
    customers = reader(house, Customer="All")
    assert Readable(actor=customers, run=run).rows
    retire_field(actor=house.actor, entity_type="Customer", name="_SCORE", at=house.clock())
    assert [Readable(actor=actor, run=run).rows for actor in (customers, house.actor)] == [False, True]


def test_a_key_made_of_a_reference_is_shown_to_who_reads_what_it_refers_to(
    house: House, run: Run, halfblind: Actor
) -> None:
    assert Readable(actor=halfblind, run=run).key("Project")
    system = system_actor(brand=house.brand, name="tests")
    declare_key(actor=system, entity_type="Project", fields=("Label", "Customer"), at=house.clock(), inspect=None)
    assert not Readable(actor=halfblind, run=run).key("Project")
    assert Readable(actor=reader(house, Project="Read", Customer="Read"), run=run).key("Project")
    assert "Broken" not in str(operations_page(actor=halfblind, run=run))
    assert operations_page(actor=halfblind, run=run, text="broken").items == []


def test_a_reader_of_every_type_costs_no_query_more(
    house: House, run: Run, django_assert_num_queries: Callable[[int], Any]
) -> None:
    readable = Readable(actor=house.actor, run=run)
    with django_assert_num_queries(0):
        readable.require_rows()
        assert readable.rows
        assert readable.value("Project", "Customer")
        assert readable.key("Project")
        assert readable.searched is None
