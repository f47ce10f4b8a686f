"""The phrases of the mapping view. Doors translate them and fill in the params."""

from __future__ import annotations

from typing import Final

from templates_app.catalog.problems import gettext_noop

PHRASES: Final[dict[str, str]] = {
    "element_unknown_here": gettext_noop("{tag} has no meaning here."),
}
