"""Writing files completely or not at all, and reading them strictly."""
