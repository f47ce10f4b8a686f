from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates_app.catalog.loose import loose_form
from templates_app.language.checks import check
from templates_app.language.drafts import Draft, LinkTo, Lookup
from templates_app.language.findings import has_errors
from templates_app.language.nodes import Element
from templates_app.language.reader import read
from templates_app.mapping.places import element_at
from templates_app.mapping.tracing.trace_parts import Trace
from templates_app.mapping.tracing.traces import Tracer
from templates_app.sources.rows import Row
from tests.language.documented import FILM_SAMPLE, VENDOR_SAMPLE
from tests.language.mapping_catalog import CATALOG, SETTING, customer, field, template
from tests.language.sample_catalog import SAMPLE_CATALOG

CASES = Path(__file__).parents[1] / "language" / "cases"


def of_row(root: Element, row: Row) -> tuple[Trace, ...]:
    return tuple(one for draft in Tracer(root, CATALOG, setting=SETTING).traces(row) for one in draft)


def traces(text: str, data: Any) -> tuple[Trace, ...]:
    return of_row(template(text), Row(1, data))


def only(text: str, data: Any, name: str) -> Trace:
    return next(one for one in traces(text, data) if one.field == name and one.via == "Property")


def test_each_value_tells_its_way_from_the_source_through_every_step_to_its_field() -> None:
    steps = '<Trim/><Split By="/" Part="2"/><Upper/>'
    found = only(customer(field("Nom", "LastName", steps)), {"id": "1", "nom": " a/durand "}, "LastName")

    assert [(origin.name, origin.taken, origin.raw.texts) for origin in found.origins] == [
        ("Nom", "nom", (" a/durand ",))
    ]
    assert [(stage.tag, stage.before.texts, stage.after.texts) for stage in found.stages] == [
        ("Trim", (" a/durand ",), ("a/durand",)),
        ("Split", ("a/durand",), ("durand",)),
        ("Upper", ("durand",), ("DURAND",)),
    ]
    assert found.stages[1].arguments == (("By", "/"), ("Part", "2"))
    assert (found.alias, found.field, found.label, found.kind) == ("Customer", "LastName", "Last name", "Text")
    assert (found.outcome, found.value, found.shown.texts) == ("value", "DURAND", ("DURAND",))


def test_every_path_leads_to_the_element_it_speaks_of() -> None:
    root = template(FILM_SAMPLE)
    row = {"Producteur": "Gaumont", "Réalisateur": "Varda", "Titre": "Cléo", "Identifiant du lieu": "1"}
    for found in of_row(root, Row(1, row)):
        element = element_at(root, found.path)
        assert element is not None
        assert element.tag == found.via
        assert element.get("Field") == found.field
        for stage in found.stages:
            step = element_at(root, stage.path)
            assert step is not None
            assert step.tag == stage.tag


def test_a_step_that_refuses_is_the_last_one_shown_and_says_why() -> None:
    steps = '<Trim/><Date Format="dd/MM/yyyy"/><Upper/>'
    found = only(customer(field("d", "Remark", steps)), {"id": "1", "d": "tomorrow"}, "Remark")

    assert [stage.tag for stage in found.stages] == ["Trim", "Date"]
    assert found.stages[-1].problem is not None
    assert found.outcome == "problem"
    assert found.problem is not None
    assert (found.problem.code, found.problem.name, found.problem.field) == ("date_unreadable", "d", "Remark")


def test_what_the_field_refuses_shows_every_step_and_the_refusal() -> None:
    found = only(customer(field("mail", "Email", "<Lower/>")), {"id": "1", "mail": "NOBODY"}, "Email")

    assert [stage.after.texts for stage in found.stages] == [("nobody",)]
    assert found.stages[0].problem is None
    assert (found.outcome, found.problem and found.problem.value) == ("problem", "nobody")


@pytest.mark.parametrize(
    ("data", "outcome", "raw"),
    [
        ({"id": "1"}, "missing", ()),
        ({"id": "1", "n": None}, "empty", ()),
        ({"id": "1", "n": "  "}, "empty", ("  ",)),
        ({"id": "1", "n": "-"}, "empty", ("-",)),
        ({"id": "1", "n": "Durand"}, "value", ("Durand",)),
    ],
)
def test_missing_empty_and_given_are_told_apart(data: dict[str, Any], outcome: str, raw: tuple[str, ...]) -> None:
    found = only(customer(field("n", Empty="-|NA")), data, "LastName")
    assert (found.outcome, found.origins[0].raw.texts, found.origins[0].missing) == (outcome, raw, outcome == "missing")


def test_an_empty_value_is_said_to_pass_the_steps_that_let_it_by() -> None:
    found = only(
        customer(field("n", "LastName", '<Trim/><IfEmpty Value="Unknown"/>')), {"id": "1", "n": ""}, "LastName"
    )
    assert [(stage.tag, stage.passed) for stage in found.stages] == [("Trim", True), ("IfEmpty", False)]
    assert found.value == "Unknown"


def test_the_spelling_that_had_the_value_is_named_among_alternatives() -> None:
    text = customer('<Property Name="Nom" Or="Name|Surname" Type="Customer" Field="LastName"/>')
    found = only(text, {"id": "1", "Nom": "", "SURNAME": "Roe", "name": None}, "LastName")
    assert (found.origins[0].name, found.origins[0].taken, found.value) == ("Nom", "SURNAME", "Roe")


def test_coupled_sources_each_show_their_own_steps_before_the_join() -> None:
    inner = '<Source Name="a"><Upper/></Source><Source Name="b"/><Join With="-"/>'
    text = customer(f'<Property Type="Customer" Field="LastName">{inner}</Property>')
    found = only(text, {"id": "1", "a": "x", "b": "y"}, "LastName")

    assert [(origin.taken, origin.raw.texts, [s.after.texts for s in origin.stages]) for origin in found.origins] == [
        ("a", ("x",), [("X",)]),
        ("b", ("y",), []),
    ]
    assert (found.stages[0].before.texts, found.stages[0].before.many) == (("X", "y"), True)
    assert found.stages[0].after.texts == ("X-y",)
    assert len({origin.path for origin in found.origins}) == 2


def test_a_value_map_shows_what_it_made_and_refuses_at_its_own_step() -> None:
    inner = '<Map><Case From="M" To="Mr"/></Map>'
    text = customer(field("civ", "Title", inner))
    assert only(text, {"id": "1", "civ": "M"}, "Title").stages[0].after.texts == ("Mr",)
    refused = only(text, {"id": "1", "civ": "X"}, "Title")
    assert refused.stages[0].problem is not None
    assert refused.stages[0].problem.code == "map_no_case"


def test_a_required_value_that_is_not_there_is_a_problem_of_its_own_trace() -> None:
    found = only(customer(field("n", Required="true")), {"id": "1", "n": ""}, "LastName")
    assert (found.outcome, found.problem and found.problem.code) == ("problem", "value_required")


def test_defaults_say_whether_they_stand_and_for_which_operations() -> None:
    row = {"Nom usage": "Durand", "ID_DOSSIER": "1"}
    default = next(one for one in traces(VENDOR_SAMPLE, row) if one.via == "Default")
    assert (default.field, default.outcome, default.value, default.when) == ("Type", "value", "Individual", ("Insert",))

    text = VENDOR_SAMPLE.replace("</In>", '<Property Name="t" Type="Customer" Field="Type"/></In>')
    default = next(one for one in traces(text, {**row, "t": "1027"}) if one.via == "Default")
    assert default.outcome == "unused"


def test_links_and_lookups_say_where_they_lead() -> None:
    row = {"Producteur": "Gaumont", "Titre": "Cléo", "Identifiant du lieu": "7"}
    found = traces(FILM_SAMPLE, row)
    links = {(one.alias, one.field): (one.outcome, one.shown.texts) for one in found if one.via == "Link"}
    assert links["Project", "Customer"] == ("value", ("Customer Gaumont",))
    assert links["Do", "Resources"] == ("empty", ())

    text = (
        '<In><Type Name="Project" ShouldInsert="true"/><Property Name="l" Type="Project" Field="Label"/>'
        '<Property Name="c" Type="Project" Field="Customer"><Lookup Match="_SIRET"/></Property></In>'
    )
    looked = only(text, {"l": "x", "c": "552 "}, "Customer")
    assert (looked.lookup, looked.shown.texts, isinstance(looked.value, Lookup)) == (
        "Customer._SIRET", ("552 ",), True,
    )  # fmt: skip


def test_moments_are_shown_in_the_brands_time_and_kept_in_utc() -> None:
    text = (
        '<In><Type Name="Do" ShouldInsert="true"/><Property Name="s" Type="Do" Field="Start">'
        '<Date Format="dd/MM/yyyy HH:mm"/></Property></In>'
    )
    found = only(text, {"s": "01/07/2024 08:30"}, "Start")
    assert (found.value, found.shown.texts) == ("2024-07-01T06:30:00Z", ("2024-07-01 08:30",))


def test_several_items_of_one_row_are_traced_each_by_itself() -> None:
    text = (
        '<In><Type Name="Customer" Each="people" ShouldInsert="true"/>'
        '<Property Name="n" Type="Customer" Field="LastName"><Upper/></Property>'
        '<Property Name="../firm" Type="Customer" Field="Company"/></In>'
    )
    found = traces(text, {"firm": "Acme", "people": [{"n": "a"}, {"n": "b"}]})
    told = [(one.item, one.field, one.shown.texts) for one in found]
    assert told == [
        ("1", "LastName", ("A",)),
        ("1", "Company", ("Acme",)),
        ("2", "LastName", ("B",)),
        ("2", "Company", ("Acme",)),
    ]


def test_groups_of_columns_name_the_column_of_each_item() -> None:
    text = (
        '<In><Type Name="Do" Each="*, *_2" ShouldInsert="true"/><Property Name="place" Type="Do" Field="Label"/></In>'
    )
    found = traces(text, {"place": "Here", "place_2": "There"})
    assert [(one.item, one.origins[0].taken, one.value) for one in found] == [
        ("1", "place", "Here"),
        ("2", "place_2", "There"),
    ]


def test_a_step_sees_the_fields_above_it_and_other_names_of_the_row() -> None:
    text = (
        '<In><Type Name="Do" ShouldInsert="true"/><Property Name="s" Type="Do" Field="Start"/>'
        '<Property Name="e" Type="Do" Field="End"><RollOver Field="Start"/></Property>'
        '<Property Name="s" Type="Do" Field="Remark"><Add Unit="Days" Name="n"/></Property></In>'
    )
    row = {"s": "2024-01-01T22:00", "e": "2024-01-01T02:00", "n": "3"}
    assert only(text, row, "End").shown.texts == ("2024-01-02 02:00",)
    assert only(text, row, "Remark").shown.texts[0].startswith("2024-01-04")
    unknown = only(text.replace("<In>", '<In Empty="NA">'), row | {"n": "NA"}, "Remark")
    assert (unknown.problem, unknown.value) == (None, None)


def test_a_row_that_is_left_out_or_unreadable_has_no_traces() -> None:
    text = '<In><When Name="k" Equals="1"/><Type Name="Customer" ShouldInsert="true"/></In>'.replace(
        "</In>", '<Property Name="n" Type="Customer" Field="LastName"/></In>'
    )
    assert traces(text, {"k": "2", "n": "x"}) == ()
    assert len(traces(text, {"k": "1", "n": "x"})) == 1


def test_hostile_and_long_values_are_cut_and_never_run() -> None:
    found = only(customer(field("n", "Remark")), {"id": "1", "n": "<script>\x00" + "x" * 5000}, "Remark")
    assert len(found.origins[0].raw.texts[0]) <= 220
    assert "\x00" not in found.origins[0].raw.texts[0]


# --- the trace is what the importer does


def agrees(draft: Draft, found: tuple[Trace, ...]) -> None:
    """Each value traced to a field that one Property feeds is the draft's, problems and absences included."""
    fed = [one.field for one in found if one.via != "Default"]
    for one in found:
        if one.via != "Property" or fed.count(one.field) > 1:
            continue
        if one.outcome == "missing":
            assert one.field not in draft.values
        elif one.outcome == "problem":
            assert any(problem == one.problem for problem in draft.problems)
        else:
            assert draft.values[one.field] == one.value
    for one in found:
        if one.via == "Link" and one.outcome == "value":
            given = draft.values[one.field]
            assert isinstance((given if isinstance(given, list) else [given])[0], LinkTo)


_CELLS = st.one_of(
    st.none(),
    st.sampled_from(
        ["", " ", "NA", "M", "2024-02-30", "01/02/2024 08:00", "a@b.fr", "1,5", "true", "0612345678", "x/y"]
    ),
    st.text(max_size=12),
    st.integers(-5, 10**6),
    st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-1000, max_value=1000),
    st.lists(st.text(max_size=4), max_size=3),
)


def _clean_imports() -> list[Path]:
    clean = []
    for case in sorted(CASES.glob("*.xml")):
        result = read(case.read_text(encoding="utf-8"))
        if result.root is None or result.root.tag != "In" or has_errors(result.findings):
            continue
        if not has_errors(check(result.root, SAMPLE_CATALOG)):
            clean.append(case)
    return clean


@pytest.mark.parametrize("case", _clean_imports(), ids=lambda case: case.stem)
@given(data=st.data())
def test_the_trace_of_every_value_ends_where_the_importer_ends(case: Path, data: st.DataObject) -> None:
    root = read(case.read_text(encoding="utf-8")).root
    assert root is not None
    tracer = Tracer(root, SAMPLE_CATALOG, setting=SETTING)
    names = _names_of(root)
    row = Row(1, {name: data.draw(_CELLS) for name in names if data.draw(st.integers(0, 9))})

    mapped = tracer.mapper.map(row)
    found = tracer.traces(row, mapped)

    assert len(found) == len(mapped.drafts)
    for draft, of_draft in zip(mapped.drafts, found, strict=True):
        agrees(draft, of_draft)
        assert {one.alias for one in of_draft} <= {draft.plan.alias}


def _names_of(root: Any) -> list[str]:
    """Every plain source name of a template, each by its letters once, so that none is ambiguous."""
    found: dict[str, str] = {}
    for element in root.elements("Property", "When", "Unless", "Type"):
        for holder in (element, *element.elements()):
            for name in (holder.get("Name"), *holder.alternatives("Or")):
                if name and "/" not in name and holder.tag != "Type":
                    found.setdefault(loose_form(name), name)
    return list(found.values())


def test_decimals_and_whole_numbers_are_shown_as_the_steps_see_them() -> None:
    found = only(customer(field("n", "Remark")), {"id": "1", "n": Decimal("1.50")}, "Remark")
    assert found.origins[0].raw.texts == ("1.50",)
