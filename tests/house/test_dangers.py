"""What runs code that came as data, or opens what data names, does not occur in this house."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

import pytest

from tests.house.sources import FLOORS, ROOT, called, files, modules, tree_of

# What would turn data into code, or follow what a document names.
MODULES = {"pickle", "marshal", "shelve", "dill", "yaml", "xmlrpc", "telnetlib", "ftplib"}
CALLS = {"eval", "exec", "compile", "__import__", "XSLT", "XInclude", "xinclude", "RawSQL", "mark_safe", "safestring"}
OF_MODULES = {"re": {"compile"}, "re2": {"compile"}}
SHELL = {"system", "popen", "getoutput", "getstatusoutput"}
INLINE = {
    "a script in the page": re.compile(r"<script(?![^>]*\bsrc=)", re.IGNORECASE),
    "an event handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a script address": re.compile(r"(?:href|src|action)\s*=\s*[\"']\s*javascript:", re.IGNORECASE),
    "a file of another site": re.compile(r"(?:src|href|action)\s*=\s*[\"']\s*(?:https?:)?//", re.IGNORECASE),
    "markup that is not escaped": re.compile(r"\|\s*safe\b|autoescape\s+off|safeseq"),
}
SCRIPTED = {
    "markup from text": re.compile(r"\b(?:innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser)\b"),
    "code from text": re.compile(r"\beval\s*\(|\bnew\s+Function\b|set(?:Timeout|Interval)\(\s*[\"']"),
    "another site": re.compile(r"[\"'(]\s*(?:https?:)?//(?!www\.w3\.org/)"),
}


def places(wrong: Callable[[ast.AST], bool]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
        for path in modules(*FLOORS)
        for node in ast.walk(tree_of(path))
        if wrong(node)
    ]


def imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (name.name.split(".")[0] for name in node.names)
    elif isinstance(node, ast.ImportFrom):
        yield (node.module or "").split(".")[0]
        yield from (name.name for name in node.names)


def runs_data(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call) or called(node) not in CALLS:
        return False
    owner = node.func.value if isinstance(node.func, ast.Attribute) else None
    return called(node) not in OF_MODULES.get(getattr(owner, "id", ""), set())


def opens_a_shell(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    owner = getattr(getattr(node.func, "value", None), "id", "")
    shell = any(word.arg == "shell" and getattr(word.value, "value", True) for word in node.keywords)
    return shell or (owner in {"os", "subprocess"} and called(node) in SHELL)


def test_nothing_is_imported_that_turns_data_into_code() -> None:
    assert places(lambda node: bool((MODULES | CALLS) & set(imported(node)))) == []


def test_nothing_is_called_that_runs_data() -> None:
    assert places(runs_data) == []


def test_nothing_is_given_to_a_shell() -> None:
    assert places(opens_a_shell) == []


@pytest.mark.parametrize(
    "source",
    ["eval(x)", "exec(x)", "__import__(x)", "etree.XSLT(x)", "tree.xinclude()", "builtins.compile(x)", "mark_safe(x)"],
)
def test_the_watch_sees_what_runs_data(source: str) -> None:
    assert any(runs_data(node) for node in ast.walk(ast.parse(source)))


@pytest.mark.parametrize("source", ["run(x, shell=True)", "os.system(x)", "subprocess.getoutput(x)", "run(x, shell=y)"])
def test_the_watch_sees_a_shell(source: str) -> None:
    assert any(opens_a_shell(node) for node in ast.walk(ast.parse(source)))


@pytest.mark.parametrize("source", ["re.compile(x)", "run(x, shell=False)", "evaluate(x)", "os.getpid()"])
def test_the_watch_leaves_the_rest_alone(source: str) -> None:
    assert not any(runs_data(node) or opens_a_shell(node) for node in ast.walk(ast.parse(source)))


@pytest.mark.parametrize("pattern", INLINE.values(), ids=INLINE.keys())
def test_no_page_of_ours_holds(pattern: re.Pattern[str]) -> None:
    pages = [path for path in files(*FLOORS) if path.suffix == ".html"]
    assert pages
    assert [str(path.relative_to(ROOT)) for path in pages if pattern.search(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize("pattern", SCRIPTED.values(), ids=SCRIPTED.keys())
def test_no_script_of_ours_makes(pattern: re.Pattern[str]) -> None:
    scripts = [path for path in files("static", *FLOORS) if path.suffix in {".js", ".css", ".svg"}]
    assert scripts
    assert [str(path.relative_to(ROOT)) for path in scripts if pattern.search(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    ("page", "what"),
    [
        ("<script>x</script>", "a script in the page"),
        ('<a onclick="x">', "an event handler"),
        ('<a href="javascript:x">', "a script address"),
        ('<img src="//other.example/x">', "a file of another site"),
        ('<img src="https://other.example/x">', "a file of another site"),
        ("{{ value|safe }}", "markup that is not escaped"),
        ("{% autoescape off %}", "markup that is not escaped"),
    ],
)
def test_the_watch_sees_a_page_that_does(page: str, what: str) -> None:
    assert INLINE[what].search(page)
