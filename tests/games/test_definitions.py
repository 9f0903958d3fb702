"""Solutions of games against their definitions."""
