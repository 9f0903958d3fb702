"""Plain data in and out: tables of results, files of the fields' formats.  No mechanism here."""

from mechdesign.io.table import Table

__all__ = ["Table"]
