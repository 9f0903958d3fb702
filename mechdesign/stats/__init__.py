"""Statistics of general use: intervals, agreement, strengths, polarisation, permutation tests."""

from mechdesign.stats import (
    agreement,
    hypervolume,
    intervals,
    paired_strengths,
    permutation,
    polarisation,
)

__all__ = [
    "agreement",
    "hypervolume",
    "intervals",
    "paired_strengths",
    "permutation",
    "polarisation",
]
