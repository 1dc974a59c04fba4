"""The network of the lectures, and how it learns: NumPy and nothing else."""
