"""Any photo, scan or drawing, as one 28x28 image for each digit."""
