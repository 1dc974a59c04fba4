"""The solved exercises: plain programs that need NumPy alone. `sheets` makes the gaps."""
