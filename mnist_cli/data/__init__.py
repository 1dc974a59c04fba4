"""Data sets: where they come from, how they are read, what is done to their images."""
