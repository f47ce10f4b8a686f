"""What people meet by name says what it is for: commands and their options, elements, attributes and steps."""

from __future__ import annotations

import argparse

import pytest
from django.core.management import BaseCommand, get_commands, load_command_class

from templates_app.language.elements.rule import ElementRule
from templates_app.language.grammar import rules_of
from templates_app.language.manual import manual
from templates_app.language.steps import STEPS

APPS = {"integration_admin.accounts", "templates_app", "sync_app"}
OURS = sorted(name for name, app in get_commands().items() if app in APPS)
OF_DJANGO = {"help", "version", "verbosity", "settings", "pythonpath", "traceback", "no_color", "force_color"}
RULES: list[ElementRule] = [*rules_of("in"), *rules_of("out")]


def command(name: str) -> BaseCommand:
    return load_command_class(get_commands()[name], name)


def options(name: str) -> list[argparse.Action]:
    """What a command takes beside what every command of Django takes."""
    parser = command(name).create_parser("manage.py", name)
    return [action for action in parser._actions if action.dest not in OF_DJANGO]


@pytest.mark.parametrize("name", OURS)
def test_a_command_says_what_it_is_for_and_what_it_takes(name: str) -> None:
    assert command(name).help.endswith(".")
    assert [action.dest for action in options(name) if not action.help] == []


@pytest.mark.parametrize(
    "rule", RULES, ids=lambda rule: f"{rule.direction}-{rule.tag}-in-{'-'.join(rule.parents)}"[:60]
)
def test_an_element_and_each_of_its_attributes_has_its_sentence(rule: ElementRule) -> None:
    assert rule.sentence.endswith(".")
    assert [attribute.name for attribute in rule.attributes if not attribute.sentence.endswith(".")] == []


@pytest.mark.parametrize("tag", STEPS)
def test_every_step_stands_in_the_manual(tag: str) -> None:
    assert f"| `{tag}` |" in manual()


def test_the_manual_leaves_out_no_element_and_no_attribute() -> None:
    cells = {cell.strip().strip("`").split("/")[-1] for line in manual().splitlines() for cell in line.split(" | ")}
    names = {rule.tag for rule in RULES} | {attribute.name for rule in RULES for attribute in rule.attributes}
    assert sorted(names - {cell.removeprefix("| `").strip("` ") for cell in cells}) == []
