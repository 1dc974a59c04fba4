"""Exercises: files with gaps for pupils to fill, and answers to what they wrote."""
