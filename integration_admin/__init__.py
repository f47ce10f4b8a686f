"""The house front: settings, the address map, and who may come in."""
