"""Sources as the tests open them."""

from __future__ import annotations

from typing import Any

from templates_app.sources.limits import DEFAULT_LIMITS, Limits
from templates_app.sources.open import open_source
from templates_app.sources.reading import Reading
from templates_app.sources.rows import Source


def source_from(body: bytes | memoryview, *, name: str = "", limits: Limits = DEFAULT_LIMITS, **said: Any) -> Source:
    """A source read as `said`: by the names of `Reading`."""
    return open_source(body, name=name, reading=Reading(**said), limits=limits)
