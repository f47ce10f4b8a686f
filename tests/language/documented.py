"""The two templates of the documentation, as they stand there."""

from __future__ import annotations

from pathlib import Path

_CASES = Path(__file__).parent / "cases"

VENDOR_SAMPLE = (_CASES / "documented_customers.xml").read_text(encoding="utf-8")
FILM_SAMPLE = (_CASES / "documented_film_shoots.xml").read_text(encoding="utf-8")
