"""An operation explains itself: its row, how its record was found, and which rule decided each field."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import pytest

from integration_admin.accounts.access import Actor, NotAllowed, site_actor
from integration_admin.accounts.models import Brand, Group
from sync_app.models import FailedRow, Run, RunPayload
from sync_app.runs.rows.explaining import Explanation, OperationNotFound, explain
from sync_app.runs.sentences import message
from templates_app.library.fields import retire_field
from templates_app.library.installing import install
from tests.conftest import Login
from tests.runs.conftest import House, customer

RULES: Final = """<In>
  <Type Name="Customer" ShouldInsert="true" ShouldUpdate="true" Match="_CODE">
    <Default Field="Type" Value="1026" />
  </Type>
  <Property Name="code" Type="Customer" Field="_CODE" />
  <Property Name="name" Type="Customer" Field="LastName"><Upper /></Property>
  <Property Name="mail" Type="Customer" Field="Email" OnUpdate="Fill" />
  <Property Name="town" Type="Customer" Field="City" OnUpdate="Leave" />
  <Property Name="zip" Type="Customer" Field="Zip" OnEmpty="Keep" />
  <Property Name="score" Type="Customer" Field="_SCORE" OnUpdate="Highest" />
</In>"""
FULL: Final = {"code": "A", "name": "Roy", "mail": "a@example.org", "town": "Lyon", "zip": "69001", "score": 3}


@pytest.fixture
def ruled(house: House, now: datetime) -> House:
    install(actor=house.actor, name="ruled", xml=RULES, at=now)
    house.template = "ruled"
    return house


def why(house: House, run: Run, seq: int = 1) -> Explanation:
    return explain(actor=house.actor, run=run, seq=seq)


def told(explained: Explanation) -> dict[str, str]:
    return {reason.trace.field: reason.why.code for reason in explained.reasons}


def test_an_insert_tells_of_each_value_and_of_its_defaults(ruled: House) -> None:
    explained = why(ruled, ruled.simulate({**FULL, "zip": ""}))
    assert told(explained) == {
        "_CODE": "why_new_value",
        "LastName": "why_new_value",
        "Email": "why_new_value",
        "City": "why_new_value",
        "Zip": "why_nothing_given",
        "_SCORE": "why_new_value",
        "Type": "why_default",
    }
    assert [problem.code for problem in explained.rules] == ["why_not_found", "why_may_insert"]
    assert message(explained.rules[0]) == "No record had _CODE “A”."
    assert explained.data == {**FULL, "zip": ""}


@pytest.mark.parametrize(
    ("changes", "field", "code", "changed"),
    [
        ({"name": "Petit"}, "LastName", "why_replaced", True),
        ({"name": "roy", "town": "Paris", "score": 4}, "LastName", "why_same", False),
        ({"name": ""}, "LastName", "why_cleared", True),
        ({"mail": "b@example.org", "score": 4}, "Email", "why_kept_filled", False),
        ({"town": "Paris", "score": 4}, "City", "why_left", False),
        ({"zip": "", "score": 4}, "Zip", "why_empty_kept", False),
        ({"score": 4}, "_SCORE", "why_highest", True),
        ({"score": 2, "name": "Other"}, "_SCORE", "why_not_higher", False),
        ({"score": 4}, "Type", "why_default_insert_only", False),
    ],
)
def test_an_update_tells_which_policy_decided(
    ruled: House, changes: dict[str, Any], field: str, code: str, changed: bool
) -> None:
    ruled.send(FULL)
    explained = why(ruled, ruled.simulate({**FULL, **changes}))
    (reason,) = [reason for reason in explained.reasons if reason.trace.field == field]
    assert (reason.why.code, reason.changed) == (code, changed)
    assert [problem.code for problem in explained.rules] == ["why_found", "why_may_update"]


def test_a_name_the_source_has_not_is_said_to_be_missing(ruled: House) -> None:
    ruled.send({**FULL, "mail": ""})
    explained = why(ruled, ruled.simulate({"code": "A", "name": "New", "mail": "a@example.org"}))
    assert told(explained)["City"] == "why_no_such_name"
    assert told(explained)["Email"] == "why_filled"


def test_each_value_tells_its_steps(ruled: House) -> None:
    trace = why(ruled, ruled.simulate(FULL)).reasons[1].trace
    assert [origin.taken for origin in trace.origins] == ["name"]
    assert [(stage.tag, stage.before.texts, stage.after.texts) for stage in trace.stages] == [
        ("Upper", ("Roy",), ("ROY",))
    ]


def test_a_refused_value_tells_why(house: House) -> None:
    explained = why(house, house.send(customer("A", score="many")))
    reason = next(reason for reason in explained.reasons if reason.trace.field == "_SCORE")
    assert (reason.why.code, reason.changed) == ("why_refused", False)
    assert reason.trace.problem is not None
    assert reason.trace.problem.code == "number_invalid"


def test_an_applied_plan_and_a_retry_read_the_row_where_it_came_from(house: House) -> None:
    plan = house.simulate(customer("A"), customer("B"))
    assert why(house, house.apply(plan), 2).data == customer("B")
    failed = house.send(customer("C", score="many"))
    FailedRow.objects.filter(run=failed).update(edited='{"code":"C","name":"Cy"}')
    retried = house.retry(failed)
    explained = why(house, retried)
    assert (explained.data, explained.edited) == ({"code": "C", "name": "Cy"}, True)


def test_without_its_row_it_says_so_and_a_failed_row_is_still_there(house: House) -> None:
    run = house.send(customer("A"), customer("B", score="many"))
    RunPayload.objects.all().delete()
    gone = why(house, run, 1)
    assert gone.missing is not None
    assert (gone.missing.code, gone.data) == ("why_no_row", None)
    assert why(house, run, 2).data == customer("B", score="many")


def test_a_template_that_no_longer_fits_is_said_to_be_outdated(house: House, now: datetime) -> None:
    run = house.send(customer("A", score="many"))
    retire_field(actor=house.actor, entity_type="Customer", name="_SCORE", at=now)
    explained = why(house, run)
    assert explained.missing is not None
    assert explained.missing.code == "why_outdated"
    assert explained.data == customer("A", score="many")


def test_an_undo_names_the_run_it_takes_back(house: House) -> None:
    run = house.send(customer("A"))
    explained = why(house, house.undo(run, simulate=True))
    assert explained.missing is not None
    assert message(explained.missing) == f"Run {run.pk} wrote it, and this run takes it back."


def test_what_is_not_there_or_not_to_be_read_is_refused(
    house: House, teammate: Login, acme: Brand, readers: Group
) -> None:
    run = house.send(customer("A"))
    with pytest.raises(OperationNotFound):
        why(house, run, 99)
    readers.accesses.all().delete()
    blind: Actor = site_actor(user=teammate.user, brand=acme)
    with pytest.raises(NotAllowed):
        explain(actor=blind, run=run, seq=1)
