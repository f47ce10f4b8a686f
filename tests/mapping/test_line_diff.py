"""Two texts side by side: every line of both, once, in order, with what differs marked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates_app.mapping.comparing.line_diff import DiffLine, DiffPart, compare_lines
from tests.language.documented import FILM_SAMPLE, VENDOR_SAMPLE

_LINES = st.lists(
    st.sampled_from(["", "a", "b", "<Case />", "<Type Name='x' />", "<Type Name='y' />", "</Type>"]), max_size=12
)


def text_of(parts: tuple[DiffPart, ...]) -> str:
    return "".join(part.text for part in parts)


def lines_of(text: str) -> list[str]:
    return text.rstrip("\n").split("\n") if text.strip() else []


@given(old=_LINES, new=_LINES)
def test_both_texts_can_be_read_off(old: list[str], new: list[str]) -> None:
    before, after = "\n".join(old), "\n".join(new)
    found = compare_lines(before, after, context=None)
    left = [line for line in found if line.old_number is not None]
    right = [line for line in found if line.new_number is not None]

    assert [text_of(line.old) for line in left] == lines_of(before)
    assert [text_of(line.new) for line in right] == lines_of(after)
    assert [line.old_number for line in left] == list(range(1, len(left) + 1))
    assert [line.new_number for line in right] == list(range(1, len(right) + 1))


@given(old=_LINES, new=_LINES)
def test_what_is_not_marked_stands_on_both_sides(old: list[str], new: list[str]) -> None:
    for line in compare_lines("\n".join(old), "\n".join(new), context=None):
        if line.kind in ("same", "changed"):
            kept = [part.text for part in line.old if not part.changed]
            assert "".join(kept) == "".join(part.text for part in line.new if not part.changed)
        if line.kind == "same":
            assert not any(part.changed for part in (*line.old, *line.new))


@given(old=_LINES, new=_LINES, context=st.integers(0, 3))
def test_a_gap_says_how_many_lines_it_leaves_out(old: list[str], new: list[str], context: int) -> None:
    before, after = "\n".join(old), "\n".join(new)
    short = compare_lines(before, after, context=context)
    whole = compare_lines(before, after, context=None)

    if all(line.kind == "same" for line in whole):
        assert short == ()
        return
    assert sum(line.skipped or 1 for line in short) == len(whole)
    assert [line for line in short if line.kind not in ("gap", "same")] == [
        line for line in whole if line.kind != "same"
    ]


def test_what_differs_inside_a_line_is_marked() -> None:
    (line,) = compare_lines('<A Name="Nom" Or="x" />', '<A Name="Name" Or="x" />')
    assert line.kind == "changed"
    assert line.old == (DiffPart('<A Name="', False), DiffPart("Nom", True), DiffPart('" Or="x" />', False))
    assert [part.text for part in line.new if part.changed] == ["Name"]


def test_lines_that_have_little_in_common_went_and_came() -> None:
    kinds = [line.kind for line in compare_lines("<Type Name='a' />", "completely other words here")]
    assert kinds == ["removed", "added"]


def test_equal_texts_give_nothing() -> None:
    assert compare_lines(FILM_SAMPLE, FILM_SAMPLE) == ()
    assert len(compare_lines(VENDOR_SAMPLE, VENDOR_SAMPLE, context=None)) == 9


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_ends_of_lines_are_no_difference(ends: str) -> None:
    assert compare_lines(VENDOR_SAMPLE, VENDOR_SAMPLE.replace("\n", ends)) == ()


def test_an_empty_text_has_no_lines() -> None:
    assert compare_lines("", "") == ()
    assert [line.kind for line in compare_lines("", "a\nb")] == ["added", "added"]


def test_a_gap_stands_where_lines_are_left_out() -> None:
    old = "\n".join(str(number) for number in range(20))
    found = compare_lines(old, old.replace("10", "ten"), context=1)
    assert found[0] == DiffLine("gap", None, None, skipped=9)
    assert [line.kind for line in found[1:]] == ["same", "removed", "added", "same", "gap"]


def test_of_very_long_texts_the_beginning_is_shown_and_a_gap_for_the_rest() -> None:
    """Whatever the texts: no more lines are matched, paired or shown than a page can take."""
    old = "\n".join(f"<!-- {(n * 3) % 7} -->" for n in range(25_000))
    new = "\n".join(f"<!-- {(n * 5) % 7} -->" for n in range(25_000))
    found = compare_lines(old, new)
    assert len(found) == 3001
    assert found[-1].kind == "gap"
    assert found[-1].skipped > 40_000
