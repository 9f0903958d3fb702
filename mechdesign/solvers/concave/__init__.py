"""Concave objectives over knapsacks, covers and polytopes."""
