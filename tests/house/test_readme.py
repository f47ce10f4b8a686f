"""What the README says is so. `REWRITE_README=1` writes its generated parts anew, to be read."""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import get_commands
from django.urls import get_resolver

from sync_app.api.dialects.planningpme.urls import urlpatterns
from templates_app.language.manual import manual
from tests.house.readme import blocks, calls, inside, rewrite_region, table_rows, text
from tests.house.readme_commands import commands_table, loaded, our_commands
from tests.house.sources import FLOORS, ROOT, called, modules, tree_of

REWRITE = bool(os.environ.get("REWRITE_README"))
MANAGE = re.compile(r"^\.venv/bin/python manage\.py (\w+)(.*)$", re.MULTILINE)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
READERS = {
    "text",
    "flag",
    "number",
    "choice",
    "names",
    "folder",
    "networks",
    "web_address",
    "sender",
    "mail",
    "database",
    "hosts_with_ports",
    "folders",
}


def sentence_tables() -> str:
    """A list of the files that hold a table of sentences."""
    found = []
    for path in modules(*FLOORS):
        names = {getattr(node.target, "id", "") for node in tree_of(path).body if isinstance(node, ast.AnnAssign)}
        if "SENTENCES" in names:
            found.append(str(path.relative_to(ROOT)))
    return " ·\n".join(f"[{name}]({name})" for name in found)


GENERATED: dict[str, Callable[[], str]] = {
    "manual": manual,
    "commands": commands_table,
    "sentences": sentence_tables,
}


@pytest.mark.parametrize("region", sorted(GENERATED))
def test_what_is_generated_is_what_the_code_says(region: str) -> None:
    content = GENERATED[region]().strip("\n")
    if REWRITE:
        rewrite_region(region, content)
    assert inside(region) == content


# --- commands


def managed() -> list[tuple[str, list[str]]]:
    """Every call of manage.py that is written in a block, with its arguments."""
    written = "".join(block.text for block in blocks() if block.language == "sh")
    return [(name, shlex.split(rest.split("#")[0].rstrip(")"))) for name, rest in MANAGE.findall(written)]


@pytest.mark.parametrize(("name", "arguments"), managed(), ids=lambda value: value if isinstance(value, str) else "")
def test_a_command_that_is_shown_exists_and_takes_these_arguments(name: str, arguments: list[str]) -> None:
    loaded(name).create_parser("manage.py", name).parse_args(arguments)


def test_every_command_that_is_named_exists_and_every_one_is_named() -> None:
    named = set(re.findall(r"manage\.py (\w+)", text())) - {"NAME"}
    assert named <= set(get_commands())
    listed = {row[0].strip("`").split()[0] for row in table_rows("commands")}
    assert listed == set(our_commands())


def test_every_module_that_is_run_is_there() -> None:
    named = set(re.findall(r"python3? -m ([\w.]+)", text()))
    assert {"venv", "pip", "pytest", "gunicorn", "tests.bench"} <= named
    # pip is that of the machine: the project's environment has none of its own.
    assert [name for name in named - {"pip"} if importlib.util.find_spec(name) is None] == []


# --- settings


def read_settings() -> dict[str, ast.Call]:
    """The variables that the settings read, and the call that reads each."""
    found = {}
    for node in ast.walk(tree_of(ROOT / "integration_admin" / "settings.py")):
        if isinstance(node, ast.Call) and called(node) in READERS and isinstance(node.args[0], ast.Constant):
            found[str(node.args[0].value)] = node
    return found


def test_every_setting_is_listed_and_every_listed_one_is_read() -> None:
    assert {row[0].strip("`") for row in table_rows("settings")} == set(read_settings())


@pytest.mark.parametrize(("name", "said"), [(row[0].strip("`"), row[1].strip("`")) for row in table_rows("settings")])
def test_the_default_that_is_said_is_the_default(name: str, said: str) -> None:
    call = read_settings()[name]
    given = next((word.value for word in call.keywords if word.arg == "default"), None)
    if called(call) == "names":
        assert said == ",".join(ast.literal_eval(given) if given else ())
    elif called(call) == "flag":
        assert said == str(ast.literal_eval(given or ast.Constant(None))).lower()
    elif called(call) == "number":
        assert said == str(eval_product(given))
    elif called(call) in {"choice", "sender"} or (called(call) == "text" and given is not None):
        assert said == ast.literal_eval(given or ast.Constant(None))
    else:
        assert ("DATA_DIR" in ast.unparse(call) or name == "DATA_DIR") == bool(said) or name.endswith("_KEY")


def eval_product(node: ast.expr | None) -> int:
    """A whole number, or whole numbers multiplied."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return eval_product(node.left) * eval_product(node.right)
    assert isinstance(node, ast.Constant)
    assert isinstance(node.value, int)
    return node.value


def test_the_folder_that_is_said_to_hold_the_data_is_the_default(tmp_path: Path) -> None:
    asked = [sys.executable, "-c", "from integration_admin import settings; print(settings.DATA_DIR)"]
    home = {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    told = subprocess.run(asked, cwd=ROOT, env=home, capture_output=True, text=True, check=True).stdout.strip()
    assert f"`~/{Path(told).relative_to(tmp_path)}`" in text()


# --- addresses


def addresses() -> dict[str, set[str]]:
    """Address -> methods, as the table says."""
    found: dict[str, set[str]] = {}
    last = ""
    for row in table_rows("addresses"):
        last = row[0].strip("`") or last
        found.setdefault(last, set()).update(row[1].replace("`", "").split())
    return found


def test_every_address_of_the_api_is_listed_with_its_methods() -> None:
    doors = [pattern for pattern in urlpatterns if pattern.name != "nothing"]
    served = {}
    for pattern in doors:
        address = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"{\1}", str(pattern.pattern)).strip("^$").removesuffix("/?")
        address = address.replace("//?", "/")
        door = vars(pattern.callback)["view_class"]
        served[f"/{address}"] = {name.upper() for name in door.http_method_names if hasattr(door, name)} - {"OPTIONS"}
    assert addresses() == served


@pytest.mark.parametrize("path", ["healthz", "readyz", "admin/"])
def test_the_addresses_of_the_site_are_there(path: str) -> None:
    assert f"/{path}" in text()
    assert get_resolver().resolve(f"/{path}").func is not None


# --- the map of the code, links, and what must not be in it


def test_the_map_names_every_room() -> None:
    named: dict[str, set[str]] = {}
    floor = ""
    for row in table_rows("map"):
        floor = row[0].strip("`") or floor
        named.setdefault(floor, set()).update(re.findall(r"`(\w+)`", row[1]))
    assert list(named) == list(reversed(FLOORS))
    aside = {"migrations", "templates", "templatetags", "locale", "formats", "__pycache__", "static"}
    for name, rooms in named.items():
        below = {path.name for path in (ROOT / name).iterdir() if path.is_dir()} - aside
        assert below <= rooms, name
        assert all((ROOT / name / room).is_dir() or (ROOT / name / f"{room}.py").is_file() for room in rooms), name


def anchors() -> set[str]:
    heads = re.findall(r"^#+ (.+)$", text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("target", sorted(set(LINK.findall(text()))))
def test_a_link_leads_somewhere(target: str) -> None:
    if target.startswith("#"):
        assert target.removeprefix("#") in anchors()
        return
    assert not re.match(r"\w+:|/", target), "only links inside the project"
    assert (ROOT / target).is_file()


@pytest.mark.parametrize("picture", sorted(set(re.findall(r"!\[[^\]]*\]\((\S+)\)", text()))))
def test_a_picture_is_a_small_png(picture: str) -> None:
    content = (ROOT / picture).read_bytes()
    assert content.startswith(b"\x89PNG")
    assert len(content) <= 250_000


def test_every_chapter_is_in_the_contents() -> None:
    listed = set(re.findall(r"\]\(#([\w-]+)\)", text().partition("**Contents:**")[2].partition("\n\n")[0]))
    heads = re.findall(r"^## (.+)$", text(), re.MULTILINE)
    assert listed == {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize(
    "pattern", [r"/(home|root|work|tmp|opt|usr)/", r"pypi", r"\bTODO\b", r"\bFIXME\b", r"localhost:\d"]
)
def test_it_names_no_path_of_a_machine_and_no_place_to_fetch_from(pattern: str) -> None:
    assert re.findall(pattern, text()) == []


def test_its_blocks_say_what_they_are() -> None:
    assert {block.language for block in blocks()} <= {"sh", "text", "json", "http", "xml", "csv", "python", "ini"}


@pytest.mark.parametrize("region", ["tour", "guide", "api"])
def test_nothing_that_is_shown_goes_untried(region: str) -> None:
    """Each answer in a chapter that is tried follows a command; each other block is a file."""
    tried = {call.answer.line for call in calls(region) if call.answer}
    shown = {block.line for block in blocks(region) if block.language != "sh" and not block.file}
    assert shown == tried


def test_the_web_server_takes_the_line_it_is_given(tmp_path: Path) -> None:
    [line] = re.findall(r"`\.venv/bin/python (-m gunicorn [^`]+)`", text())
    asked = [sys.executable, *shlex.split(line), "--check-config"]
    environment = os.environ | {"DATA_DIR": str(tmp_path)}
    checked = subprocess.run(asked, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
