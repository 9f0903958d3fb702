"""Bound what any policy can earn on a graph: benchmarks and linear programmes side by side."""

from __future__ import annotations

import argparse

from mechdesign import matching
from mechdesign.cli.simulate_matching import add_graph, graph_from

__all__ = ["configure", "run"]


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_graph(parser)


def run(args: argparse.Namespace) -> matching.Ladder:
    """All bounds that the size of the graph allows."""
    return matching.bounds(graph_from(args))
