"""Statistics of general use: intervals, agreement, polarisation, permutation tests."""

from mechdesign.stats import agreement, mean_interval, permutation, polarisation

__all__ = ["agreement", "mean_interval", "permutation", "polarisation"]
