"""Records, runs, and everything that moves them."""
