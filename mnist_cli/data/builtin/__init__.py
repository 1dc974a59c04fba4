"""The built-in digits, which the program draws itself."""
