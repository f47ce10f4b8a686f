"""The body of a run: kept compressed in parts, read back whole."""

from __future__ import annotations

from sync_app.models import Run, RunPayload
from sync_app.runs import packing

PART_BYTES = 1024 * 1024


def keep(*, run: Run, body: bytes) -> None:
    """Keep the body, compressed."""
    packed = packing.packed(body)
    parts = range(0, len(packed), PART_BYTES)
    RunPayload.objects.bulk_create(
        RunPayload(run=run, part=number, content=packed[start : start + PART_BYTES])
        for number, start in enumerate(parts)
    )


def body_of(run: Run) -> bytes | None:
    """The body of this run, or of the run it retries; None once it was purged."""
    parts = RunPayload.objects.filter(run=run).order_by("part").values_list("content", flat=True)
    packed = [bytes(part) for part in parts]
    if packed:
        return packing.unpacked(packed)
    return body_of(run.parent) if run.parent is not None else None
