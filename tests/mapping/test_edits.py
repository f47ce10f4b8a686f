"""Edits do what they say, to what they name, and to nothing else."""

from __future__ import annotations

from difflib import unified_diff
from typing import Any

import pytest

from templates_app.language.reader import read
from templates_app.language.writer import write
from templates_app.mapping.edits.apply import edit, not_kept
from templates_app.mapping.edits.change_reading import change_from
from templates_app.mapping.places import element_at, walk
from templates_app.mapping.refusals import EditRefused
from templates_app.mapping.sentences import HINTS, SENTENCES
from tests.language.documented import FILM_SAMPLE, VENDOR_SAMPLE
from tests.language.sample_catalog import SAMPLE_CATALOG
from tests.language.trees import shape
from tests.mapping.materials import MATERIALS, Material, changed, tree


def lines_of(xml: str, *changes: dict[str, Any], catalog: Any = SAMPLE_CATALOG) -> list[str]:
    """The lines that went (-) and came (+), indentation aside."""
    after = changed(xml, *changes, catalog=catalog).xml
    diff = list(unified_diff(xml.splitlines(), after.splitlines(), lineterm="", n=0))[2:]
    return [line[0] + line[1:].strip() for line in diff if not line.startswith("@@")]


def refusal(xml: str, change: object) -> str:
    with pytest.raises(EditRefused) as caught:
        changed(xml, change)
    problem = caught.value.problem
    assert SENTENCES[problem.code].format_map(problem.params)
    assert HINTS.get(problem.code, "").format_map(problem.params) is not None
    return problem.code


def test_the_tree_that_was_given_stays_as_it_is() -> None:
    root = tree(FILM_SAMPLE)
    before = shape(root)
    edit(root, change_from({"verb": "remove", "path": "0", "uses": True}))
    assert shape(root) == before


def test_what_comes_back_is_the_tree_of_the_text_with_its_places() -> None:
    done = changed(FILM_SAMPLE, {"verb": "remove", "path": "0"})
    again = tree(done.xml)
    assert [(p, e.tag, e.line, e.column) for p, e in walk(done.root)] == [
        (p, e.tag, e.line, e.column) for p, e in walk(again)
    ]


@pytest.mark.parametrize("material", MATERIALS, ids=lambda material: material.name)
def test_setting_an_attribute_changes_one_line_of_any_template(material: Material) -> None:
    """And the comments, the blank lines and the order of the rest stay."""
    before = write(material.root).splitlines()
    paths = [path for path, element in walk(material.root) if path and element.line]
    for path in (paths[0], paths[-1]) if paths else ():
        done = edit(material.root, change_from({"verb": "set", "path": path, "attributes": {"Field": "x y"}}))
        after = done.xml.splitlines()
        assert len(after) == len(before)
        assert sum(old != new for old, new in zip(before, after, strict=True)) <= 1
        assert done.path == path


def test_an_attribute_is_set_where_it_stands_and_a_new_one_where_the_grammar_lists_it() -> None:
    assert lines_of(VENDOR_SAMPLE, {"verb": "set", "path": "1", "attributes": {"Field": "X", "Key": "true"}}) == [
        '-<Property Name="Nom usage" Type="Customer" Field="LastName" />',
        '+<Property Name="Nom usage" Type="Customer" Field="X" Key="true" />',
    ]
    assert lines_of(VENDOR_SAMPLE, {"verb": "set", "path": "1", "attributes": {"Or": "Nom", "Zzz": "1"}})[1] == (
        '+<Property Name="Nom usage" Or="Nom" Type="Customer" Field="LastName" Zzz="1" />'
    )


def test_none_takes_an_attribute_away() -> None:
    assert lines_of(
        VENDOR_SAMPLE, {"verb": "set", "path": "0", "attributes": {"ShouldUpdate": None, "Each": None}}
    ) == [
        '-<Type Name="Customer" ShouldInsert="true" ShouldUpdate="true">',
        '+<Type Name="Customer" ShouldInsert="true">',
    ]


def test_the_root_has_attributes_too() -> None:
    done = changed(VENDOR_SAMPLE, {"verb": "set", "path": "", "attributes": {"Rows": "data/rows"}})
    assert (done.root.get("Rows"), done.path) == ("data/rows", "")


@pytest.mark.parametrize("name", ["", "a b", "x:y", "xmlns", "1a", "a=", "<", "Ünï"])
def test_what_cannot_name_an_attribute_is_refused(name: str) -> None:
    assert refusal(VENDOR_SAMPLE, {"verb": "set", "path": "1", "attributes": {name: "x"}}) == "edit_attribute_name"


def test_a_name_the_template_has_already_can_be_taken_away_or_set() -> None:
    xml = '<In Ünï="1"><Type Name="Do" /></In>'
    assert changed(xml, {"verb": "set", "path": "", "attributes": {"Ünï": "2"}}).root.get("Ünï") == "2"
    assert not changed(xml, {"verb": "set", "path": "", "attributes": {"Ünï": None}}).root.attributes


@pytest.mark.parametrize("text", ["\x00", "a\x1fb", "\ufffe", "\ud800"])
def test_a_text_that_xml_cannot_hold_is_refused(text: str) -> None:
    assert refusal(VENDOR_SAMPLE, {"verb": "set", "path": "1", "attributes": {"Name": text}}) == "edit_text_unfit"


@pytest.mark.parametrize("text", ["<script>", "a&b", 'say "x"', "tab\tline\nend", "é – 漢字 🙂", "  ", ""])
def test_any_other_text_is_kept_as_it_is(text: str) -> None:
    done = changed(VENDOR_SAMPLE, {"verb": "set", "path": "1", "attributes": {"Name": text}})
    assert done.root.elements()[1].get("Name") == text


def test_an_edit_is_not_refused_for_the_findings_of_its_result() -> None:
    done = changed(
        VENDOR_SAMPLE,
        {"verb": "set", "path": "1", "attributes": {"OnEmpty": "Nonsense", "Required": "maybe"}},
        {"verb": "set", "path": "0", "attributes": {"Name": None}},
    )
    assert read(done.xml).findings


@pytest.mark.parametrize("path", ["99", "0.5", "x", "-1", "1.", ".", "0.0.0", "٣"])
@pytest.mark.parametrize("verb", ["remove", "duplicate", "uncouple"])
def test_an_address_that_leads_nowhere_is_refused(verb: str, path: str) -> None:
    assert refusal(VENDOR_SAMPLE, {"verb": verb, "path": path}) == "edit_place_gone"


def test_a_template_never_becomes_too_large_to_be_read() -> None:
    lines = "\n".join(f"name {number} -> Customer.Email" for number in range(2001))
    assert refusal(VENDOR_SAMPLE, {"verb": "add_rows", "text": lines}) == "edit_too_large"
    long = {"verb": "set", "path": "1", "attributes": {"Name": "x" * 300_000}}
    assert refusal(VENDOR_SAMPLE, long) == "edit_too_large"


# Adding, moving, removing


def test_elements_are_added_where_their_like_stand() -> None:
    done = changed(
        FILM_SAMPLE,
        {"verb": "add", "parent": "0", "node": {"tag": "Unless", "attributes": {"Name": "x", "Present": "true"}}},
        {"verb": "add", "parent": "13", "node": {"tag": "Trim"}},
        {"verb": "add", "parent": "", "node": {"tag": "Type", "attributes": {"Name": "Do", "As": "Other"}}},
        {"verb": "add", "parent": "", "node": {"tag": "Map", "attributes": {"Name": "m"}}},
    )
    root = done.root
    assert [child.tag for child in root.elements()[0].elements()] == ["When", "Unless", "Default"]
    assert [element.get("As") for element in root.elements("Type")] == ["", "Director", "", "", "Other"]
    assert [child.tag for child in root.elements()[14].elements()] == ["Suffix", "Date", "Trim"]
    assert root.elements()[-1].tag == "Map"
    assert done.path == str(len(root.elements()) - 1)


def test_a_lookup_stays_below_the_steps_and_sources_above() -> None:
    xml = '<In><Type Name="Project" /><Property Name="a" Type="Project" Field="Customer"><Lookup /></Property></In>'
    done = changed(
        xml,
        {"verb": "add", "parent": "1", "node": {"tag": "Upper"}},
        {"verb": "add", "parent": "1", "node": {"tag": "Trim"}, "before": "1.0"},
        {"verb": "add", "parent": "1", "node": {"tag": "Source", "attributes": {"Name": "b"}}},
    )
    assert [child.tag for child in done.root.elements()[1].elements()] == ["Source", "Trim", "Upper", "Lookup"]


def test_an_element_is_added_beside_another_with_all_that_is_in_it() -> None:
    node = {
        "tag": "Property",
        "attributes": {"Name": "t", "Type": "Customer", "Field": "Type"},
        "children": [{"tag": "Map", "children": [{"tag": "Case", "attributes": {"From": "a", "To": "b"}}]}],
    }
    done = changed(VENDOR_SAMPLE, {"verb": "add", "parent": "", "node": node, "after": "1"})
    assert done.path == "2"
    found = element_at(done.root, "2.0.0")
    assert found is not None
    assert found.attributes == {"From": "a", "To": "b"}


@pytest.mark.parametrize(
    ("parent", "tag"),
    [("", "When2"), ("0", "Property"), ("1", "Type"), ("", "Trim"), ("1", "In"), ("0", "Order"), ("0.0", "Case")],
)
def test_an_element_is_not_added_where_the_grammar_does_not_let_it_stand(parent: str, tag: str) -> None:
    assert refusal(VENDOR_SAMPLE, {"verb": "add", "parent": parent, "node": {"tag": tag}}) == "edit_misplaced"


def test_what_is_inside_an_added_element_must_be_allowed_as_well() -> None:
    node = {"tag": "Property", "children": [{"tag": "Type"}]}
    assert refusal(VENDOR_SAMPLE, {"verb": "add", "parent": "", "node": node}) == "edit_misplaced"


def test_nothing_is_added_to_what_is_no_template() -> None:
    assert refusal("<Other />", {"verb": "add", "parent": "", "node": {"tag": "Type"}}) == "edit_root_unknown"


@pytest.mark.parametrize(
    ("change", "order"),
    [
        ({"path": "4", "by": -1}, ["Nom usage", "Téléphone mobile", "ID_DOSSIER", "Email"]),
        ({"path": "1", "by": 2}, ["Téléphone mobile", "Email", "Nom usage", "ID_DOSSIER"]),
        ({"path": "1", "by": 99}, ["Téléphone mobile", "Email", "ID_DOSSIER", "Nom usage"]),
        ({"path": "4", "before": "1"}, ["ID_DOSSIER", "Nom usage", "Téléphone mobile", "Email"]),
        ({"path": "1", "after": "3"}, ["Téléphone mobile", "Email", "Nom usage", "ID_DOSSIER"]),
        ({"path": "1", "after": "1"}, ["Nom usage", "Téléphone mobile", "Email", "ID_DOSSIER"]),
    ],
)
def test_rows_are_moved(change: dict[str, Any], order: list[str]) -> None:
    done = changed(VENDOR_SAMPLE, {"verb": "move", **change})
    assert [element.get("Name") for element in done.root.elements("Property")] == order
    moved = tree(VENDOR_SAMPLE).elements()[int(change["path"])].get("Name")
    found = element_at(done.root, done.path)
    assert found is not None
    assert found.get("Name") == moved


def test_moving_a_row_passes_over_what_is_no_row() -> None:
    done = changed(FILM_SAMPLE, {"verb": "move", "path": "10", "by": -1})
    assert [element.tag for element in done.root.elements()[8:11]] == ["Property", "Property", "Link"]
    assert done.root.elements()[8].get("Field") == "_ID"


@pytest.mark.parametrize(("path", "by"), [("1", -1), ("4", 1), ("0", -1), ("0", 1)])
def test_what_stands_at_the_end_does_not_move_further(path: str, by: int) -> None:
    assert refusal(VENDOR_SAMPLE, {"verb": "move", "path": path, "by": by}) == "edit_move_end"


def test_a_move_says_where_to() -> None:
    assert refusal(VENDOR_SAMPLE, {"verb": "move", "path": "1"}) == "edit_move_nowhere"


def test_a_step_moves_to_another_row_but_not_into_a_type() -> None:
    done = changed(FILM_SAMPLE, {"verb": "move", "path": "13.0", "before": "14.0"})
    assert [child.tag for child in done.root.elements()[14].elements()] == ["Suffix", "Split", "Number"]
    assert done.path == "14.0"
    assert refusal(FILM_SAMPLE, {"verb": "move", "path": "13.0", "before": "0.0"}) == "edit_misplaced"


@pytest.mark.parametrize("change", [{"path": "1", "before": ""}, {"path": "0", "after": "0.0"}])
def test_nothing_moves_into_itself_or_out_of_the_template(change: dict[str, str]) -> None:
    assert refusal(FILM_SAMPLE, {"verb": "move", **change}) in ("edit_misplaced", "edit_move_nowhere")


def test_blank_lines_stay_between_the_groups() -> None:
    xml = '<In>\n  <Type />\n\n  <Property Name="a" />\n  <Property Name="b" />\n\n  <Map />\n</In>\n'
    swapped = '<In>\n  <Type />\n\n  <Property Name="b" />\n  <Property Name="a" />\n\n  <Map />\n</In>\n'
    read_back = xml.replace("<Type />", "<Type/>").replace("<Map />", "<Map/>")
    assert changed(xml, {"verb": "move", "path": "2", "by": -1}).xml == swapped.replace("<Type />", "<Type/>").replace(
        "<Map />", "<Map/>"
    )
    assert changed(xml, {"verb": "move", "path": "1", "by": 1}).xml.count("\n\n") == 2
    removed = changed(xml, {"verb": "remove", "path": "1"}).xml
    assert removed == read_back.replace('  <Property Name="a" />\n', "")


def test_removing_gives_the_focus_to_what_took_the_place() -> None:
    assert changed(VENDOR_SAMPLE, {"verb": "remove", "path": "1"}).path == "1"
    assert changed(VENDOR_SAMPLE, {"verb": "remove", "path": "4"}).path == "3"
    assert changed(VENDOR_SAMPLE, {"verb": "remove", "path": "0.0"}).path == "0"


def test_the_root_cannot_be_removed_moved_or_copied() -> None:
    for verb in ("remove", "duplicate"):
        assert refusal(VENDOR_SAMPLE, {"verb": verb, "path": ""}) == "edit_not_for"


def test_a_type_goes_with_its_rows_and_links() -> None:
    done = changed(FILM_SAMPLE, {"verb": "remove", "path": "0", "uses": True})
    left = [(e.tag, e.get("Type"), e.get("To")) for e in done.root.elements("Property", "Link")]
    assert not [entry for entry in left if "Customer" in entry]
    assert len(left) == 14 - 3


def test_a_type_goes_alone_when_nothing_else_is_said() -> None:
    done = changed(FILM_SAMPLE, {"verb": "remove", "path": "0"})
    assert len(done.root.elements("Property", "Link")) == 14


def test_a_second_type_of_the_name_goes_without_the_rows_of_the_first() -> None:
    xml = '<In><Type Name="Do" /><Type Name="Do" /><Property Name="a" Type="Do" Field="Label" /></In>'
    assert len(changed(xml, {"verb": "remove", "path": "1", "uses": True}).root.elements("Property")) == 1
    assert len(changed(xml, {"verb": "remove", "path": "0", "uses": True}).root.elements("Property")) == 0


def test_a_map_goes_with_the_steps_that_use_it() -> None:
    xml = """<In><Type Name="Do" /><Property Name="a" Type="Do" Field="Label"><Trim /><Map Use="m" />
      <Source Name="x"><Map Use="m" /><Map Use="n" /></Source></Property><Map Name="m" /></In>"""
    done = changed(xml, {"verb": "remove", "path": "2", "uses": True})
    assert [element.get("Use") for _, element in walk(done.root) if element.tag == "Map"] == ["n"]


def test_comments_stay_when_what_is_below_them_goes() -> None:
    xml = '<In>\n  <!-- people -->\n  <Property Name="a" />\n</In>\n'
    assert "<!-- people -->" in changed(xml, {"verb": "remove", "path": "0"}).xml


def test_a_copy_stands_below_and_a_copied_type_has_another_name() -> None:
    done = changed(VENDOR_SAMPLE, {"verb": "duplicate", "path": "1"}, {"verb": "duplicate", "path": "0"})
    assert [e.get("As") for e in done.root.elements("Type")] == ["", "Customer2"]
    assert [e.get("Name") for e in done.root.elements("Property")][:2] == ["Nom usage", "Nom usage"]
    assert [child.tag for child in done.root.elements()[1].elements()] == ["Default"]
    again = changed(done.xml, {"verb": "duplicate", "path": "0"})
    assert [e.get("As") for e in again.root.elements("Type")] == ["", "Customer3", "Customer2"]


def test_a_mistyped_tag_is_put_right() -> None:
    xml = '<In><Propertie Name="a"><Trim /></Propertie></In>'
    assert changed(xml, {"verb": "retag", "path": "0", "tag": "Property"}).xml == (
        '<In>\n  <Property Name="a">\n    <Trim/>\n  </Property>\n</In>\n'
    )
    assert refusal(xml, {"verb": "retag", "path": "0", "tag": "Case"}) == "edit_misplaced"


def test_many_changes_are_made_one_after_another() -> None:
    done = changed(
        VENDOR_SAMPLE,
        {"verb": "add_rows", "text": "Prénom -> FirstName", "before": "1"},
        {"verb": "set", "path": "1", "attributes": {"Required": "true"}},
    )
    assert done.root.elements()[1].attributes == {
        "Name": "Prénom",
        "Type": "Customer",
        "Field": "FirstName",
        "Required": "true",
    }


def test_no_change_is_no_change() -> None:
    assert changed(VENDOR_SAMPLE).xml == VENDOR_SAMPLE


@pytest.mark.parametrize(
    ("xml", "line"),
    [
        ("<In>\n<Type>text</Type></In>", 2),
        ("<In>\n\n<![CDATA[x]]></In>", 3),
        ("<In><?php x ?></In>", 1),
    ],
)
def test_what_a_tree_would_lose_is_said(xml: str, line: int) -> None:
    problem = not_kept(read(xml).findings)
    assert problem is not None
    assert (problem.code, problem.params["line"]) == ("edit_would_lose", line)


@pytest.mark.parametrize("xml", [VENDOR_SAMPLE, FILM_SAMPLE, '<In xmlns="x"><Typ Name="" /></In>'])
def test_other_findings_do_not_keep_a_text_from_being_edited(xml: str) -> None:
    assert not_kept(read(xml).findings) is None
