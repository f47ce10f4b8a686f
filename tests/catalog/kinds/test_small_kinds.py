from __future__ import annotations

import pytest

from templates_app.catalog.kinds.base import Kind
from templates_app.catalog.kinds.binaries import Binary, File, Link, Signature, SignatureMobile
from templates_app.catalog.kinds.colors import Color
from templates_app.catalog.kinds.places import Position
from tests.catalog.settings import PARIS, clean, refusal

DIGEST = "sha256:" + "0123456789abcdef" * 4


@pytest.mark.parametrize(("written", "kept"), [("#65A18D", "#65A18D"), (" #65a18d ", "#65A18D"), ("", None)])
def test_a_colour_has_six_capital_digits(written: str, kept: str | None):
    assert clean(Color(), written) == kept


@pytest.mark.parametrize("written", ["65A18D", "#65A18", "#65A18DF", "red", "#GGGGGG", "#abc", 123456, "#１２３４５６"])
def test_what_is_no_colour_is_refused(written: object):
    assert refusal(Color(), written).code == "color_invalid"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("48.8566,2.3522", "48.8566,2.3522"),
        (" 48.856600 , 2.3522000 ", "48.8566,2.3522"),
        ("-90,180", "-90,180"),
        ("-0,0", "0,0"),
        ("", None),
    ],
)
def test_a_position_is_latitude_and_longitude(written: str, kept: str | None):
    assert clean(Position(), written) == kept


@pytest.mark.parametrize(
    "written", ["48.8", "91,0", "0,181", "a,b", "1,2,3", "48.8;2.3", "nan,0", ",", "1e3000000,0", 48]
)
def test_what_is_no_position_is_refused(written: object):
    assert refusal(Position(), written).code == "position_invalid"


@pytest.mark.parametrize("kind", [Binary(), File(), Link(), Signature(), SignatureMobile()])
def test_a_file_is_named_by_its_digest(kind: Kind):
    assert clean(kind, DIGEST) == DIGEST
    assert clean(kind, f" {DIGEST.upper()} ") == DIGEST
    assert kind.text(DIGEST) == kind.render(DIGEST, PARIS) == DIGEST
    assert kind.clean("", PARIS) is None
    for written in (DIGEST[:-1], DIGEST[7:], "md5:" + "0" * 32, "/etc/passwd", DIGEST + "\n0", True):
        assert refusal(kind, written).code == "file_invalid"


@pytest.mark.parametrize("kind", [Color(), Position(), File()])
def test_lists_are_refused(kind: Kind):
    assert refusal(kind, ["#000000"]).code == "value_shape"


def test_kinds_of_files_are_told_apart():
    kinds: list[Kind] = [File(), Link()]
    assert kinds[0] == File()
    assert kinds[0] != kinds[1]
    assert {kind.name for kind in (Binary(), File(), Link(), Signature(), SignatureMobile())} == {
        "Binary",
        "File",
        "Link",
        "Signature",
        "SignatureMobile",
    }
