"""Training runs: the loop, what it leaves behind, and how good the result is."""
