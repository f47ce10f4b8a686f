"""Plan, apply, undo and export: pure Python over two ports, with no framework, no clock and no HTTP."""
