"""Who may see and do what with runs; another brand's runs do not exist."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from integration_admin.accounts.access import Actor, NotAllowed
from sync_app.models import Run
from sync_app.runs.errors import RunNotFound
from sync_app.runs.finding import find_run, list_runs
from sync_app.runs.reports.report import failed_rows, operations_page, report_of
from sync_app.runs.verbs.applying import start_apply
from sync_app.runs.verbs.cancelling import cancel
from sync_app.runs.verbs.exporting import open_export
from sync_app.runs.verbs.retrying import start_retry
from sync_app.runs.verbs.undoing import start_undo
from templates_app.library.installing import install
from tests.runs.conftest import House, customer

PROJECTS = """<In>
  <Type Name="Project" ShouldInsert="true" ShouldUpdate="true" Match="Label" />
  <Property Name="label" Type="Project" Field="Label" />
  <Property Name="client" Type="Project" Field="Customer"><Lookup Match="_CODE" /></Property>
</In>"""


def member(house: House, access: Mapping[str, str], *rights: str) -> Actor:
    return Actor(brand=house.brand, name="member", rights=frozenset(rights or ("import", "undo")), access=access)


@pytest.fixture
def projects(house: House) -> House:
    install(actor=house.actor, name="projects", xml=PROJECTS, at=house.clock())
    house.send(customer("A"))
    house.template = "projects"
    return house


@pytest.mark.parametrize(
    ("access", "allowed"),
    [
        ({"Project": "All", "Customer": "Read"}, True),
        ({"Project": "All", "Customer": "All"}, True),
        ({"Project": "All"}, False),
        ({"Project": "All", "Customer": "Write"}, False),
        ({"Project": "Write", "Customer": "Read"}, False),
        ({"Project": "Read", "Customer": "Read"}, False),
        ({}, False),
    ],
)
def test_an_import_needs_all_on_what_it_writes_and_read_on_what_it_looks_up(
    projects: House, access: Mapping[str, str], allowed: bool
) -> None:
    actor = member(projects, access)
    if allowed:
        assert projects.perform(projects.start({"label": "P", "client": "A"}, actor=actor)).counts["inserted"] == 1
    else:
        with pytest.raises(NotAllowed):
            projects.start({"label": "P", "client": "A"}, actor=actor)
        assert Run.objects.count() == 1


def test_an_import_needs_the_right_and_a_key_meant_for_it(projects: House, appkey: Any) -> None:
    access = {"Project": "All", "Customer": "Read"}
    for actor in (
        member(projects, access, "export"),
        Actor(
            brand=projects.brand,
            name="key",
            rights=frozenset({"import"}),
            access=access,
            appkey=appkey.row,
            scopes=frozenset({"export"}),
        ),
        Actor(
            brand=projects.brand,
            name="key",
            rights=frozenset({"import"}),
            access=access,
            appkey=appkey.row,
            allowed_templates=frozenset({"customers"}),
        ),
    ):
        with pytest.raises(NotAllowed):
            projects.start({"label": "P"}, actor=actor)


def test_a_report_shows_no_value_of_a_type_the_reader_may_not_read(house: House) -> None:
    house.send(customer("SECRET", "Old"))
    run = house.simulate(customer("SECRET", "New"), customer("OTHER", "Hidden", score="whisper"))
    blind = member(house, {"Project": "All"})
    shown = f"{report_of(actor=blind, run=run)}{operations_page(actor=blind, run=run)}"
    assert not any(word in shown for word in ("SECRET", "New", "OTHER", "Hidden", "whisper"))
    assert report_of(actor=blind, run=run)["counts"] == run.counts
    assert "SECRET" in str(operations_page(actor=house.actor, run=run))
    with pytest.raises(NotAllowed):
        list(failed_rows(actor=blind, run=run))


@pytest.mark.parametrize("text", ["secret", "SEC", "zzz"])
def test_searching_tells_nothing_of_a_type_the_reader_may_not_read(house: House, text: str) -> None:
    run = house.simulate(customer("SECRET"), customer("OTHER"))
    blind = member(house, {"Project": "All"})
    assert operations_page(actor=blind, run=run, text=text).items == []
    assert len(operations_page(actor=house.actor, run=run, text="secret").items) == 1


@pytest.mark.parametrize(
    "use",
    [
        lambda actor, run, clock: find_run(actor=actor, run=run),
        lambda actor, run, clock: start_apply(actor=actor, run=run, clock=clock),
        lambda actor, run, clock: start_undo(actor=actor, run=run, clock=clock),
        lambda actor, run, clock: start_retry(actor=actor, run=run, clock=clock),
        lambda actor, run, clock: cancel(actor=actor, run=run, clock=clock),
    ],
    ids=["find", "apply", "undo", "retry", "cancel"],
)
def test_a_run_of_another_brand_is_one_that_does_not_exist(
    house: House, outsider: Actor, use: Callable[[Actor, int, Any], Any]
) -> None:
    run = house.simulate(customer("A"), customer("B", score="many"))
    runs = Run.objects.count()
    with pytest.raises(RunNotFound) as foreign:
        use(outsider, run.pk, house.clock)
    with pytest.raises(RunNotFound) as missing:
        use(outsider, 10**12, house.clock)
    assert foreign.value.problem == missing.value.problem
    assert (list_runs(actor=outsider), Run.objects.count()) == ([], runs)


def test_an_export_needs_the_right_and_read_on_all_it_shows(house: House) -> None:
    house.send(customer("A"))
    for access, rights in (({"Customer": "Read"}, "import"), ({"Customer": "Write"}, "export"), ({}, "export")):
        with pytest.raises(NotAllowed):
            open_export(actor=member(house, access, rights), template="customers-flat", clock=house.clock)
    reader = member(house, {"Customer": "Read"}, "export")
    with open_export(actor=reader, template="customers-flat", clock=house.clock) as export:
        assert len(list(export.items)) == 1
