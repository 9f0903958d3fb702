"""Plots with matplotlib, one module for each family; every function returns Axes."""
