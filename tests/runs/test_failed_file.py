"""What is kept of failed rows, to be repaired: all that was wrong with each, in a file of the source's own columns."""

from __future__ import annotations

from io import BytesIO
from typing import Final

from sync_app.models import FailedRow
from sync_app.runs.rows.failed_file import failed_file
from sync_app.storage import journal
from templates_app.library.installing import install
from tests.runs.conftest import House

PAIRS: Final = """<In>
  <Type Name="Customer" ShouldInsert="true" ShouldUpdate="true" Match="_CODE" />
  <Type Name="Customer" As="Other" ShouldInsert="true" ShouldUpdate="true" Match="_CODE" />
  <Property Name="code" Type="Customer" Field="_CODE" />
  <Property Name="name" Type="Customer" Field="LastName" />
  <Property Name="score" Type="Customer" Field="_SCORE" />
  <Property Name="other" Type="Other" Field="_CODE" />
  <Property Name="message" Type="Other" Field="LastName" />
  <Property Name="score_2" Type="Other" Field="_SCORE" />
</In>"""
HEADER: Final = b"code;name;score;other;score;row;code;message\n"


def test_all_that_is_wrong_with_a_row_of_several_records_is_kept_with_it(house: House) -> None:
    install(actor=house.actor, name="pairs", xml=PAIRS, at=house.clock())
    house.template = "pairs"
    bad = HEADER + b"A;Ann;many;B;few;7;x;Bob\nC;Cy;1;D;2;8;y;Dot\n"
    plan = house.simulate(body=bad, file_name="pairs.csv")
    house.send(body=bad.replace(b"many", b"1").replace(b"few", b"2"), file_name="pairs.csv")
    applied = house.apply(plan)
    kept = {row.row: journal.decode_problems(row.problems) for row in FailedRow.objects.filter(run=applied)}
    assert [(problem.code, problem.value) for problem in kept[2]] == [
        ("number_invalid", "many"),
        ("number_invalid", "few"),
    ]
    assert [(problem.code, problem.params["reason"]) for problem in kept[3]] == [("stale", "key_taken")] * 2
    out = BytesIO()
    assert failed_file(actor=house.actor, run=applied, out=out) == 2
    lines = out.getvalue().decode("utf-8-sig").splitlines()
    assert lines[0] == "code;name;score;other;score_2;row;code_2;message;row_2;code_3;message_2"
    assert lines[1].startswith("A;Ann;many;B;few;7;x;Bob;2;number_invalid;score: ")
    assert "score_2: " in lines[1]
    repaired = out.getvalue().replace(b"many", b"5").replace(b"few", b"6")
    again = house.send(body=repaired, file_name="repaired.csv")
    assert (again.counts["rowsOk"], again.source["unusedColumns"]) == (
        2,
        ["row", "code_2", "row_2", "code_3", "message_2"],
    )
    assert (house.live()["A"]["_SCORE"], house.live()["B"]) == ("5", {"_CODE": "B", "LastName": "Bob", "_SCORE": "6"})
