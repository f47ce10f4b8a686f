"""A template held against the columns of a tabular source: names without a column, columns without a use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from templates_app.language.names import Names
from templates_app.language.paths import parse_path


@dataclass(frozen=True, slots=True)
class NameUse:
    """Names tried in order at one place, and the column groups (patterns with a star) they are tried in, if any."""

    names: tuple[str, ...]
    groups: tuple[str, ...] = ()

    def columns_wanted(self) -> Iterator[str]:
        """Every column that this place could take its value from; of a path, the column it begins in as well."""
        for name in self.names:
            path = parse_path(name)
            if self.groups and not name.startswith("../"):
                yield from (group.replace("*", name) for group in self.groups)
                continue
            yield name
            if path is not None and path.parts:
                yield path.rest
                yield path.parts[0].member


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """What a template reads. `named`: places that must have a column; `others`: conditions and arguments of steps."""

    named: tuple[NameUse, ...]
    others: tuple[NameUse, ...] = ()


def missing_names(uses: ColumnUse, columns: tuple[str, ...]) -> tuple[str, ...]:
    """The first name of every place for which no column fits, each once, in the template's order."""
    names, flat = Names(), dict.fromkeys(columns)
    lacking = (
        use.names[0]
        for use in (*uses.named, *uses.others)
        if not any(names.key_for(wanted, flat) for wanted in use.columns_wanted())
    )
    return tuple(dict.fromkeys(lacking))


def unused_columns(uses: ColumnUse, columns: tuple[str, ...]) -> tuple[str, ...]:
    """The columns that nothing in the template reads, in the source's order."""
    names, flat = Names(), dict.fromkeys(columns)
    used = {names.key_for(wanted, flat) for use in (*uses.named, *uses.others) for wanted in use.columns_wanted()}
    return tuple(column for column in columns if column not in used)
