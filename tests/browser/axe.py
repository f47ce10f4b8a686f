"""What axe has against a page: WCAG 2.2 AA, and what else it knows of good practice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import Visitor, Window

#: Wide and light, narrow and dark: what differs between pages by width or colours shows in one of them.
WINDOWS: Final[list[Window]] = [(1280, "light"), (390, "dark")]
TAGS: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What is switched off, and why. The rest of what axe knows of good practice holds too.
OFF: Final = {
    "empty-table-header": "the theme's inline tables head their column of boxes for deleting with nothing",
}
RULES: Final[dict[str, Any]] = {
    "runOnly": {"type": "tag", "values": TAGS},
    "rules": {name: {"enabled": False} for name in OFF},
    "resultTypes": ["violations"],
}
# What moves or changes its colour is looked at when it has, unless it goes on for ever.
STILL: Final = """() => Promise.allSettled(
    document.getAnimations()
        .filter((one) => one.playState === "running" && one.effect.getComputedTiming().endTime < Infinity)
        .map((one) => one.finished)
).then(() => null)"""
SCRIPT: Final[str] = Axe().axe_script
# Only for its rule about sound does axe first read every style sheet anew, which takes it as long as many rules.
LOOK: Final = """rules => axe.run({...rules, preload: document.querySelector("audio, video") !== null})
    .then(found => found.violations)"""
windows = pytest.mark.parametrize("context", WINDOWS, indirect=True, ids=lambda window: f"{window[0]}-{window[1]}")


def violations(visitor: Visitor) -> Iterator[str]:
    """What axe has against the page as it comes to stand: rule, place, and what it says of it."""
    page = visitor.page
    visitor.settle()
    page.evaluate(STILL)
    if not page.evaluate("'axe' in window"):
        page.evaluate(SCRIPT)
    path = page.url.removeprefix(visitor.origin)
    for broken in page.evaluate(LOOK, RULES):
        for node in broken["nodes"][:3]:
            yield f"{path}: {broken['id']}: {node['target'][-1]}: {node['failureSummary']}"
