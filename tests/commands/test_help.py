"""Names, options and help of the commands are what scripts rely on."""

from __future__ import annotations

import pytest
from django.core.management import BaseCommand, get_commands, load_command_class

OPTIONS = {
    "import_file": "--simulate --stop-on-error --atomic --report --encoding --delimiter --sheet --header-row --json",
    "export_file": "--since --cursor -o --json",
    "apply_run": "--refuse-stale --json",
    "undo_run": "--simulate --refuse-conflicts --json",
    "retry_run": "--now --json",
    "show_run": "--errors --report --json",
    "failed_rows": "-o --json",
    "verify": "--json",
    "records_digest": "--json",
    "quickstart": "--no-serve --port --host --json",
    "serve": "--port --host",
    "run_worker": "--alone",
}


def loaded(name: str) -> BaseCommand:
    return load_command_class(get_commands()[name], name)


@pytest.mark.parametrize("name", sorted(OPTIONS))
def test_its_help_names_what_it_takes(name: str) -> None:
    text = loaded(name).create_parser("manage.py", name).format_help()
    assert not [option for option in OPTIONS[name].split() if f"{option} " not in text and f"{option}," not in text]


@pytest.mark.parametrize("name", sorted(set(OPTIONS) - {"quickstart", "serve", "run_worker"}))
def test_its_help_names_its_exit_codes(name: str) -> None:
    assert "Exit code 0" in loaded(name).help
    assert "2:" in loaded(name).help


@pytest.mark.parametrize("name", ["quickstart", "import_file"])
def test_it_belongs_to_the_top_floor(name: str) -> None:
    assert get_commands()[name] == "sync_app"
