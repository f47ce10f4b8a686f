"""The README as its tests read it: fenced blocks, and regions between `<!-- name -->` and `<!-- /name -->`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.house.sources import ROOT

README: Final[Path] = ROOT / "README.md"
FENCE: Final = re.compile(r"^```(\w*)$")
FILE: Final = re.compile(r"^<!-- file: (\S+) -->$")
REGION: Final = re.compile(r"^<!-- (/?)([a-z]+) -->$")
ANSWERS: Final = ("text", "json", "http")


@dataclass(frozen=True)
class Block:
    """A fenced block. `line` is that of its first line, from 0; `file` is the name it is to be saved under."""

    language: str
    text: str
    line: int
    region: str
    file: str


@dataclass(frozen=True)
class Call:
    """Commands, and the block right after them that shows what they print."""

    commands: str
    line: int
    answer: Block | None


def text() -> str:
    return README.read_text(encoding="utf-8")


def blocks(region: str | None = None) -> list[Block]:
    """All fenced blocks, or those of one region, in order."""
    found: list[Block] = []
    opened: tuple[str, int] | None = None
    here, file = "", ""
    lines = text().splitlines()
    for number, line in enumerate(lines):
        fence = FENCE.match(line)
        if opened is not None:
            if line == "```":
                found.append(Block(opened[0], "\n".join(lines[opened[1] : number]) + "\n", opened[1], here, file))
                opened, file = None, ""
        elif fence:
            opened = (fence.group(1), number + 1)
        elif named := FILE.match(line):
            file = named.group(1)
        elif marker := REGION.match(line):
            here = "" if marker.group(1) else marker.group(2)
    assert opened is None, "a fenced block is not closed"
    return [block for block in found if region is None or block.region == region]


def calls(region: str) -> list[Call]:
    """The commands of a region, each with the answer that follows."""
    listed = blocks(region)
    found = []
    for place, block in enumerate(listed):
        if block.language == "sh":
            after = listed[place + 1] if place + 1 < len(listed) else None
            answer = after if after is not None and after.language in ANSWERS and not after.file else None
            found.append(Call(block.text, block.line, answer))
    return found


def files(*regions: str) -> dict[str, str]:
    """The blocks of these regions that are to be saved, by name."""
    return {block.file: block.text for region in regions for block in blocks(region) if block.file}


def inside(region: str) -> str:
    """What stands between the marks of a region, outer blank lines removed."""
    whole = text()
    begin, end = f"<!-- {region} -->\n", f"<!-- /{region} -->"
    assert whole.count(begin) == whole.count(end) == 1, region
    return whole.partition(begin)[2].partition(end)[0].strip("\n")


def table_rows(region: str) -> list[list[str]]:
    """The cells of the table in a region, its head left out."""
    lines = [line for line in inside(region).splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip("|"))] for line in lines[2:]]


def rewrite(answers: Mapping[int, str]) -> None:
    """Puts these texts into the blocks that begin on these lines."""
    lines = text().splitlines()
    for block in sorted(blocks(), key=lambda block: block.line, reverse=True):
        if block.line in answers:
            lines[block.line : block.line + len(block.text.splitlines())] = answers[block.line].splitlines()
    README.write_text("\n".join(lines) + "\n", encoding="utf-8")


def rewrite_region(region: str, content: str) -> None:
    """Puts this content between the marks of a region."""
    begin, end = f"<!-- {region} -->\n", f"<!-- /{region} -->"
    before, _, rest = text().partition(begin)
    README.write_text(f"{before}{begin}\n{content.strip()}\n\n{end}{rest.partition(end)[2]}", encoding="utf-8")
