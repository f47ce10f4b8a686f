"""From another system into a brand and back, as the worker does it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sync_app.models import Connection, Sync, SyncTurn, TurnStatus
from sync_app.standins.campus_skills import CampusSkills
from sync_app.standins.planningpme import PlanningPme
from sync_app.standins.weavy import Weavy
from sync_app.syncs.keeping.connections import save_connection
from templates_app.library.installing import install
from tests.runs.conftest import customer
from tests.syncs.conftest import Desk
from tests.syncs.connectors.conftest import Serve

pytestmark = pytest.mark.django_db

FROM_WEAVY = """<In>
  <Type Name="Customer" ShouldInsert="true" ShouldUpdate="true" Match="_CODE" />
  <Property Name="customer_ID" Type="Customer" Field="_CODE" />
  <Property Name="name" Type="Customer" Field="LastName" Required="true" />
</In>"""
TO_PLANNINGPME = """<Out>
  <Type Name="Customer" />
  <Property Name="ID_DOSSIER" Type="Customer" Field="_CODE" />
  <Property Name="Nom usage" Type="Customer" Field="LastName" />
</Out>"""


def template(desk: Desk, name: str, xml: str) -> str:
    install(actor=desk.actor, name=name, xml=xml, at=desk.clock())
    return name


def connected(desk: Desk, connector: str, **values: Any) -> Connection:
    return save_connection(actor=desk.actor, connector=connector, name=connector, values=values, clock=desk.clock)


def test_customers_of_weavy_come_in_and_are_marked(desk: Desk, serve: Serve) -> None:
    standin = Weavy()
    connection = connected(
        desk, "weavy", address=serve(standin), project="DEMO", username="api", password=standin.password
    )
    sync = desk.sync(
        connection=connection.pk, template=template(desk, "weavy-in", FROM_WEAVY), transfer={"entity": "customer"}
    )
    turn = desk.run(sync)
    assert (turn.status, turn.counts["inserted"], turn.error) == (TurnStatus.SUCCEEDED, 4, {})
    assert desk.house.live()["C003"]["LastName"] == "Garage Central"
    assert {record["srvExport"] for record in standin.entities["customer"].values()} == {1}
    assert desk.run(sync).rows == 0


def test_what_changed_here_goes_to_planningpme(desk: Desk, serve: Serve) -> None:
    standin = PlanningPme()
    address = f"{serve(standin)}/demo"
    connection = connected(
        desk, "planningpme", address=address, appkey=standin.appkey, username="planner", password=standin.password
    )
    desk.house.send(customer("D-101", "Roy-Martin"), customer("D-900", "Costa"))
    sync = desk.push_sync(
        connection=connection.pk,
        template=template(desk, "pme-out", TO_PLANNINGPME),
        transfer={"template": "client-import"},
    )
    assert (desk.run(sync).status, len(standin.entities["customer"])) == (TurnStatus.SUCCEEDED, 7)
    asked = len(standin.requests)
    assert desk.run(sync).status == TurnStatus.SUCCEEDED
    assert len(standin.requests) == asked


def test_a_part_of_the_contracts_is_never_taken_for_all(desk: Desk, serve: Serve) -> None:
    standin = CampusSkills()
    connection = connected(desk, "campus_skills", address=serve(standin), token=standin.token)
    desk.house.send(customer("A"))
    sync = desk.push_sync(connection=connection.pk)
    turn = desk.run(sync)
    assert (turn.status, turn.error["code"]) == (TurnStatus.FAILED, "difference_abnormal")
    assert len(standin.transmitted) == 10


def test_a_failure_there_is_told_here_and_passes(desk: Desk, serve: Serve) -> None:
    standin = Weavy()
    connection = connected(
        desk, "weavy", address=serve(standin), project="DEMO", username="api", password=standin.password
    )
    sync = desk.sync(
        connection=connection.pk, template=template(desk, "weavy-in", FROM_WEAVY), transfer={"entity": "customer"}
    )
    standin.faults.switch_on("login-page")
    broken = desk.run(sync)
    assert (broken.status, broken.error["code"], desk.fresh(sync).failures) == (TurnStatus.FAILED, "answer_not_json", 1)
    assert desk.house.live() == {}
    standin.faults.switch_off()
    assert desk.run(sync).status == TurnStatus.SUCCEEDED


# --- files


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.FILE_DROP_ROOTS = [tmp_path]
    found = tmp_path / "acme"
    found.mkdir()
    return found


def file_sync(desk: Desk, **more: Any) -> Sync:
    desk.clock.at = datetime.now(UTC) + timedelta(hours=1)
    connection = connected(desk, "file_drop", folder="")
    return desk.sync(connection=connection.pk, transfer={"pattern": "*.csv"}, **more)


def test_files_come_in_one_after_the_other_and_move_away(desk: Desk, folder: Path) -> None:
    sync = file_sync(desk)
    (folder / "1.csv").write_text("code;name\nA;Roy\n")
    (folder / "2.csv").write_text("code;name\nA;Martin\nB;Petit\n")
    for _ in range(3):
        assert desk.run(sync).status == TurnStatus.SUCCEEDED
    assert {code: data["LastName"] for code, data in desk.house.live().items()} == {"A": "Martin", "B": "Petit"}
    assert sorted(path.name for path in (folder / "done").iterdir()) == ["1.csv", "2.csv"]


def test_the_next_file_waits_for_no_due_time(desk: Desk, folder: Path) -> None:
    sync = file_sync(desk)
    for name, rows in (("1.csv", "1;Roy\n"), ("2.csv", ""), ("3.csv", "3;Roy\n")):
        (folder / name).write_text(f"code;name\n{rows}")
    desk.run(sync)
    for done in (2, 3):
        assert desk.due() == 1
        desk.work()
        assert len(list((folder / "done").iterdir())) == done
    assert (desk.due(), set(desk.house.live())) == (0, {"1", "3"})


def test_a_file_of_which_nothing_can_be_taken_is_put_aside(desk: Desk, folder: Path) -> None:
    sync = file_sync(desk)
    (folder / "1.csv").write_text("nothing;that;fits\n1;2;3\n")
    (folder / "2.csv").write_bytes(b"\x00\x01\x02")
    turns: list[SyncTurn] = [desk.run(sync), desk.run(sync)]
    assert [turn.status for turn in turns] == [TurnStatus.FAILED] * 2
    assert sorted(path.name for path in (folder / "failed").iterdir()) == ["1.csv", "2.csv"]


NESTED = """<Out IncludeDeleted="true">
  <Type Name="Customer" />
  <Property Name="client/code" Type="Customer" Field="_CODE" />
  <Property Name="client/name" Type="Customer" Field="LastName" />
</Out>"""


@pytest.mark.parametrize(
    ("file", "first", "then"),
    [
        ("out.csv", "client/code;client/name\r\nA;Roy\r\n", "client/code;deleted\r\nA;true\r\n"),
        (
            "out.json",
            '[\n{"client":{"code":"A","name":"Roy"}}\n]',
            '[\n{"client":{"code":"A"},"deleted":true}\n]',
        ),
    ],
)
def test_names_are_columns_in_a_table_and_nested_in_json(
    desk: Desk, folder: Path, file: str, first: str, then: str
) -> None:
    made = desk.house.send(customer("A", "Roy"))
    connection = connected(desk, "file_drop", folder="")
    name = template(desk, "nested", NESTED)
    sync = desk.push_sync(connection=connection.pk, template=name, transfer={"file": file, "each": False})
    assert desk.run(sync).status == TurnStatus.SUCCEEDED
    assert (folder / file).read_bytes().decode("utf-8-sig") == first
    desk.house.undo(made)
    assert desk.run(sync).status == TurnStatus.SUCCEEDED
    assert (folder / file).read_bytes().decode("utf-8-sig") == then
