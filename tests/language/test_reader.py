"""The reader refuses what is not a template, says where, and opens nothing."""

from __future__ import annotations

import gzip
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from templates_app.language.findings import Severity
from templates_app.language.nodes import Comment, Element
from templates_app.language.reader import MAX_BYTES, ReadResult, read
from templates_app.language.tree_builder import MAX_ATTRIBUTES, MAX_DEPTH, MAX_ELEMENTS
from tests.language.documented import FILM_SAMPLE, VENDOR_SAMPLE

TYPE = '<Type Name="Customer" />'


def codes(result: ReadResult) -> list[str]:
    return [finding.code for finding in result.findings]


def refused(source: str | bytes) -> str:
    """The one code with which a text is refused whole."""
    result = read(source)
    assert result.root is None
    (finding,) = result.findings
    assert finding.severity is Severity.ERROR
    assert finding.line >= 1
    assert finding.column >= 1
    return finding.code


def tree(source: str | bytes) -> Element:
    root = read(source).root
    assert root is not None
    return root


class Watch:
    """An audit hook, which Python never takes off again: one for the module, that listens only when asked to."""

    OUTWARD = ("open", "socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "urllib.", "ctypes.")

    def __init__(self) -> None:
        self.listening = False
        self.seen: list[str] = []
        sys.addaudithook(self.hear)

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.listening and event.startswith(self.OUTWARD):
            self.seen.append(f"{event} {arguments}")


@pytest.fixture(scope="module")
def watch() -> Watch:
    return Watch()


@pytest.fixture
def opened(watch: Watch) -> Iterator[list[str]]:
    """Everything that is opened, resolved or started while a test runs."""
    watch.seen.clear()
    watch.listening = True
    yield watch.seen
    watch.listening = False


def test_the_watch_would_see_an_opened_file(opened: list[str]) -> None:
    with Path(__file__).open(encoding="utf-8"):
        assert any(__file__ in event for event in opened)


@pytest.mark.parametrize("sample", [VENDOR_SAMPLE, FILM_SAMPLE], ids=["vendor", "film"])
def test_it_reads_the_documented_samples(sample: str) -> None:
    assert read(sample).findings == ()
    assert read(sample.encode()).findings == ()


def test_it_says_where_an_element_begins_not_where_its_tag_ends() -> None:
    root = tree('<In>\n  <Type\n    Name="Customer"\n    As="x"\n  />\n\t<Property Name="é"/> <Map Name="m"/>\n</In>')

    assert [(e.tag, e.line, e.column) for e in root.elements()] == [
        ("Type", 2, 3),
        ("Property", 6, 2),
        ("Map", 6, 23),
    ]


@pytest.mark.parametrize("before", ["é", "€", "😀", "é€😀", "\u202e"])
def test_columns_count_characters_not_bytes(before: str) -> None:
    root = tree(f"<In><!--{before}-->{TYPE}</In>")

    assert root.elements()[0].column == len(f"<In><!--{before}-->") + 1


def test_line_ends_of_every_system_count_once() -> None:
    root = tree("<In>\r\n<Map/>\r\n<Map/>\r<Map/>\n</In>")

    assert [element.line for element in root.elements()] == [2, 3, 4]


def test_it_keeps_attributes_and_comments_as_written_and_in_order() -> None:
    root = tree('<!-- a --><In Empty="NA|-" Rows="x"><!--b--><Map Name="&lt;&#10;&quot;"/><!-- c --></In><!-- d -->')

    assert list(root.attributes.items()) == [("Empty", "NA|-"), ("Rows", "x")]
    assert [child.text if isinstance(child, Comment) else child.tag for child in root.children] == [
        " a ",
        "b",
        "Map",
        " c ",
        " d ",
    ]
    assert root.elements("Map")[0].get("Name") == '<\n"'


def test_a_byte_order_mark_and_a_declaration_of_utf8_are_fine() -> None:
    for encoding in ("UTF-8", "utf-8", "utf8"):
        source = f'\ufeff<?xml version="1.0" encoding="{encoding}"?>\n<In>{TYPE}</In>'
        assert read(source.encode()).findings == ()
        assert tree(source).line == 2


@pytest.mark.parametrize(
    "source",
    [
        '<!DOCTYPE In SYSTEM "file:///etc/passwd"><In/>',
        '<!DOCTYPE In SYSTEM "http://127.0.0.1:9/x.dtd"><In/>',
        r'<!DOCTYPE In SYSTEM "\\127.0.0.1\share\x.dtd"><In/>',
        '<!DOCTYPE In PUBLIC "-//X//Y" "http://127.0.0.1:9/x.dtd"><In/>',
        '<!DOCTYPE In [<!ENTITY x SYSTEM "file:///etc/passwd">]><In>&x;</In>',
        '<!DOCTYPE In [<!ENTITY % p SYSTEM "http://127.0.0.1:9/e"> %p;]><In/>',
        '<!DOCTYPE In [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><In Rows="&b;"/>',
        "<!doctype In><In/>",
        "<?x <!-- ?><!DOCTYPE In []><!-- --><In/>",
        "\n\n  <!DOCTYPE In><In/>",
    ],
)
def test_a_doctype_is_refused_and_nothing_is_opened(source: str, opened: list[str]) -> None:
    assert refused(source) == "doctype_forbidden"
    assert opened == []


def test_a_doctype_is_shown_where_it_stands() -> None:
    (finding,) = read('<?xml version="1.0"?>\n<!-- é --> <!DOCTYPE In><In/>').findings

    assert (finding.line, finding.column) == (2, 12)


@pytest.mark.parametrize(
    "source",
    [
        '<In xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="file:///etc/passwd"/></In>',
        '<?xml-stylesheet href="http://127.0.0.1:9/x.xsl"?><In/>',
        '<In xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a http://127.0.0.1:9/"/>',
        '<In xml:base="http://127.0.0.1:9/"/>',
    ],
)
def test_what_other_tools_would_follow_is_refused_and_nothing_is_opened(source: str, opened: list[str]) -> None:
    assert {"xml_namespace", "xml_instruction"} & set(codes(read(source)))
    assert opened == []


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (b"", "xml_empty"),
        (" \n\t ", "xml_empty"),
        ("<In/>".encode("utf-16"), "xml_not_utf8"),
        ("<In/>".encode("utf-16-le"), "xml_not_utf8"),
        ("<In/>".encode("utf-32"), "xml_not_utf8"),
        ("<In/>".encode("cp037"), "xml_malformed"),
        ('<In Rows="é"/>'.encode("latin-1"), "xml_not_utf8"),
        ("<In/>\0", "xml_not_utf8"),
        ('<In Rows="\ud800"/>', "xml_not_utf8"),
        (b'<In Rows="\xed\xa0\x80"/>', "xml_not_utf8"),
        (b'<In Rows="\xc0\xbc"/>', "xml_not_utf8"),
        (gzip.compress(b"<In/>", mtime=0), "xml_not_utf8"),
        (b"PK\x03\x04\x14\x00", "xml_not_utf8"),
        ('<?xml version="1.0" encoding="UTF-7"?><In>+ADw-Type/+AD4-</In>', "xml_encoding"),
        ('<?xml version="1.0" encoding="iso-8859-1"?><In/>', "xml_encoding"),
        ("<In>", "xml_malformed"),
        ("<In/><In/>", "xml_malformed"),
        ("<In/>PK\x05\x06", "xml_malformed"),
        ("<In/>trailing", "xml_malformed"),
        ("just words", "xml_malformed"),
        ("{}", "xml_malformed"),
        ("<In>&amp</In>", "xml_malformed"),
        ("<In>&nbsp;</In>", "xml_malformed"),
        ('<In Rows="&#0;"/>', "xml_malformed"),
        ('<In Rows="&#xD800;"/>', "xml_malformed"),
        ('<In Rows="\x08"/>', "xml_malformed"),
        ('<In Rows="\uffff"/>', "xml_malformed"),
        ('<In Rows="a<b"/>', "xml_malformed"),
        ("<In Rows='a' Rows='b'/>", "xml_malformed"),
        ("<!-- only a comment -->", "xml_malformed"),
        ("<!-- a -- b --><In/>", "xml_malformed"),
    ],
)
def test_what_is_no_template_is_refused_whole(source: str | bytes, code: str) -> None:
    assert refused(source) == code


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (f"<In>{' ' * MAX_BYTES}</In>", "xml_too_large"),
        (f'<In Rows="{"x" * MAX_BYTES}"/>', "xml_too_large"),
        ("<Map>" * 30_000, "xml_too_deep"),
        ("<In>" + "<Map>" * MAX_DEPTH + "</Map>" * MAX_DEPTH + "</In>", "xml_too_deep"),
        ("<In>" + "<Map/>" * MAX_ELEMENTS + "</In>", "xml_too_many_elements"),
        ("<In " + " ".join(f'a{n}=""' for n in range(MAX_ATTRIBUTES + 1)) + "/>", "xml_too_many_attributes"),
        ("<In " + " ".join(f'a{n}=""' for n in range(25_000)) + "/>", "xml_too_many_attributes"),
    ],
    ids=["blanks", "attribute", "depth", "depth by one", "elements", "attributes by one", "attributes"],
)
def test_every_limit_holds(source: str, code: str) -> None:
    assert refused(source) == code


def test_what_reaches_a_limit_exactly_is_read() -> None:
    deepest = "<Map>" * (MAX_DEPTH - 1) + "</Map>" * (MAX_DEPTH - 1)
    assert read(f"<In>{deepest}</In>").root is not None
    assert read("<In>" + "<Map/>" * (MAX_ELEMENTS - 1) + "</In>").root is not None
    filled = f"<In><!--{'x' * (MAX_BYTES - 16)}--></In>"
    assert len(filled) == MAX_BYTES
    assert read(filled).root is not None


def test_long_names_are_cut_in_what_is_shown() -> None:
    (finding,) = read(f"<In><{'x' * 60_000}/></In>").findings

    assert finding.code == "element_unknown"
    assert len(str(finding.params["tag"])) == 200


def test_all_problems_of_form_are_told_at_once_in_the_order_of_the_text() -> None:
    result = read(
        "<In>\n"
        '  <Type Name="Customer" ShouldInsert="TRUE">\n'
        "    text\n"
        '    <Default Field="Type" Value="1" Always="yes" />\n'
        "  </Type>\n"
        '  <Property Name="Nom" Field="LastName"><Cut Start="0" /></Property>\n'
        "</In>"
    )

    assert [(f.line, f.column, f.code) for f in result.findings] == [
        (2, 3, "flag_invalid"),
        (3, 5, "text_not_allowed"),
        (4, 5, "attribute_unknown"),
        (6, 3, "attribute_missing"),
        (6, 41, "position_zero"),
    ]
    assert result.root is not None


def test_what_was_refused_before_the_text_breaks_off_is_told_too() -> None:
    assert codes(read("<In><?php ?><Type></In>")) == ["xml_instruction", "xml_malformed"]


@pytest.mark.parametrize("flag", ["TRUE", "True", "1", "yes", "", " true", "false "])
def test_a_flag_is_exactly_true_or_false(flag: str) -> None:
    assert codes(read(f'<In><Type Name="Customer" ShouldInsert="{flag}" /></In>')) == ["flag_invalid"]


@pytest.mark.parametrize("number", ["", "x", "1.5", "١٢", "1_0", "+1", " 1", "1e3", "0x1", "9999999999", "--1"])
def test_a_number_is_ascii_digits_with_an_optional_minus(number: str) -> None:
    source = f'<In><Property Name="a" Type="b" Field="c"><Cut Start="{number}" /></Property></In>'

    assert codes(read(source)) == ["whole_number_invalid"]


@pytest.mark.parametrize("number", ["1", "-1", "007", "999999999"])
def test_numbers_of_that_form_are_taken(number: str) -> None:
    assert codes(read(f'<In><Property Name="a" Type="b" Field="c"><Cut Start="{number}" /></Property></In>')) == []


@pytest.mark.parametrize(
    ("pattern", "code"),
    [
        ("(a", "pattern_invalid"),
        (r"(a)\1", "pattern_invalid"),
        ("(?<=a)b", "pattern_invalid"),
        ("a{1001}", "pattern_invalid"),
        ("((((a{9}){9}){9}){9}){9}", "pattern_invalid"),
        ("", "pattern_empty"),
        ("a" * 1001, "pattern_too_long"),
    ],
)
def test_a_pattern_that_cannot_run_in_linear_time_is_a_finding(pattern: str, code: str) -> None:
    escaped = pattern.replace("<", "&lt;")
    source = f'<In><Property Name="a" Type="b" Field="c"><Extract Pattern="{escaped}" /></Property></In>'

    assert codes(read(source)) == [code]


@pytest.mark.parametrize("pattern", ["(a+)+$", r"^\s*(\d+)\s*$", "é|è", "(?i)x"])
def test_a_pattern_that_can_is_taken(pattern: str) -> None:
    assert codes(read(f'<In><When Name="a" Matches="{pattern}" /></In>')) == []


def test_a_date_format_that_is_too_long_is_a_finding() -> None:
    source = f'<In><Property Name="a" Type="b" Field="c"><Date Format="yyyy{"-" * 200}" /></Property></In>'

    assert codes(read(source)) == ["format_too_long"]


@pytest.mark.parametrize("blank", [" ", "\t", "\n", "\u00a0", "\u202f"])
def test_white_space_between_elements_is_no_text(blank: str) -> None:
    assert codes(read(f"<In>{blank}{TYPE}{blank}</In>")) == []


@pytest.mark.parametrize("separator", [" ", "&#9;", "\u00a0", ";"])
def test_a_blank_may_be_a_separator(separator: str) -> None:
    source = f'<In><Property Name="a" Type="b" Field="c"><Split By="{separator}" Part="1" /></Property></In>'

    assert codes(read(source)) == []


@pytest.mark.parametrize(
    "hostile",
    [
        "{0.__class__.__init__.__globals__}",
        "{:>1000000000}",
        "%(x)999999999s",
        "{{7*7}}",
        "<script>",
        "\u202egnp.exe",
        "__proto__",
        "' OR 1=1 --",
    ],
)
def test_tenant_text_is_kept_as_text(hostile: str) -> None:
    escaped = hostile.replace("&", "&amp;").replace("<", "&lt;")
    root = tree(f'<In><Property Name="{escaped}" Type="b" Field="c" /></In>')

    assert root.elements()[0].get("Name") == hostile
