"""An answer held against the one that the README shows: what it leaves out is marked by `…`, and what differs from
call to call (times, tokens, speeds) need only have the same form.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

LEFT_OUT: Final = "…"
WIDTH: Final = 118
#: Members that are never twice the same.
VOLATILE: Final = frozenset(
    {"queryCount", "queryDurationTotal", "executionDuration", "rowsPerSecond", "next", "expires_in"}
)
MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
FORMS: Final = (
    (re.compile(r"\d\d:\d\d:\d\d\.\d{7}"), "00:00:00.0000000"),
    (re.compile(r"\b\d+ queries"), "0 queries"),
    (re.compile(r"--since \d{14}"), "--since 00000000000000"),
    (re.compile(r"\b\d+(\.\d+)? s\b"), "0 s"),
)


def pruned(shown: Any, answer: Any, name: str = "") -> Any:
    """The answer as the README shows it: equal to `shown` when all that it shows is so."""
    if isinstance(shown, dict) and isinstance(answer, dict):
        return _pruned_object(shown, answer)
    if isinstance(shown, list) and isinstance(answer, list):
        return _pruned_list(shown, answer, name)
    same_form = type(shown) is type(answer) and (
        name in VOLATILE or (isinstance(shown, str) and (_is_moment(shown, answer) or _fits(shown, answer)))
    )
    return shown if same_form else answer


def _pruned_object(shown: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    names = [name for name in shown if name in answer] if LEFT_OUT in shown else list(answer)
    kept = {name: pruned(shown.get(name), answer[name], name) for name in names}
    more = LEFT_OUT in shown and len(answer) > len(kept)
    return kept | ({LEFT_OUT: LEFT_OUT} if more else {})


def _pruned_list(shown: list[Any], answer: list[Any], name: str) -> list[Any]:
    cut = shown[-1:] == [LEFT_OUT]
    kept = answer[: len(shown) - 1] if cut else answer
    told = [pruned(shown[place] if place < len(shown) else None, item, name) for place, item in enumerate(kept)]
    return told + ([LEFT_OUT] if cut and len(answer) > len(kept) else [])


def _is_moment(shown: str, answer: str) -> bool:
    return bool(MOMENT.fullmatch(shown) and MOMENT.fullmatch(answer))


def _fits(shown: str, answer: str) -> bool:
    """`iat_…` fits every text that begins so."""
    return LEFT_OUT in shown and re.fullmatch(".*".join(map(re.escape, shown.split(LEFT_OUT))), answer) is not None


def pruned_lines(shown: str, answer: str) -> str:
    """The same for text: a line `…` stands for any number of lines."""
    lines = [line.rstrip() for line in answer.strip("\n").splitlines()]
    parts = [part.splitlines() for part in re.split(r"(?m)^…\n", shown)]
    kept: list[str] = []
    place = 0
    for number, part in enumerate(parts):
        if number:
            kept.append(LEFT_OUT)
            place = _found(part, lines, place) if number < len(parts) - 1 else len(lines) - len(part)
        here = lines[place : place + len(part)] if len(parts) > 1 else lines
        kept += [_line(part[at] if at < len(part) else "", line) for at, line in enumerate(here)]
        place += len(part)
    return "\n".join(kept) + "\n"


def _found(part: list[str], lines: list[str], start: int) -> int:
    """Where the first line of `part` stands from `start` on."""
    return next((at for at in range(start, len(lines)) if part and _line(part[0], lines[at]) == part[0]), start)


def _line(shown: str, line: str) -> str:
    return shown if _form(shown) == _form(line) or _fits(shown, line) else line


def _form(line: str) -> str:
    for pattern, form in FORMS:
        line = pattern.sub(form, line)
    return line


def laid_out(value: Any, indent: int = 0) -> str:
    """JSON for people: what fits on a line stands on one."""
    short = json.dumps(value, ensure_ascii=False)
    if len(short) + indent <= WIDTH or not isinstance(value, dict | list) or not value:
        return short.replace(f'"{LEFT_OUT}": "{LEFT_OUT}"', LEFT_OUT).replace(f'"{LEFT_OUT}"]', f"{LEFT_OUT}]")
    inner = indent + 2
    if isinstance(value, dict):
        items = [
            LEFT_OUT if name == LEFT_OUT else f"{json.dumps(name, ensure_ascii=False)}: {laid_out(item, inner)}"
            for name, item in value.items()
        ]
        opening, closing = "{}"
    else:
        items = [LEFT_OUT if item == LEFT_OUT else laid_out(item, inner) for item in value]
        opening, closing = "[]"
    gap = "\n" + " " * inner
    return f"{opening}{gap}{f',{gap}'.join(items)}\n{' ' * indent}{closing}"


def read_shown(text: str) -> Any:
    """JSON of the README: `…` alone stands for members or items that are left out."""
    marked = re.sub(rf"{LEFT_OUT}(?=\s*\])", f'"{LEFT_OUT}"', text)
    return json.loads(re.sub(rf"{LEFT_OUT}(?=\s*\}})", f'"{LEFT_OUT}": "{LEFT_OUT}"', marked))
