"""How dates are written where a language's own way is too long for a table."""
