"""What can be mapped, and the language that maps it."""
