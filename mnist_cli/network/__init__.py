"""The network of the lectures, and how it learns, with NumPy alone."""
