"""The lectures as commands: one screen each, computed from a network and images of the user."""
