"""The table of the commands, made from the commands themselves."""

from __future__ import annotations

import argparse
from typing import Final

from django.core.management import BaseCommand, get_commands, load_command_class

OUR_APPS: Final = ("integration_admin.accounts", "templates_app", "sync_app")
HEAD: Final = "| command | |\n|---|---|\n"


def our_commands() -> list[str]:
    """The names of this project's own commands."""
    return sorted(name for name, app in get_commands().items() if app in OUR_APPS)


def loaded(name: str) -> BaseCommand:
    return load_command_class(get_commands()[name], name)


def commands_table() -> str:
    return HEAD + "".join(f"| {usage(name)} | {meaning(name)} |\n" for name in our_commands())


def usage(name: str) -> str:
    """`import_file BRAND FILE [--simulate] [--report FILE]`, without what all commands take."""
    words = [name, *(_word(action) for action in own_actions(name))]
    return f"`{' '.join(words)}`".replace("|", "\\|")


def meaning(name: str) -> str:
    """What its help says before the exit codes, which are the same for all."""
    return str(loaded(name).help).partition(" Exit code")[0].replace("|", "\\|")


def own_actions(name: str) -> list[argparse.Action]:
    """The arguments that are not Django's, and not `--json`."""
    common = {action.dest for action in BaseCommand().create_parser("manage.py", name)._actions} | {"as_json"}
    return [action for action in loaded(name).create_parser("manage.py", name)._actions if action.dest not in common]


def _word(action: argparse.Action) -> str:
    value = action.metavar if isinstance(action.metavar, str) else action.dest.upper()
    if not action.option_strings:
        return f"[{value.upper()}]" if action.nargs == "?" else value if action.metavar else value.upper()
    flag = max(action.option_strings, key=len) if action.dest != "output" else action.option_strings[0]
    shown = flag if action.nargs == 0 else f"{flag} {value}"
    return shown if action.required else f"[{shown}]"
