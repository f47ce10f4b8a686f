"""The checker: a template held against a brand's catalog. Every finding, none raised."""

from __future__ import annotations

from templates_app.language.checks.registry import check

__all__ = ["check"]
