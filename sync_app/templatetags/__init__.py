"""Filters of the screens about runs."""
