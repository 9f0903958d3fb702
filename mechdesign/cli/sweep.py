"""The verb ``sweep``."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from typing import Any

from mechdesign import experiments
from mechdesign.cli.progress import progress
from mechdesign.errors import InvalidInputError
from mechdesign.io import Table
from mechdesign.io.documents import read_document
from mechdesign.model import as_count, decode

__all__ = ["configure"]

_KEYS = ("experiment", "grid", "replications", "seed")


def configure(
    parser: argparse.ArgumentParser,
) -> Callable[[argparse.Namespace], experiments.Sweep | Table]:
    """Run a ready experiment over a grid of parameters that a JSON file describes.

    The file holds `experiment` (a name; see --list), `grid` (a dict of lists, or a list of dicts),
    and perhaps `replications` (1) and `seed` (0). With --output every finished run is kept, and the
    same command goes on where it was interrupted.
    """
    parser.add_argument("file", nargs="?", metavar="FILE.json", help="describes the sweep")
    parser.add_argument("--list", action="store_true", help="list the experiments instead")
    parser.add_argument("--output", metavar="RUNS.jsonl", help="keeps the runs; resumed if there")
    parser.add_argument("--replications", type=int, help="instead of those of the file")
    parser.add_argument("--seed", type=int, help="instead of that of the file")
    parser.add_argument("--workers", type=int, default=1, help="processes; same bytes")
    return _run


def _run(args: argparse.Namespace) -> experiments.Sweep | Table:
    """Run what the file describes."""
    if args.list:
        return experiments.experiments_table()
    if args.file is None:
        raise InvalidInputError("file", "be given, or --list", None)
    told = _read(args.file)
    for name in ("replications", "seed"):
        if getattr(args, name) is not None:
            told[name] = getattr(args, name)
    grid = _grid(told["grid"])
    count = as_count(told.get("replications", 1), "replications", low=1)
    cells = len(experiments.read_grid(grid))
    with progress("sweeping", cells * count) as step:
        return experiments.sweep(
            experiments.experiment(told["experiment"]),
            grid,
            replications=count,
            rng=as_count(told.get("seed", 0), "seed"),
            workers=args.workers,
            path=args.output,
            progress=step,
        )


def _read(name: str) -> dict[str, Any]:
    found = read_document(name, decimals=float)
    if not isinstance(found, Mapping) or not {"experiment", "grid"} <= set(found):
        raise InvalidInputError("file", "have the keys experiment and grid", name)
    unknown = sorted(set(found) - set(_KEYS))
    if unknown:
        raise InvalidInputError("file", f"have only the keys {', '.join(_KEYS)}", unknown)
    return dict(found)


def _grid(grid: object) -> Any:
    """Numbers that JSON lacks are written as the package writes them: ``{"$fraction": "1/3"}``."""
    try:
        if isinstance(grid, Mapping):
            return {name: decode(values) for name, values in grid.items()}
        if isinstance(grid, list) and all(isinstance(cell, Mapping) for cell in grid):
            return [{name: decode(value) for name, value in cell.items()} for cell in grid]
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        if isinstance(error, InvalidInputError):
            raise
        raise InvalidInputError("grid", f"have values that can be read ({error})", grid) from None
    return grid
