"""Statistics of general use: intervals, agreement, polarisation, permutation tests."""

from mechdesign.stats import agreement, intervals, permutation, polarisation

__all__ = ["agreement", "intervals", "permutation", "polarisation"]
