"""The tour and the API chapter of the README, run at a real shell against a site that is really served.

`REWRITE_README=1` writes the answers anew, to be read.
"""

from __future__ import annotations

import json
import os

import pytest

from tests.house.readme import Block, calls, files, rewrite
from tests.house.readme_session import newcomer
from tests.house.shown_answers import laid_out, pruned, pruned_lines, read_shown

REWRITE = bool(os.environ.get("REWRITE_README"))
QUICKSTART = ".venv/bin/python manage.py quickstart"


def shown_and_printed(answer: Block, printed: str) -> tuple[str, str]:
    """What the README shows, and what came, as the README would show it."""
    if answer.language == "json":
        return _json(answer.text, printed)
    if answer.language == "http":
        return _http(answer.text, printed)
    return answer.text, pruned_lines(answer.text, printed)


def _json(text: str, printed: str) -> tuple[str, str]:
    shown = read_shown(text)
    return laid_out(shown) + "\n", laid_out(pruned(shown, json.loads(printed))) + "\n"


def _http(text: str, printed: str) -> tuple[str, str]:
    """Status, the headers that are shown, and the body."""
    head, _, body = text.partition("\n\n")
    status, *lines = printed.replace("\r\n", "\n").partition("\n\n")[0].splitlines()
    headers = dict(line.split(": ", 1) for line in lines)
    names = [line.partition(": ")[0] for line in head.splitlines()[1:]]
    came = [status, *(f"{name}: {headers.get(name, 'absent')}" for name in names)]
    shown, really = _json(body, printed.replace("\r\n", "\n").partition("\n\n")[2])
    return f"{head}\n\n{shown}", "\n".join(came) + f"\n\n{really}"


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, Block, str]]:
    """Commands, the answer the README shows, and what they really print."""
    chapters = [call for region in ("tour", "api") for call in calls(region)]
    typed = ["true" if call.commands.strip() == QUICKSTART else call.commands.strip() for call in chapters]
    with newcomer(tmp_path_factory.mktemp("newcomer"), files=files("tour", "api")) as shell:
        printed = shell.run(typed)
        first = shell.printed
    assert len(printed) == len(chapters)
    texts = [first if command == "true" else text for command, text in zip(typed, printed, strict=True)]
    return [(call.commands, call.answer, text) for call, text in zip(chapters, texts, strict=True) if call.answer]


def test_every_answer_is_the_one_that_is_shown(answered: list[tuple[str, Block, str]]) -> None:
    compared = {answer.line: (command, *shown_and_printed(answer, text)) for command, answer, text in answered}
    if REWRITE:
        rewrite({line: really for line, (_command, _shown, really) in compared.items()})
        return
    for command, shown, really in compared.values():
        assert shown == really, command


def test_the_chapters_show_what_they_should(answered: list[tuple[str, Block, str]]) -> None:
    asked = " ".join(command for command, _answer, _text in answered)
    for word in (
        "token",
        "templates",
        "apply",
        "operations",
        "Idempotency-Key",
        "respond-async",
        "undo",
        "cursor",
        "since",
    ):
        assert word in asked
