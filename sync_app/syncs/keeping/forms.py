"""Forms as connectors declare them: described for whoever shows them, and what was entered read strictly."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from django.utils.translation import gettext

from integration_admin.accounts.names import is_plain_text
from sync_app.syncs.connectors.base import Setting, Sort
from templates_app.catalog.problems import Problem

LONGEST: Final = 4000
MOST_PAIRS: Final = 50


@dataclass(frozen=True, slots=True)
class FormField:
    """One setting for a person: texts are translated. `value` is what is kept; of a secret only `kept`, whether it is.

    `when`: (name of another setting, its values with which this one counts).
    """

    name: str
    label: str
    sort: Sort
    help: str
    required: bool
    value: Any
    kept: bool
    choices: tuple[tuple[str, str], ...]
    least: int
    most: int
    when: tuple[str, frozenset[str]] | None


@dataclass(slots=True)
class Entered:
    """What was read of a form. `problems`: name of the setting -> what is wrong."""

    values: dict[str, Any] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    problems: dict[str, Problem] = field(default_factory=dict)


def describe(
    form: Sequence[Setting], *, values: Mapping[str, Any], secrets: Collection[str] = frozenset()
) -> list[FormField]:
    """The form with what is kept. No secret is in it."""
    return [
        FormField(
            name=setting.name,
            label=gettext(setting.label),
            sort=setting.sort,
            help=gettext(setting.help) if setting.help else "",
            required=setting.required,
            value=None if setting.sort == Sort.SECRET else values.get(setting.name, setting.default),
            kept=setting.name in secrets,
            choices=tuple((value, gettext(label)) for value, label in setting.choices.items()),
            least=setting.least,
            most=setting.most,
            when=setting.when,
        )
        for setting in form
    ]


def read_form(
    form: Sequence[Setting],
    given: Mapping[str, Any],
    *,
    kept: Mapping[str, Any] | None = None,
    kept_secrets: Mapping[str, str] | None = None,
    forget: Collection[str] = frozenset(),
) -> Entered:
    """What was entered, or everything that is wrong with it. Settings that are not shown are dropped.

    A secret left empty stays as it is kept, unless it is to be forgotten, or an address leads to another origin now:
    whoever may change an address shall not have the credentials of others sent there.
    """
    entered = Entered()
    names = {setting.name for setting in form}
    entered.problems = {
        name: Problem("setting_unknown", {"name": name[:60]}) for name in map(str, given) if name not in names
    }
    asked = {setting.name: given.get(setting.name, setting.default) for setting in form}
    shown = [setting for setting in form if _is_shown(setting, asked)]
    for setting in shown:
        if setting.sort != Sort.SECRET:
            _read(setting, asked[setting.name], entered)
    moved = _has_moved(shown, entered.values, kept or {})
    for setting in shown:
        if setting.sort == Sort.SECRET:
            own = (kept_secrets or {}).get(setting.name, "") if setting.name not in forget else ""
            _read_secret(setting, asked[setting.name], own, entered, moved=moved)
    return entered


def _is_shown(setting: Setting, asked: Mapping[str, Any]) -> bool:
    return setting.when is None or str(asked.get(setting.when[0], "")) in setting.when[1]


def _read(setting: Setting, value: Any, entered: Entered) -> None:
    problem: Problem | None
    if value is None or value in ("", {}):
        problem = Problem("setting_required") if setting.required else None
        if problem is None:
            entered.values[setting.name] = _EMPTY.get(setting.sort, "")
    else:
        read, problem = _READERS[setting.sort](setting, value)
        if problem is None:
            entered.values[setting.name] = read
    if problem is not None:
        entered.problems[setting.name] = problem


def _read_secret(setting: Setting, value: Any, own: str, entered: Entered, *, moved: bool) -> None:
    if value in (None, ""):
        if own and not moved:
            entered.secrets[setting.name] = own
        elif own:
            entered.problems[setting.name] = Problem("secret_again")
        elif setting.required:
            entered.problems[setting.name] = Problem("setting_required")
        return
    read, problem = _text(setting, value)
    if problem is not None:
        entered.problems[setting.name] = problem
    else:
        entered.secrets[setting.name] = read


def _has_moved(shown: Sequence[Setting], values: Mapping[str, Any], kept: Mapping[str, Any]) -> bool:
    """Whether any address leads to an origin that its secrets were not given for: another one, or a new one."""
    names = [setting.name for setting in shown if setting.sort == Sort.ADDRESS]
    known = {origin_of_address(str(kept[name])) for name in names if kept.get(name)}
    for name in names:
        now = origin_of_address(str(values.get(name, "")))
        if now != origin_of_address(str(kept[name])) if kept.get(name) else values.get(name) and now not in known:
            return True
    return False


def origin_of_address(address: str) -> tuple[str, str, int | None]:
    try:
        parts = urlsplit(address)
        return parts.scheme.lower(), (parts.hostname or "").lower(), parts.port
    except ValueError:
        return "", address, None


_Reader = Callable[[Setting, Any], tuple[Any, Problem | None]]


def _text(setting: Setting, value: Any) -> tuple[Any, Problem | None]:
    longest = min(LONGEST, setting.most)
    if isinstance(value, str) and len(value) <= longest and is_plain_text(value.replace("\n", "").replace("\t", "")):
        return value if setting.sort == Sort.SECRET else value.strip(), None
    return None, Problem("setting_not_text", {"most": longest})


def _address(setting: Setting, value: Any) -> tuple[Any, Problem | None]:
    read, problem = _text(setting, value)
    if problem is not None:
        return None, problem
    try:
        parts = urlsplit(read)
        named = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        named = False
    fits = named and "@" not in parts.netloc and not parts.fragment and not any(sign.isspace() for sign in read)
    return (read, None) if fits else (None, Problem("setting_not_address"))


def _choice(setting: Setting, value: Any) -> tuple[Any, Problem | None]:
    if isinstance(value, str) and value in setting.choices:
        return value, None
    return None, Problem("setting_not_choice", {"choices": ", ".join(setting.choices)})


def _whole(setting: Setting, value: Any) -> tuple[Any, Problem | None]:
    """A number, or its digits as a page sends them."""
    digits = isinstance(value, str) and len(value) <= 12 and value.isascii() and value.isdigit()
    number = int(value) if digits else value
    if type(number) is int and setting.least <= number <= setting.most:
        return number, None
    return None, Problem("setting_not_whole", {"least": setting.least, "most": setting.most})


def _switch(setting: Setting, value: Any) -> tuple[Any, Problem | None]:
    return (value, None) if isinstance(value, bool) else (None, Problem("setting_not_switch"))


def _pairs(setting: Setting, value: Any) -> tuple[Any, Problem | None]:
    if isinstance(value, Mapping) and len(value) <= MOST_PAIRS and all(map(_is_pair, value.items())):
        return {name.strip(): own.strip() for name, own in value.items()}, None
    return None, Problem("setting_not_pairs")


def _is_pair(pair: tuple[Any, Any]) -> bool:
    texts = all(isinstance(text, str) and len(text) <= LONGEST and is_plain_text(text) for text in pair)
    return texts and bool(str(pair[0]).strip())


_READERS: Final[Mapping[Sort, _Reader]] = {
    Sort.TEXT: _text,
    Sort.SECRET: _text,
    Sort.ADDRESS: _address,
    Sort.CHOICE: _choice,
    Sort.WHOLE: _whole,
    Sort.SWITCH: _switch,
    Sort.PAIRS: _pairs,
}
_EMPTY: Final[Mapping[Sort, Any]] = {Sort.WHOLE: None, Sort.SWITCH: False, Sort.PAIRS: {}}
