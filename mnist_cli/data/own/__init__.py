"""The user's own images: pictures by class, IDX, `.npz` or CSV -> IDX files and `classes.json`."""
