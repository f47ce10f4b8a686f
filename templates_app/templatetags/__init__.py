"""Filters of the templates' screens."""
