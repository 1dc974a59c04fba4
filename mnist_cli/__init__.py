"""Train, measure and look inside the handwritten-digit network of the lectures.

The modules are the chapters; CONTRIBUTING.md shows who may know whom. Start with `network`.
"""
