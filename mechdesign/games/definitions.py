"""Solutions of games by their definitions, in plain lines: every profile is tried."""
