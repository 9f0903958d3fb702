"""The command line ``mechdesign``, also ``python -m mechdesign``; one file a verb."""

from mechdesign.cli.entry import main

__all__ = ["main"]
