"""Large files, read by columns."""
