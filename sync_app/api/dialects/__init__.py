"""One folder a dialect. They do not know each other."""
