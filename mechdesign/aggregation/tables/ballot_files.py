"""Profiles from election files and from tables of ballots."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from os import PathLike
from typing import Any, Literal, TypeAlias

import numpy as np

from mechdesign.aggregation.profiles.profile import Profile, Unranked, tier_type
from mechdesign.aggregation.profiles.ranking import Ranking
from mechdesign.aggregation.tables.hints import names_tasks
from mechdesign.aggregation.tables.long_tables import Pivoted, is_long
from mechdesign.errors import InvalidInputError, require
from mechdesign.io.ballots.battle_logs import has_battle_columns, scored_games
from mechdesign.io.ballots.cast_votes import cast_votes, contests
from mechdesign.io.ballots.recognition import ballot_format, read_ballots
from mechdesign.io.ballots.tables import (
    ballot_columns,
    grades,
    header_is_data,
    looks_like_approvals,
    looks_like_grades,
    looks_like_ranks,
    rank_grid,
    row_ballots,
    win_matrix,
    without_header,
)
from mechdesign.io.grids import Grid, decimal_of
from mechdesign.io.large.order_arrays import OrderArray
from mechdesign.io.preflib import Ballots, read_preflib, write_preflib

__all__ = ["preflib", "to_preflib"]

#: What a table may hold.
Kind: TypeAlias = Literal["ballots", "scores", "ranks", "grades", "battles", "wins"]
READ_AS: tuple[Kind, ...] = ("ballots", "scores", "ranks", "grades", "battles", "wins")


def preflib(path: str | PathLike[str], *, unranked: Unranked = "last") -> Profile:
    """The profile of a PrefLib file (.soc, .soi, .toc, .toi; old or new format).

    Parameters
    ----------
    path : path
        The file.
    unranked : {"last", "unseen"}
        As in :meth:`Profile.from_rankings`.

    Returns
    -------
    Profile
        Labelled by the names of the alternatives, or ``number name`` where names repeat.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from mechdesign.aggregation import Profile, to_preflib
    >>> file = pathlib.Path(tempfile.mkdtemp(), "votes.soc")
    >>> to_preflib(Profile.from_rankings({"A > B": 2, "B > A": 1}), file)
    >>> preflib(file).alternatives
    ('A', 'B')
    """
    return cast_profile(read_preflib(path), unranked)


def cast_profile(ballots: Ballots, unranked: Unranked) -> Profile:
    """The profile of what a file of ballots holds."""
    names: Sequence[str] = ballots.names
    if len(set(names)) != len(names):
        names = [f"{k} {name}" for k, name in enumerate(names, 1)]
    if isinstance(ballots.orders, OrderArray):
        weights = tuple(ballots.orders.counts.tolist())
        return Profile._weighted(tuple(names), ballots.orders.places, weights, None, unranked)
    marks = [
        (row, k - 1, place)
        for row, (_, order) in enumerate(ballots.orders)
        for place, tier in enumerate(order)
        for k in tier
    ]
    tiers = np.full((len(ballots.orders), len(names)), -1, dtype=tier_type(len(names)))
    if marks:
        row, column, place = np.array(marks).T
        tiers[row, column] = place
    counts = [count for count, _ in ballots.orders]
    return Profile._weighted(tuple(names), tiers, counts, None, unranked)


def file_ballots(
    path: str | PathLike[str], kind: str | None = None, **policies: object
) -> Ballots | None:
    """The ballots of a file whose format is one of ballots; None for a table.

    Raises
    ------
    InvalidInputError
        If the file is malformed, with the line, or is of PrefLib's and holds no ballots, or is an
        election over projects.
    """
    name = ballot_format(path, kind)
    if name is None and str(path).lower().endswith(".pb"):
        raise InvalidInputError(
            "path", "hold ballots over candidates, not over projects (solve bargaining)", str(path)
        )
    return read_ballots(path, name, **policies) if name else None


def headed(grid: Grid, header: bool | None) -> Grid:
    """The table with its header, which is refused where it looks like one of the rows.

    Parameters
    ----------
    grid : Grid
        As it was read.
    header : bool or None
        Whether the first line is a header; None where nobody said so.
    """
    if header is None and header_is_data(grid):
        raise InvalidInputError(
            "header",
            "be said: the first line looks like data (--no-header: it is a row; --header: it "
            "names the columns)",
            ", ".join(grid.columns[:8]),
            owner=grid.source,
        )
    return without_header(grid) if header is False else grid


def kind_of_table(grid: Grid) -> Kind:
    """What a table holds.

    Raises
    ------
    InvalidInputError
        If it can be read in two ways, with both and the flag that decides.
    """
    if has_battle_columns(grid):
        return "battles"
    games = scored_games(grid.columns)
    if games:
        raise InvalidInputError(
            "kind",
            f"be said: every row may be a game between `{games[0]}` and `{games[1]}`, won by who "
            f"has more in `{games[2]}` and `{games[3]}` (--as battles), or the scores of a system "
            "(--as scores)",
            ", ".join(grid.columns[:8]),
            owner=grid.source,
        )
    if contests(grid) or ballot_columns(grid):
        return "ballots"
    if win_matrix(grid):
        return "wins"
    lowered = [name.strip().lower() for name in grid.columns]
    if lowered[0] in ("package", "project") and {"cost", "costs"} & set(lowered):
        raise InvalidInputError(
            "kind",
            "be said: every row may hold people's ratings of a package (`solve bargaining`, "
            "`report --as ratings`), or the scores of a system (--as scores)",
            ", ".join(grid.columns[:8]),
            owner=grid.source,
        )
    if names_tasks(grid.columns[0]) and len(grid.columns) > 2 and not is_long(grid):
        raise InvalidInputError(
            "kind",
            f"be said: every row looks like one of {grid.columns[0]} (turn the table, so that "
            "systems are its rows), or may be a system (--as scores)",
            ", ".join(grid.columns[:8]),
            owner=grid.source,
        )
    ranks = looks_like_ranks(grid)
    approvals, graded = looks_like_approvals(grid), looks_like_grades(grid)
    if ranks == "perhaps" or approvals or (graded == "perhaps" and ranks == "no"):
        first, columns = grid.rows[0], ", ".join(grid.columns[1:5])
        readings = ["approvals (--as ballots)"] if approvals else []
        readings += ["ranks (--as ranks)"] if ranks == "perhaps" else []
        readings += ["grades (--as grades)"] if graded != "no" else []
        raise InvalidInputError(
            "kind",
            f"be said: every row may hold a voter's {' or '.join(readings)} of {columns}, or the "
            "scores of a system (--as scores)",
            f"{grid.line(0)}: {', '.join('' if c is None else str(c) for c in first[:8])}",
            owner=grid.source,
        )
    return "ranks" if ranks == "yes" else "grades" if graded == "yes" else "scores"


def table_ballots(
    grid: Grid, kind: Kind, contest: str | None = None, **policies: object
) -> Ballots:
    """The ballots of a table: of its rows (``ballots``) or its grid of ranks (``ranks``)."""
    found = cast_votes(grid, contest, **policies) if kind == "ballots" else None
    if found is None and contest is not None:
        raise InvalidInputError(
            "contest", "be said of cast vote records only", contest, owner=grid.source
        )
    if found is None:
        found = row_ballots(grid, **policies) if kind == "ballots" else rank_grid(grid, **policies)
    if found is None:
        raise InvalidInputError(
            "kind",
            "be ballots only for columns such as `first choice`, `second choice` or `count`, "
            "`ballot`, or for cells of 0 and 1",
            ", ".join(grid.columns[:8]),
            owner=grid.source,
        )
    return found


def graded_table(grid: Grid, decimal: str | None, words: Sequence[str] = ()) -> Pivoted:
    """The grades of voters as a table: a row for each candidate, a column for each voter."""
    names, found, told = grades(grid, decimal_of(grid, decimal), words)
    voters = [f"voter {k}" for k in range(1, len(grid.rows) + 1)]
    rows = tuple((name, *mine) for name, mine in zip(names, found, strict=True))
    return Pivoted(("system", *voters), rows, grid.source, (), tuple(told))


def wins(grid: Grid) -> Profile:
    """The profile of a square table of wins: how often the row beat the column."""
    found = win_matrix(grid)
    if found is None:
        raise InvalidInputError(
            "kind",
            "be wins only for a square table whose rows and columns have the same names",
            ", ".join(grid.columns[:8]),
            owner=grid.source,
        )
    rankings = [Ranking([[a], [b]]) for a, b, _ in found]
    weights = [count for *_, count in found]
    return Profile.from_rankings(rankings, weights, grid.columns[1:], unranked="unseen")


def to_preflib(
    profile: Profile,
    path: str | PathLike[str],
    *,
    style: Literal["new", "old"] = "new",
    title: str = "",
) -> None:
    """Write a profile as a PrefLib file.

    Parameters
    ----------
    profile : Profile
        With whole weights; equal rankings are merged.
    path : path
        .soc, .soi, .toc or .toi.
    style : {"new", "old"}
        Which of the two formats.
    title : str
        Of the election.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from mechdesign.aggregation import Profile, preflib
    >>> file = pathlib.Path(tempfile.mkdtemp(), "votes.soc")
    >>> to_preflib(Profile.from_rankings({"A > B": 2, "B > A": 1}), file)
    >>> len(preflib(file))
    2
    """
    require(profile, Profile, "profile")
    if profile.denominator != 1:
        raise InvalidInputError("profile", "have whole weights", profile.weights()[:10])
    number = {label: k for k, label in enumerate(profile.alternatives, 1)}
    orders: Counter[Any] = Counter()
    for count, ranking in zip(profile.counts.tolist(), profile.rankings(), strict=True):
        if count:
            orders[tuple(tuple(sorted(number[x] for x in tier)) for tier in ranking)] += count
    listed = tuple((count, order) for order, count in orders.items())
    write_preflib(Ballots(tuple(map(str, profile.alternatives)), listed, title), path, style)
