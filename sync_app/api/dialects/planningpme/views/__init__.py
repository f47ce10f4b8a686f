"""The doors of the dialect."""
