"""What this floor gives a new brand."""

from __future__ import annotations

from datetime import datetime

from integration_admin.accounts.models import Brand
from sync_app.storage.clock import ensure_clock


def start_clock(*, brand: Brand, at: datetime) -> None:
    """The clock that numbers the brand's writes. It starts at nothing, whenever that is."""
    ensure_clock(brand=brand.pk)
