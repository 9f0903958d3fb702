"""The command line ``mechdesign``, also ``python -m mechdesign``; one file a verb."""

from mechdesign.cli.main import main

__all__ = ["main"]
