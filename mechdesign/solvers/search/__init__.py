"""Searches that close the gap between a bound and a value."""
