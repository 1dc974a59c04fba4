"""Any photo, scan or drawing -> one 28x28 image for each digit."""
