"""The form of every image: 28x28 pixels, or a row of 784; 0 is paper and 255 is ink."""

SIDE = 28  # pixels
PIXELS = SIDE * SIDE
