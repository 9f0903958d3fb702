"""Algorithms that two families need: matchings, orders and ties, linear orderings."""
