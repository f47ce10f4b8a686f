"""What a test says about a refusal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from templates_app.sources.rows import SourceRefused
from templates_app.sources.sentences import SENTENCES


def refusal(act: Callable[[], Any]) -> SourceRefused:
    """What `act` is refused with. Its sentence exists and can be filled in."""
    with pytest.raises(SourceRefused) as caught:
        act()
    refused = caught.value
    assert SENTENCES[refused.problem.code].format(**refused.problem.params)
    return refused
