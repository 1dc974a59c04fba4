"""Training: runs, their checkpoints, and measuring the resulting network."""
