"""The garbage collector of a process that performs runs: it looks less often."""

from __future__ import annotations

import gc
from typing import Final

#: A chunk makes some hundred thousand containers that all live until it is committed. With Python's own 700 the
#: collector would look through them, and through all of the site, again and again: a quarter of an import's time.
CONTAINERS: Final = 200_000


def be_patient() -> None:
    """Look at young objects every `CONTAINERS`. It stays so: threads that took turns at it would undo one another."""
    young, middle, old = gc.get_threshold()
    if young < CONTAINERS:
        gc.set_threshold(CONTAINERS, middle, old)
