"""What the options about a file may be, and to which files they apply."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from integration_admin.commands import ScriptCommand
from sync_app.runs.options import FileOptions
from templates_app.sources.csv_delimiter import cuts
from templates_app.sources.open import kind_of

# How shells and people write a delimiter that cannot be typed.
TABS: Final = frozenset({"\\t", "tab"})
APPLY: Final[Mapping[str, tuple[str, ...]]] = {
    "csv": ("encoding", "delimiter", "header_row"),
    "xlsx": ("sheet", "header_row"),
    "json": (),
}


def file_choices(command: ScriptCommand, given: Mapping[str, Any], *, body: bytes, name: str) -> FileOptions:
    """How to read this file; exit code 2 for a value that no file has, and for what is nothing to this kind of file."""
    delimiter = "\t" if given["delimiter"] in TABS else given["delimiter"]
    if delimiter and not cuts(delimiter):
        command.fail(
            "delimiter", f"“{delimiter}” cannot be a delimiter.", "Use a sign such as ; or | or the word tab, or none."
        )
    if given["header_row"] is not None and given["header_row"] < 0:
        command.fail("header_row", "Rows count from 1.", "Use 0 for a file without a header.")
    chosen = {"encoding": given["encoding"], "sheet": given["sheet"], "header_row": given["header_row"]}
    chosen["delimiter"] = delimiter
    _require_applies(
        command, [word for word, value in chosen.items() if value not in ("", None)], kind_of(body, name=name)
    )
    return FileOptions(**chosen)


def _require_applies(command: ScriptCommand, words: list[str], kind: str) -> None:
    for word in words:
        if word not in APPLY[kind]:
            option = f"--{word.replace('_', '-')}"
            command.fail("option_not_for_kind", f"{option} is nothing to a file that is read as {kind.upper()}.")
