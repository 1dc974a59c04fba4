"""Writing files whole, and reading them strictly."""
