"""Telling people of syncs: once when the health of one turns, and once a day of the rest."""
