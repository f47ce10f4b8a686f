"""Fields that hold JSON: every value stays what it is, from the source to the export and back again."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from typing import Any, Final

import msgspec
import pytest

from sync_app.api.json_out import encode
from sync_app.models import JournalEntry, Record, Run
from sync_app.runs.records.editing import RecordChange, edit_records
from sync_app.runs.upkeep.verifying import records_digest, verify
from sync_app.storage.exports import DatabaseExports
from templates_app.library.fields import add_custom_field
from templates_app.library.installing import install
from templates_app.sources.writers.items import write_items
from tests.runs.conftest import House, outcomes

IN: Final = """<In>
  <Type Name="Customer" ShouldInsert="true" ShouldUpdate="true" Match="_CODE" />
  <Property Name="code" Type="Customer" Field="_CODE" />
  <Property Name="json" Type="Customer" Field="_JSON" />
</In>"""
OUT: Final = """<Out>
  <Type Name="Customer" />
  <Property Name="code" Type="Customer" Field="_CODE" />
  <Property Name="json" Type="Customer" Field="_JSON" />
</Out>"""
#: As JSON, in its normal form.
VALUES: Final = (
    '{"l":[0.1,1000,-2.5],"p":1.5,"t":"1.5"}',
    "12345678901234567890.123456789",
    "1234567890123456789012345",
    "0.0000001",
    "-1.5",
    "5",
    "0",
    "true",
    "false",
    '"5"',
    '"1.5"',
    '"true"',
    '"null"',
    '"\\"quoted\\""',
    '"=1+2"',
    '"007"',
    '"NaN"',
    '"\\"open"',
    '"_x0041_"',
    '"two\\nlines"',
    '"plain text"',
    "[null,true]",
)


@pytest.fixture
def json_house(house: House) -> House:
    add_custom_field(actor=house.actor, entity_type="Customer", name="_JSON", kind="Json", at=house.clock())
    install(actor=house.actor, name="jsons", xml=IN, at=house.clock())
    install(actor=house.actor, name="jsons-out", xml=OUT, at=house.clock())
    house.template = "jsons"
    return house


def sent(*values: str) -> bytes:
    return b"[" + ",".join(f'{{"code":"{place}","json":{value}}}' for place, value in enumerate(values)).encode() + b"]"


def kept(house: House) -> dict[str, str]:
    """code -> the value as JSON; with every number as the database gives it."""
    return {code: encode(data["_JSON"]).decode() for code, data in house.live().items()}


def exported(house: House, kind: str) -> bytes:
    items, export = house.export("jsons-out", flat=kind != "json")
    out = BytesIO()
    write_items(items, kind=kind, columns=export.columns, out=out)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["json", "csv", "xlsx"])
def test_an_export_of_every_value_changes_nothing_when_it_is_imported(json_house: House, kind: str) -> None:
    json_house.send(body=sent(*VALUES))
    before = records_digest(json_house.brand)
    run = json_house.send(body=exported(json_house, kind), file_name=f"jsons.{kind}")
    assert (run.counts["unchanged"], outcomes(run)) == (len(VALUES), [])
    assert records_digest(json_house.brand) == before
    found = {code: msgspec.json.decode(text, type=msgspec.Raw) for code, text in kept(json_house).items()}
    wanted = [value.replace("0.0000001", "1E-7") for value in VALUES]
    assert [bytes(found[str(place)]).decode() for place in range(len(VALUES))] == wanted


def test_numbers_stay_numbers_in_records_the_journal_and_undo(json_house: House) -> None:
    first = json_house.send(body=sent('{"p": 1.50, "l": [0.1, 1e3]}', "1.5", "7.25"))
    before = records_digest(json_house.brand)
    again = json_house.send(body=sent('{"l": [0.10, 1000.0], "p": 15e-1}', '"1.5"', "12345678901234567890.25"))
    assert list(JournalEntry.objects.filter(run=again).order_by("row").values_list("before", "after")) == [
        ('{"_JSON":1.5}', '{"_JSON":"1.5"}'),
        ('{"_JSON":7.25}', '{"_JSON":12345678901234567890.25}'),
    ]
    record = json_house.record("2")
    assert record.data["_JSON"] == Decimal("12345678901234567890.25")
    stored = DatabaseExports(brand=json_house.brand.pk).exported([record.pk])[record.pk]
    assert stored.data["_JSON"] == Decimal("12345678901234567890.25")
    json_house.undo(again)
    assert (records_digest(json_house.brand), verify()) == (before, [])
    assert kept(json_house) == {"0": '{"l":[0.1,1000],"p":1.5}', "1": "1.5", "2": "7.25"}
    json_house.undo(first)
    assert json_house.live() == {}


def test_one_at_a_time_they_stay_numbers_too(json_house: House) -> None:
    def edit(verb: Any, record: int, value: object) -> Record:
        change = RecordChange("Customer", verb, record, {"_CODE": "A", "_JSON": value})
        edit_records(actor=json_house.actor, changes=[change], clock=json_house.clock, trigger="ui")
        return json_house.record("A")

    made = edit("create", 0, {"p": Decimal("1.5"), "l": [Decimal("0.1")]})
    assert encode(made.data["_JSON"]) == b'{"l":[0.1],"p":1.5}'
    assert encode(edit("change", made.pk, Decimal("0.30")).data["_JSON"]) == b"0.3"
    assert verify() == []


def test_one_and_true_differ_in_imports_and_go_back_in_undo(json_house: House) -> None:
    def send(old: str, new: str) -> Run:
        return json_house.send(body=f'[{{"code":"A","json":{old}}},{{"code":"B","json":{new}}}]'.encode())

    send('{"a":1}', "[0]")
    run = send('{"a":true}', "[false]")
    assert [outcome[1] for outcome in outcomes(run)] == ["Update", "Update"]
    assert list(kept(json_house).values()) == ['{"a":true}', "[false]"]
    assert send('{"a":true}', "[false]").counts["unchanged"] == 2
    json_house.undo(run)
    assert list(kept(json_house).values()) == ['{"a":1}', "[0]"]


def test_a_cell_of_a_table_is_read_as_json_where_it_is_json(json_house: House) -> None:
    cells = ("5", "-1.50", "true", '"""5"""', "plain", "1e999", "nothing: null", "[1.5]", "01", "NaN")
    body = "code;json\n" + "".join(f"{place};{cell}\n" for place, cell in enumerate(cells))
    json_house.send(body=body.encode(), file_name="cells.csv")
    assert list(kept(json_house).values()) == [
        "5", "-1.5", "true", '"5"', '"plain"', '"1e999"', '"nothing: null"', "[1.5]", '"01"', '"NaN"'
    ]  # fmt: skip
    json_house.send(body=b"code;json\n0;null\n1; \n", file_name="cells.csv")
    assert {code for code, data in json_house.live().items() if "_JSON" not in data} == {"0", "1"}
