"""What is sent explains itself: record, field, steps, target name; and ends where the exporter ends."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates_app.catalog.problems import Refused
from templates_app.language.drafts import ExportRecord
from templates_app.mapping.places import element_at
from templates_app.mapping.tracing.export_traces import TRACED_ITEMS, ExportTracer
from templates_app.mapping.tracing.trace_parts import Trace
from tests.language.mapping_catalog import CATALOG, SETTING, template

SHOOT = ExportRecord(
    id=7,
    type="Do",
    label="Cléo",
    data={"_ID": "7", "Label": "Cléo", "Start": "2024-04-30T22:00:00Z", "Project": 3, "Resources": [5, 6]},
)
FILM = ExportRecord(id=3, type="Project", label="Film", data={"Label": "Film", "Customer": 1})
LABELS = {1: "Gaumont", 3: "Film", 5: "Varda", 6: "Demy"}


def traces(text: str, *, records: Any = None, **lists: list[ExportRecord]) -> tuple[Trace, ...]:
    given_records = records or {"Do": SHOOT}
    return ExportTracer(template(text), CATALOG, setting=SETTING).traces(given_records, lists, LABELS)


def shoot(*inner: str) -> str:
    return f'<Out><Type Name="Do"/>{"".join(inner)}</Out>'


def test_a_field_goes_through_its_steps_to_its_target_name() -> None:
    text = shoot('<Property Name="when/day" Type="Do" Field="Start"><Date Format="dd/MM/yyyy"/></Property>')
    found = traces(text)[0]
    assert (found.via, found.alias, found.field, found.label, found.target) == (
        "Property", "Do", "Start", "Start", "when/day",
    )  # fmt: skip
    assert found.origins[0].raw.texts == ("2024-05-01 00:00",)
    assert [(stage.tag, stage.after.texts) for stage in found.stages] == [("Date", ("01/05/2024",))]
    assert (found.outcome, found.value, found.shown.texts) == ("value", "01/05/2024", ("01/05/2024",))


def test_addresses_lead_to_the_elements() -> None:
    root = template(
        shoot(
            '<Property Name="a" Type="Do" Field="Label"><Upper/></Property><Constant Name="c" Value="x"/>',
            '<Property Name="b"><Source Type="Do" Field="Label"><Lower/></Source><Source Type="Do" Field="_ID"/>',
            '<Join With="-"/></Property>',
        )
    )
    found = ExportTracer(root, CATALOG, setting=SETTING).traces({"Do": SHOOT}, {}, LABELS)
    for one in found:
        element = element_at(root, one.path)
        assert element is not None
        assert element.get("Name") == one.target
        for stage in (*one.stages, *(stage for origin in one.origins for stage in origin.stages)):
            step = element_at(root, stage.path)
            assert step is not None
            assert step.tag == stage.tag
    coupled = found[2]
    assert [(origin.name, origin.raw.texts, len(origin.stages)) for origin in coupled.origins] == [
        ("Label", ("Cléo",), 1), ("_ID", ("7",), 0),
    ]  # fmt: skip
    assert coupled.value == "cléo-7"
    assert (found[1].via, found[1].shown.texts) == ("Constant", ("x",))


@pytest.mark.parametrize(
    ("field", "writing", "texts"),
    [
        ("Project", "Normal", ("Film",)),
        ("Project", "KeyLabel", ("Film",)),
        ("Project", "Data", ("3",)),
        ("Resources", "KeyLabel", ("Varda", "Demy")),
        ("Resources", "String", ("Varda, Demy",)),
        ("Remark", "Normal", ()),
    ],
)
def test_references_are_shown_by_what_is_sent(field: str, writing: str, texts: tuple[str, ...]) -> None:
    found = traces(shoot(f'<Property Name="x" Type="Do" Field="{field}" Writing="{writing}"/>'))[0]
    assert found.shown.texts == texts
    assert found.outcome == ("value" if texts else "empty")


def test_a_record_that_is_not_there_is_said_to_be_missing() -> None:
    text = (
        '<Out><Type Name="Do"/><Type Name="Project" Through="Project"/>'
        '<Property Name="p" Type="Project" Field="Label"/></Out>'
    )
    found = traces(text, records={"Do": SHOOT, "Project": None})[0]
    assert (found.outcome, found.origins[0].missing) == ("empty", True)
    assert traces(text, records={"Do": SHOOT, "Project": FILM})[0].value == "Film"


def test_one_that_fails_the_condition_of_its_type_is_not_shown() -> None:
    text = (
        '<Out><Type Name="Do"/><Type Name="Project" Through="Project"><When Field="Label" Equals="Other"/></Type>'
        '<Property Name="p" Type="Project" Field="Label"/></Out>'
    )
    assert traces(text, records={"Do": SHOOT, "Project": FILM})[0].outcome == "empty"


def test_records_of_a_list_are_traced_one_by_one_up_to_a_limit() -> None:
    text = (
        '<Out><Type Name="Project"/><Type Name="Do" Each="shoots" Through="Do.Project"/>'
        '<Property Name="title" Type="Do" Field="Label"><Upper/></Property></Out>'
    )
    shoots = [ExportRecord(n, "Do", f"d{n}", {"Label": f"d{n}"}) for n in range(TRACED_ITEMS + 5)]
    found = traces(text, records={"Project": FILM}, Do=shoots)
    assert len(found) == TRACED_ITEMS
    assert [(one.item, one.value) for one in found[:2]] == [("1", "D0"), ("2", "D1")]


def test_a_step_that_cannot_write_a_value_says_so_at_its_place() -> None:
    found = traces(shoot('<Property Name="n" Type="Do" Field="Label"><Number Round="0"/></Property>'))[0]
    assert (found.outcome, found.problem and found.problem.name) == ("problem", "n")
    assert found.stages[-1].problem is not None


_DATA = st.fixed_dictionaries(
    {},
    optional={
        "Label": st.text(min_size=1, max_size=8),
        "Start": st.sampled_from(["2024-01-01T00:00:00Z", "2024-07-01T10:30:15Z"]),
        "Duration": st.sampled_from(["1.5", "200"]),
        "AllDay": st.booleans(),
        "Project": st.just(3),
        "Resources": st.sampled_from([[5], [5, 6]]),
    },
)
_TEXTS = [
    '<Property Name="x" Type="Do" Field="{field}"/>',
    '<Property Name="x" Type="Do" Field="{field}" Writing="String"/>',
    '<Property Name="x" Type="Do" Field="{field}"><Upper/><Prefix Text="-"/></Property>',
    '<Property Name="x" Type="Do" Field="{field}"><IfEmpty Value="none"/></Property>',
    '<Property Name="x" Type="Do" Field="{field}"><Date Format="dd/MM/yyyy"/></Property>',
    '<Property Name="x"><Source Type="Do" Field="{field}"><Upper/></Source><Source Type="Do" Field="Label"/>'
    '<Join With="/"/></Property>',
]


@given(
    data=_DATA,
    text=st.sampled_from(_TEXTS),
    field=st.sampled_from(["Label", "Start", "Duration", "AllDay", "Project", "Resources"]),
)
def test_the_trace_ends_where_the_exporter_ends(data: dict[str, Any], text: str, field: str) -> None:
    record = ExportRecord(7, "Do", "x", data)
    tracer = ExportTracer(template(shoot(text.format(field=field))), CATALOG, setting=SETTING)
    found = tracer.traces({"Do": record}, {}, LABELS)[0]
    if found.outcome == "problem":
        with pytest.raises(Refused) as refused:
            tracer.mapper.item({"Do": record}, {}, LABELS)
        assert found.problem == refused.value.problem
        return
    sent = tracer.mapper.item({"Do": record}, {}, LABELS)["x"]
    assert found.value == sent
    assert (found.outcome == "empty") == (sent is None)
