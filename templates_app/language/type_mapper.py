"""One compiled `<Type>` at work: the drafts that a row gives for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from templates_app.catalog.kinds.base import Setting
from templates_app.catalog.problems import Problem, Refused
from templates_app.language.column_feeds import ColumnFeeds
from templates_app.language.drafts import Draft, MappedRow, TypePlan
from templates_app.language.each import Each, Index, item_label
from templates_app.language.feeds import Clean, Feed
from templates_app.language.keys import DraftKey
from templates_app.language.links import Places, RecordLink
from templates_app.language.names import Names, Scope
from templates_app.language.plain_feeds import PlainFeeds
from templates_app.language.row_conditions import RowCondition, failing
from templates_app.language.steps.base import StepSetting
from templates_app.language.values import MISSING
from templates_app.sources.rows import Row

#: What the shortest way has found of a row: its values (None: ask for them one by one), and its key if that is found.
Filled = tuple[dict[str, Any] | None, tuple[str, str] | None]
NOTHING_FILLED: Final[Filled] = (None, None)

#: What the short way needs of a feed, unpacked: field, source name, cleaning, memory, texts that mean nothing.
Direct = tuple[str, str, Clean, dict[str, Any] | None, frozenset[str], Feed]


@dataclass(slots=True)
class TypeMapper:
    """Everything of one Type.

    `plain` and `direct` feeds, together `short_feeds`, take the short ways where names are keys; `feeds` the long one.
    `columns` are the short feeds of many rows. `key_early`: the key depends on them alone. `bare`: a row that they fill
    gives just the draft of these values.
    """

    plan: TypePlan
    each: Each | None
    conditions: tuple[RowCondition, ...]
    plain: PlainFeeds
    direct: tuple[Direct, ...]
    columns: ColumnFeeds
    short_feeds: list[Feed]
    feeds: tuple[Feed, ...]
    links: tuple[RecordLink, ...]
    required: tuple[Feed, ...]
    key: DraftKey | None
    setting: Setting
    blind: StepSetting
    linked: bool
    key_early: bool = field(init=False)
    bare: bool = field(init=False)

    def __post_init__(self) -> None:
        later = {feed.field for feed in self.feeds} | {link.field for link in self.links}
        self.key_early = self.key is not None and all(part.field not in later for part in self.key.parts)
        more = self.feeds or self.links or self.conditions or self.required or self.linked
        self.bare = not more and (self.key is None or self.key_early)

    def fill(self, rows: Sequence[Row]) -> list[Filled]:
        """What the short feeds give for each row."""
        if self.each is not None:
            return [NOTHING_FILLED] * len(rows)
        filled = self.columns.fill(rows)
        keys = self.key.of_all(filled) if self.key is not None and self.key_early else [None] * len(rows)
        return list(zip(filled, keys, strict=True))

    def add_drafts(
        self, mapped: MappedRow, scope: Scope, names: Names, places: Places, filled: Filled = NOTHING_FILLED
    ) -> None:
        """Adds the drafts and problems of this Type to the row."""
        if self.each is None:
            self._add(mapped, scope, names, places, (), filled=filled)
            return
        try:
            for index, item in self.each.items(scope, names):
                if not self.each.groups or self._has_value(item, names):
                    self._add(mapped, item, names, places, index)
        except Refused as refused:
            mapped.problems.append(refused.problem.at(type=self.plan.alias))

    def _add(
        self,
        mapped: MappedRow,
        scope: Scope,
        names: Names,
        places: Places,
        index: Index,
        *,
        filled: Filled = NOTHING_FILLED,
    ) -> None:
        if self.conditions and self._left_out(mapped, scope, names):
            return
        problems: list[Problem] = []
        given, early = filled
        values: dict[str, Any] = {} if given is None else given
        if given is None:
            self._fill(values, scope, names, problems)
        for feed in self.feeds:
            self._feed(feed, values, scope, names, problems)
        if self.links:
            self._link(values, index, places, problems)
        for feed in self.required:
            if values.get(feed.field) is None and not _blamed(problems, self.plan.alias, feed.field):
                problems.append(feed.lacking(scope, names, self.plan.alias))
        key, shown_key = early or (self.key.of(values, problems) if self.key is not None else (None, ""))
        if self.linked:
            places.setdefault(self.plan.alias, []).append((index, len(mapped.drafts)))
        draft = Draft(self.plan, values, key, shown_key, item_label(index) if index else "")
        mapped.drafts.append(draft)
        if problems:
            draft.problems = tuple(problems)
            mapped.problems += problems

    def _fill(self, values: dict[str, Any], scope: Scope, names: Names, problems: list[Problem]) -> None:
        """The short feeds. Their ways cover values that stand under their very name, which nearly all do."""
        data = scope.data
        if scope.star or type(data) is not dict:
            left = self.short_feeds
        else:
            left = self.plain.fill(values, data, self.setting)
            self._fill_direct(values, data, left)
        for feed in left:
            self._feed(feed, values, scope, names, problems)

    def _fill_direct(self, values: dict[str, Any], data: dict[str, Any], left: list[Feed]) -> None:
        """Texts and whole numbers that go to their kind as they stand; adds the other feeds to `left`."""
        setting = self.setting
        for fed, name, clean, memory, empties, feed in self.direct:
            given: Any = data.get(name)
            if type(given) is str and not (empties and given.strip() in empties):
                if memory is not None and (known := memory.get(given, MISSING)) is not MISSING:
                    values[fed] = known
                    continue
            elif type(given) is not int or empties:
                left.append(feed)
                continue
            try:
                value = clean(given, setting)
            except Refused:
                left.append(feed)
                continue
            values[fed] = value
            if memory is not None and type(given) is str:
                feed.remember(given, value)

    def _feed(self, feed: Feed, values: dict[str, Any], scope: Scope, names: Names, problems: list[Problem]) -> None:
        """The long way of one feed: every name, every step, every problem."""
        try:
            setting = self._seeing(feed, values, scope, names) if feed.input.reads_row else self.blind
            value = feed.value(scope, names, setting)
        except Refused as refused:
            problems.append(feed.problem(refused, scope, names, self.plan.alias))
            return
        if value is not MISSING:
            _put(values, feed.field, value, many=feed.many)

    def _seeing(self, feed: Feed, values: dict[str, Any], scope: Scope, names: Names) -> StepSetting:
        """What a step may look at beside its value: other names of this item, fields of this record."""

        def source(name: str, others: tuple[str, ...]) -> Any:
            value = names.first((name, *others), feed.input.empties, scope)
            return None if value is MISSING else value

        return StepSetting(zone=self.setting.zone, source=source, field=values.get)

    def _link(self, values: dict[str, Any], index: Index, places: Places, problems: list[Problem]) -> None:
        for link in self.links:
            value = link.value(index, places)
            if isinstance(value, Problem):
                problems.append(value.at(type=self.plan.alias))
            else:
                _put(values, link.field, value, many=link.many)

    def _left_out(self, mapped: MappedRow, scope: Scope, names: Names) -> bool:
        try:
            left_out = failing(self.conditions, scope, names) is not None
        except Refused as refused:
            mapped.problems.append(refused.problem.at(type=self.plan.alias))
            return True
        if left_out:
            mapped.absent = (*mapped.absent, self.plan.alias)
        return left_out

    def _has_value(self, scope: Scope, names: Names) -> bool:
        """Whether a group of columns holds anything: one that does not gives no record."""
        return any(feed.input.has_value(scope, names) for feed in (*self.short_feeds, *self.feeds))


def _put(values: dict[str, Any], field: str, value: Any, *, many: bool) -> None:
    """Sets a field; what several feeds give one list field adds up."""
    if many and (standing := values.get(field)) is not None:
        values[field] = standing if value is None else standing + value
    else:
        values[field] = value


def _blamed(problems: list[Problem], alias: str, field: str) -> bool:
    return any(problem.field == field and problem.type == alias for problem in problems)
